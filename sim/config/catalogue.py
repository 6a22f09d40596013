"""What there is to choose from, and what each thing means: for `sim list` and `sim explain`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from sim.config import shipped
from sim.config.errors import UserError, unknown
from sim.config.own_files import EXPERIMENTS, SCENARIOS, content
from sim.config.reading import text_of
from sim.config.schema import BASELINE, SimConfig
from sim.config.visible import visible
from sim.config.wording import section_of

Item = dict[str, Any]
NONE, NO_POLICY = "none", "No policy: the scenario baseline, policies: {}."


def scenarios() -> list[Item]:
    """Scenarios with their label, question and policies, what they are compared with, and whether they belong to the first look."""
    items = []
    for name in shipped.names(SCENARIOS):
        found, why = _content_or_fault(SCENARIOS, name)
        heading = _settings(found, "scenario")
        label, question = _settings(heading, "label"), _settings(heading, "question")
        items.append({"name": name, "meaning": why or str(label.get("en", "")), "label": label, "question": question,
                      "source": heading.get("source"), "policies": _settings(found, "policies"),
                      "against": heading.get("against") or BASELINE, "first_look": heading.get("first_look") is True})  # fmt: skip
    return items


def _content_or_fault(folder: str, name: str) -> tuple[dict[str, Any], str]:
    """The settings of a file, and why there are none when it cannot be used: one bad file must not hide the others from a list."""
    try:
        return content(folder, shipped.find(folder, name) or Path()), ""
    except UserError as error:
        return {}, f"cannot be used: {str(error).splitlines()[0]}"


def _settings(found: dict[str, Any], key: str) -> dict[str, Any]:
    """The settings below a key; empty when something else stands there, which composing the file would refuse."""
    below = found.get(key)
    return below if isinstance(below, dict) else {}


def policies() -> list[Item]:
    """Policies of the registry with the first sentence of their documentation, and no policy."""
    from sim.policies.registry import POLICIES

    return [*({"name": name, "meaning": first_line(policy)} for name, policy in POLICIES.items()), {"name": NONE, "meaning": NO_POLICY}]


def experiments() -> list[Item]:
    """Experiments with the first comment of their file, and what they vary."""
    items = []
    for name in shipped.names(EXPERIMENTS):
        found, why = _content_or_fault(EXPERIMENTS, name)
        text = "" if why else visible(text_of(shipped.find(EXPERIMENTS, name) or Path(), "an experiment"))
        comments = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#") and "@package" not in line]
        axes = _settings(_settings(_settings(found, "hydra"), "sweeper"), "params")
        items.append({"name": name, "meaning": why or (comments[0] if comments else f"varies {', '.join(axes)}"), "varies": axes})
    return items


def parameters() -> list[Item]:
    """Behaviour parameters with unit, range, grade and source."""
    from sim.evidence.parameters import load_parameters

    return [{"name": path, **{key: getattr(row, key) for key in ("meaning", "central", "low", "high", "unit", "grade", "status", "source")}}
            for path, row in load_parameters().items()]  # fmt: skip


def metrics() -> list[Item]:
    """Metrics of the comparison with their unit."""
    from sim.analysis.metrics import METRICS

    return [{"name": name, "meaning": metric.label("en"), "unit": metric.unit} for name, metric in METRICS.items()]


LISTS: Mapping[str, Callable[[], list[Item]]] = {
    "scenarios": scenarios,
    "policies": policies,
    "experiments": experiments,
    "parameters": parameters,
    "metrics": metrics,
}


def first_line(thing: Any) -> str:
    """First line of a docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def explanation(path: str) -> str:
    """What a setting, parameter, policy, scenario, metric or column of a run's files means.

    Raises
    ------
    UserError
        Nothing has that name; the message has the nearest one.
    """
    from sim.analysis.columns import explain as explain_column

    for describe in (explain_setting, explain_policy, explain_parameter, explain_scenario, explain_metric, explain_column):
        text = describe(path)
        if text:
            return text
    raise unknown_path(path)


def unknown_path(path: str) -> UserError:
    """The nearest name among everything that can be explained."""
    from difflib import get_close_matches

    from sim.analysis import columns

    known = [*settings(SimConfig), *(item["name"] for kind in LISTS.values() for item in kind()), *columns.names()]
    near = get_close_matches(path, known, n=1, cutoff=0.5)
    if near:
        return UserError(f"Nothing is called '{path}'. Did you mean '{near[0]}'?")
    return unknown("name", path, SimConfig.model_fields)


