"""JSON Schema (draft 2020-12) of the YAML files that people write, so that an editor completes keys and underlines mistakes.

Everything follows from the classes that check a configuration: keys, types, ranges and meanings from `SimConfig`, the parameters of
policies from the registry, with unit, range, grade and source of their evidence. A schema cannot know what takes more than one value to
see (whether the scenario of ``against`` exists, whether ``end`` lies before ``start``); the program checks those.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sim.codes import SECTORS
from sim.config import own_files
from sim.config.schema import ALL_OF_A_TEXT, NAME_PATTERN, SimConfig

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAMES = ALL_OF_A_TEXT.format(NAME_PATTERN.pattern)
OWN, UNCERTAIN = "own_crises", "uncertain"
"""Keys of the heading and of the configuration that are filled in by themselves and never written."""


def config() -> Schema:
    """The whole configuration of a run, as ``config.yaml`` in its folder has it."""
    return _headed(_complete(), "The whole configuration of one run: config.yaml of a run folder.")


def scenario() -> Schema:
    """A file of scenarios/: a heading, and any setting that differs from configs/."""
    schema = _partial(_complete())
    heading = schema["$defs"]["Scenario"]
    heading["required"] = ["label", "question"]
    schema["$defs"]["Text"]["required"] = ["en", "nl"]
    schema["required"] = ["scenario"]
    _keep(schema, own_files.SCENARIOS)
    return _headed(schema, "A scenario: scenarios/NAME.yaml. The first line of the file is `# @package _global_`.")


def experiment() -> Schema:
    """A file of experiments/: any setting, what to vary under ``hydra.sweeper.params``, variants, pilots."""
    schema = _partial(_complete())
    schema["properties"] |= {
        "variant": {"type": ["string", "null"], "description": "One of the variants; `sim sweep` does all that the file asks for."},
        "variants": _variants(schema),
        "hydra": _hydra(schema),
        "pilots": _pilots(schema),
        "sensitivity": _sensitivity(),
    }
    _keep(schema, own_files.EXPERIMENTS)
    compute = schema["$defs"]["Compute"]
    compute["properties"] = {name: compute["properties"][name] for name in own_files.WITHIN["compute"]}
    return _headed(schema, "An experiment: experiments/NAME.yaml. The first line of the file is `# @package _global_`.")


KINDS: Mapping[str, Callable[[], Schema]] = {"scenario": scenario, "experiment": experiment, "config": config}


def _headed(schema: Schema, meaning: str) -> Schema:
    return {"$schema": DIALECT, "title": "Loopbrug", **schema, "description": meaning}


def _complete() -> Schema:
    """`SimConfig` with the policies and parameters that there are."""
    schema = _untitled(SimConfig.model_json_schema())
    checks = schema["properties"]["checks"]
    checks["enum"] = [*checks["enum"], False]  # a bare off, as YAML 1.1 reads it
    checks.pop("type", None)
    for definition in schema["$defs"].values():
        for field in definition.get("properties", {}).values():
            _name_sectors(field)
    schema["properties"]["policies"] |= {"properties": _policies(schema["$defs"]), "additionalProperties": False}
    schema["properties"]["parameters"] |= {"properties": _parameters(), "additionalProperties": False}
    return schema


def _untitled(schema: Any) -> Any:
    """Without the titles that pydantic makes of names: editors would show them instead of the meaning."""
    if isinstance(schema, list):
        return [_untitled(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _untitled(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))}


def _name_sectors(field: Schema) -> None:
    """Beside every sector key in a list of them, what it stands for."""
    from sim.report.words import words

    if field.get("enum") == list(SECTORS):
        field["enumDescriptions"] = [words("en")(f"sectors.{key}") for key in SECTORS]


def _policies(definitions: dict[str, Schema]) -> dict[str, Schema]:
    """A reference per policy to the schema of its parameters, which goes into `definitions`."""
    from sim.policies.registry import POLICIES

    found = {}
    for name, policy in POLICIES.items():
        schema = _untitled(policy.model_json_schema())
        definitions |= schema.pop("$defs", {})
        for key, field in schema["properties"].items():
            _name_sectors(field)
            field["description"] = _with_evidence(f"policies.{name}.{key}", field.get("description", ""))
            if field.get("type") == "integer" and isinstance(field.get("default"), float):
                field["default"] = int(field["default"])
        definitions[f"policy_{name}"] = schema
        found[name] = {"$ref": f"#/$defs/policy_{name}", "description": schema.get("description", "")}
    return found


def _parameters() -> dict[str, Schema]:
    """The behaviour parameters by group. Their ranges are those of the evidence: a value outside is a warning, not a mistake."""
    from sim.evidence.parameters import load_parameters

    groups: dict[str, Schema] = {}
    for path, row in load_parameters().items():
        group, _, name = path.partition(".")
        if group == "policies":
            continue
        section = groups.setdefault(group, {"type": "object", "properties": {}, "additionalProperties": False})
        section["properties"][name] = {"type": "number", "default": row.central, "description": _with_evidence(path, row.meaning)}
    return groups


def _with_evidence(path: str, meaning: str) -> str:
    """A meaning with unit, range, grade and source of the row of evidence, when there is one."""
    from sim.evidence.parameters import load_parameters

    row = load_parameters().get(path)
    if row is None:
        return meaning
    return f"{meaning}\nEvidence: {row.low:g} to {row.high:g} {row.unit}; {row.grade}, {row.status}. Source: {row.source}"


def _partial(schema: Schema) -> Schema:
    """As it stands in a file that other files complete: nothing must be there, and what is filled in by itself must not."""
    for part in (schema, *(schema["$defs"][name] for name in ("Scenario", "Text", "Economy"))):
        part.pop("required", None)
    schema["$defs"]["Scenario"]["properties"].pop(OWN)
    schema["properties"].pop(UNCERTAIN)
    for part in ("scenario", "economy"):
        schema["properties"][part].pop("default", None)
    schema["properties"]["defaults"] = {"type": "array", "description": "Hydra's list of files to build upon."}
    return schema


def _keep(schema: Schema, folder: str) -> None:
    """Only what a file of a folder may hold (`sim.config.own_files`)."""
    schema["properties"] = {name: field for name, field in schema["properties"].items() if name in own_files.ALLOWED[folder]}


def _object(properties: Mapping[str, Any], description: str = "") -> Schema:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False, "description": description}


def _variants(schema: Schema) -> Schema:
    """Named variants of scenarios, with what a variant may change (`sim.config.variants`)."""
    from sim.config import variants

    known, own = schema["properties"], {variants.OF: {"type": "string", "description": "The scenario that it is a variant of."}}
    fields: dict[str, Any] = {}
    for key, below in variants.CHANGES.items():
        whole = own.get(key) or known[key]
        if below:
            inner = schema["$defs"][key.capitalize()]["properties"]
            whole = _object({name: inner[name] for name in below}, known[key].get("description", ""))
        fields[key] = whole
    return {
        "type": "object",
        "description": "Name -> a scenario with a few settings changed.",
        "patternProperties": {NAMES: _object(fields)},
        "additionalProperties": False,
    }


def _hydra(schema: Schema) -> Schema:
    """Hydra's own settings: only what a sweep may vary."""
    values = {"type": ["string", "number", "boolean"], "description": "Values in Hydra's grammar: 1,2,3 or range(1,11) or choice(a,b)."}
    params = _object(dict.fromkeys(_axes(schema), values), "What the experiment varies: key -> values.")
    return _object({"sweeper": _object({"params": params})}, "Settings of Hydra: what to vary, and nothing else.")


