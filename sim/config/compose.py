"""From ``key=value`` to a checked configuration: Hydra puts the files together, pydantic checks the result.

Precedence: command line > variant > experiment > scenario > configs/. Every mistake of the user becomes one `UserError`. Who needs many
configurations gives all calls the same `Files`, and pays Hydra once per choice of files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hydra.core.override_parser.types import Override
from hydra.errors import HydraException, OverrideParseException
from omegaconf import DictConfig
from pydantic import ValidationError

from sim.config import variants
from sim.config.against import compared_with
from sim.config.checks import check_crises, check_parameters, check_policies
from sim.config.draws import drawn, uncertain_of
from sim.config.errors import LONGEST_NAME, UserError, unknown
from sim.config.files import SINGULAR, Chosen, Files, all_plain, options_of, plain_of, read_override
from sim.config.kinds import KINDS
from sim.config.origin import Origin
from sim.config.schema import SimConfig
from sim.config.visible import shortened
from sim.config.wording import reword


@dataclass(frozen=True)
class Composed:
    """A checked configuration, what an experiment file wants to vary (Hydra's ``sweeper.params``), and what its own kind reads."""

    config: SimConfig
    sweep: Mapping[str, Any]
    variants: Mapping[str, Any] = field(default_factory=dict)
    own: Any = None


def compose(overrides: Sequence[str], files: Files | None = None) -> SimConfig:
    """The configuration after ``key=value`` overrides, e.g. ``["scenarios=job_bridge", "population.scale=0.001"]``.

    Raises
    ------
    UserError
        Unknown name, wrong type, out of range, broken file, missing text; the message says where.
    """
    return compose_full(overrides, files=files).config


def compose_full(overrides: Sequence[str], *, kind: str | None = None, files: Files | None = None) -> Composed:
    """`compose`, with the axes of the experiment, or what its `kind` (`sim.config.kinds`) reads, beside it."""
    parsed, files = parse(overrides), files or Files()
    composed, chosen = files.put_together(for_hydra(parsed))
    return checked(composed, chosen, [str(override.input_line) for override in parsed], kind=kind, files=files)


def checked(
    composed: DictConfig, chosen: Chosen, overrides: Sequence[str], *, kind: str | None = None, files: Files | None = None
) -> Composed:
    """What Hydra put together, checked.

    Parameters
    ----------
    chosen
        Which files were chosen, and what an experiment wants to vary.
    overrides
        The settings of the command line as the user typed them.
    kind
        The kind of experiment (`sim.config.kinds`) that the caller knows what to do with; keys of others are refused, since they would be
        left out without a word.
    files
        What was put together before, for a variant.
    """
    parsed = parse(overrides)
    sweep = chosen.params
    place, variant = variants.place_of(chosen.choices.get("experiments")), plain_of(composed, variants.VARIANT)
    named = variants.checked(plain_of(composed, variants.VARIANTS), place)
    if variant is not None:
        settings = variants.settings_of(variant, named, place)
        given = [override for override in parsed if override.key_or_group != "scenarios" or variants.OF not in named[variant]]
        composed, chosen = (files or Files()).put_together([*settings, *for_hydra(given)])
    choices = {group: name for group, name in chosen.choices.items() if isinstance(name, str) and not group.startswith("hydra")}
    plain = all_plain(composed)
    plain.pop(variants.VARIANT, None)
    plain.pop(variants.VARIANTS, None)
    own = {key: plain.pop(key) for key in KINDS if key in plain}
    for key in own:
        if key != kind:
            raise UserError(f"{place}: {key}: simulated many times in a way of its own: sim sweep {choices.get('experiments', 'NAME')}")
    origin = Origin(choices, [override.key_or_group for override in parsed], variant)
    return Composed(check(plain, parsed, origin, named), sweep, named, own.get(kind or ""))


def check(plain: dict[str, Any], overrides: Sequence[Override], origin: Origin, named: Mapping[str, Any]) -> SimConfig:
    """A composed configuration as `SimConfig`; the name of the scenario is the name of its file, or that of the variant."""
    name, heading = origin.variant or origin.choices["scenarios"], plain.get("scenario")
    if isinstance(heading, dict):
        if heading.get("name", name) != name:
            raise UserError(f"{origin.where(('scenario', 'name'))}: scenario.name: the name of a scenario is that of its file, '{name}'.")
        heading = heading | {"name": name, "own_crises": origin.is_of_scenario(("economy", "crises"))}
        if origin.variant and isinstance(heading.get("label"), dict) and not origin.line_in_variant(("scenario", "label")):
            words = name.replace("_", " ")
            heading["label"] = {language: f"{label} ({words})" for language, label in heading["label"].items()}
        plain = plain | {"scenario": heading}
    for override in overrides:
        refuse_absent_policy(override, origin, plain)
    try:
        config = SimConfig.model_validate(plain)
    except ValidationError as error:
        raise reword(error, SimConfig, origin) from None
    check_parameters(config, origin)
    check_crises(config, origin)
    compared_with(name, config.scenario.against, origin.where(("scenario", "against")), variants.against_of(named))
    return drawn(check_policies(config, origin), uncertain_of(config, origin))


def refuse_absent_policy(override: Override, origin: Origin, plain: Mapping[str, Any]) -> None:
    """``policies.x.y=1`` changes a policy of the scenario; ``+policies.x.y=1`` adds one, which must be meant."""
    parts = override.key_or_group.split(".")
    if parts[0] != "policies" or len(parts) < 2 or override.is_add() or override.is_force_add() or override.is_delete():
        return
    if not origin.sets(parts[:2]):
        from sim.policies.registry import POLICIES

        if parts[1] not in POLICIES:
            raise unknown("policy", parts[1], POLICIES)
        heading = plain.get("scenario")
        name = heading.get("name") if isinstance(heading, dict) else None
        raise UserError(f"on the command line: {override.input_line}: scenario '{name}' has no policy '{parts[1]}'. "
                        f"To add it to the scenario, write +{override.input_line}")  # fmt: skip


def parse(overrides: Sequence[str], sweeps: bool = False) -> list[Override]:
    """Read the overrides; refuse what is not ``key=value``, names no file, or (without `sweeps`) asks for several values at once."""
    parsed = []
    for text in overrides:
        if "=" not in text and not text.startswith("~"):
            raise UserError(f"on the command line: '{text}' is not a setting: write key=value, e.g. population.scale=0.01")
        try:
            override = read_override(text)
        except (OverrideParseException, HydraException):
            raise UserError(
                f"on the command line: cannot read '{shortened(text, LONGEST_NAME)}'. "
                "Put a value with spaces, commas or brackets in quotes: 'key=\"a value\"'"
            ) from None
        if override.is_sweep_override() and sweeps:
            parsed.append(override)
            continue
        if override.is_sweep_override():
            key = override.key_or_group
            raise UserError(f"on the command line: '{text}' asks for several runs. Use `sim compare seeds=N` for paired seeds, "
                            f"`sim sweep {text}` for a sweep, or {key}=[...] if a list is meant.")  # fmt: skip
        check_group(override)
        parsed.append(override)
    return parsed


def check_group(override: Override) -> None:
    """Refuse ``scenarios=x`` and the like when there is no such file."""
    group, value = override.key_or_group, override.value()
    if not group or (("/" in group or (override.is_delete() and options_of(group))) and not isinstance(value, str | list | None)):
        raise UserError(f"on the command line: '{override.input_line}': must be a name of a setting, then = and a value; "
                        "of a group of files (with /), the name of a file.")  # fmt: skip
    if group == "scenario" and isinstance(value, str):
        raise UserError(f"on the command line: '{override.input_line}': the key of the scenario file is scenarios={value}")
    options = options_of(group)
    if options and isinstance(value, str) and value not in options:
        raise UserError(f"on the command line: '{override.input_line}': {unknown(SINGULAR.get(group, group), value, options)}")
    if options and isinstance(value, int | float | bool | list):
        raise UserError(f"on the command line: {group} must be one of {', '.join(options)}; got {value!r}.")


def for_hydra(overrides: Sequence[Override]) -> list[str]:
    """Overrides as Hydra needs them: a key that no file mentions yet is let through, since pydantic knows better whether it exists."""
    lines = []
    for override in overrides:
        line = str(override.input_line)
        is_key = not options_of(override.key_or_group) and not override.is_hydra_override()
        if is_key and not override.is_delete() and not override.is_force_add():
            line = "++" + line.lstrip("+")
        lines.append(line)
    return lines