def settings(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Dotted names of all settings of a configuration class."""
    names = []
    for name in model.model_fields:
        names.append(prefix + name)
        inner = section_of(model, (name,))
        if inner:
            names += settings(inner, f"{prefix}{name}.")
    return names


def explain_setting(path: str) -> str:
    """A key of the configuration: meaning, type, default, and the keys below it."""
    parts = tuple(path.split("."))
    parent = section_of(SimConfig, parts[:-1])
    field = parent.model_fields.get(parts[-1]) if parent else None
    if field is None:
        return ""
    lines = [f"{path}: setting", f"  {field.description}"]
    inner = section_of(SimConfig, parts)
    if inner:
        lines += [f"  {path}.{name}: {below.description}" for name, below in inner.model_fields.items()]
    elif field.default is not PydanticUndefined:
        lines.append(f"  default: {field.default}")
    return "\n".join(lines)


def explain_policy(path: str) -> str:
    """A policy with all its parameters, or one parameter of it."""
    from sim.policies.registry import POLICIES

    if path == NONE:
        return f"{NONE}: policy\n  {NO_POLICY}"
    name, _, parameter = path.removeprefix("policies.").partition(".")
    policy = POLICIES.get(name)
    if policy is None:
        return ""
    if parameter:
        return explain_policy_parameter(name, policy, parameter)
    lines = [f"{name}: policy", *(f"  {line}".rstrip() for line in (inspect.getdoc(policy) or "").splitlines()), "", "Parameters:"]
    for key, field in policy.model_fields.items():
        lines.append(f"  policies.{name}.{key} = {field.get_default(call_default_factory=True)}  {field.description or ''}".rstrip())
    lines += ["", *graded(f"policies.{name}.")]
    return "\n".join(lines).rstrip()


def explain_policy_parameter(name: str, policy: type[BaseModel], parameter: str) -> str:
    """One parameter of a policy, with its evidence when the table has it."""
    evidence = graded(f"policies.{name}.{parameter}")
    field = policy.model_fields.get(parameter)
    if field is None:
        return "\n".join(evidence)
    default = field.get_default(call_default_factory=True)
    head = f"policies.{name}.{parameter}: parameter of the policy\n  {field.description or ''}\n  default: {default}"
    return "\n".join([head, *evidence])


def explain_parameter(path: str) -> str:
    """A row of the evidence table, or a whole group of them."""
    path = path.removeprefix("parameters.")
    return "\n".join(graded(path) or graded(f"{path}."))


def graded(start: str) -> list[str]:
    """The rows of the evidence table with this path, or whose path starts like this when it ends in a dot."""
    from sim.evidence.parameters import load_parameters

    lines = []
    for path, row in load_parameters().items():
        if path == start or (start.endswith(".") and path.startswith(start)):
            lines += [f"{path} = {row.central:g} {row.unit} (range {row.low:g} to {row.high:g})", f"  {row.meaning}",
                      f"  evidence: {row.grade}, {row.status}; population: {row.population or '-'}", f"  source: {row.source}"]  # fmt: skip
            if row.fitted:
                answer = {"yes": "identified", "no": "not identified", "at bound": "at its bound"}[row.fitted.identified]
                lines.append(f"  fitted: {row.central:g}, spread {row.fitted.spread:g}, {answer}; before the fit {row.fitted.prior:g}")
    return lines


def explain_scenario(path: str) -> str:
    """A scenario: label, question, source, policies."""
    name = path.removeprefix("scenarios.")
    item = next((item for item in scenarios() if item["name"] == name), None)
    if item is None:
        return ""
    mix = ", ".join(item["policies"]) or NONE
    lines = [
        f"{name}: scenario, {item['meaning']}",
        str(item["question"].get("en", "")),
        f"policies: {mix}",
        f"source: {item['source'] or '-'}",
    ]
    return "\n  ".join([*lines, *([] if item["against"] == BASELINE else [f"compared with: {item['against']}"])])


def explain_metric(path: str) -> str:
    """A metric: name, unit and how it is counted."""
    from sim.analysis.metrics import METRICS

    metric = METRICS.get(path)
    return f"{path}: metric, {metric.label('en')}\n  {metric.meaning('en')}\n  unit: {metric.unit}" if metric else ""