def _axes(schema: Schema) -> Iterable[str]:
    """What one sweep may vary: `sim.config.axes.names`, and parameters of policies."""
    from sim.config.axes import names

    yield from names()
    for name in schema["properties"]["policies"]["properties"]:
        yield from (f"policies.{name}.{key}" for key in schema["$defs"][f"policy_{name}"]["properties"])


def _pilots(schema: Schema) -> Schema:
    """Pilots as small as they were, by policy (`sim.pilots.design`); what they set of a policy is a part of its parameters."""
    from sim.pilots.design import Pilots

    found = _untitled(Pilots.model_json_schema())
    definitions = found.pop("$defs")
    pilot = definitions.pop("Pilot")
    schema["$defs"] |= {name: definition for name, definition in definitions.items() if name not in schema["$defs"]}
    programmes = {}
    for name in schema["properties"]["policies"]["properties"]:
        mine = copy.deepcopy(pilot)
        mine["properties"]["settings"] = {"$ref": f"#/$defs/policy_{name}"}
        programmes[name] = mine
    found["properties"]["programmes"] |= {"properties": programmes, "additionalProperties": False}
    return dict(found)


def _sensitivity() -> Schema:
    """A sensitivity analysis (`sim.sensitivity.design`); one name may stand without a list."""
    from sim.sensitivity.design import Sensitivity

    found = _untitled(Sensitivity.model_json_schema())
    for field in found["properties"].values():
        if field.get("type") == "array":
            field["type"] = ["array", "string"]
    return dict(found)
