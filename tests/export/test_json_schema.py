"""JSON Schema of the YAML files: what is shipped is accepted, what the program refuses is refused."""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import ValidationError

from sim import cli
from sim.config import catalogue, shipped
from sim.config.compose import compose
from sim.config.schema import SimConfig
from sim.config.wording import section_of
from sim.export import json_schema
from sim.policies.registry import POLICIES

HEADING = {"label": {"en": "x", "nl": "x"}, "question": {"en": "x", "nl": "x"}}
SECTIONS = ["", *(path for path in catalogue.settings(SimConfig) if section_of(SimConfig, tuple(path.split("."))))]
SCHEMAS = {kind: make() for kind, make in json_schema.KINDS.items()}
CRISIS = {"start": "2027-03", "months": 4, "sector": "Q", "demand_factor": 1.1}


def faults(kind: str, content: Any) -> list[str]:
    return [f"{fault.json_path}: {fault.message}" for fault in jsonschema.Draft202012Validator(SCHEMAS[kind]).iter_errors(content)]


def put(tree: dict[str, Any], path: str, key: str, value: Any) -> dict[str, Any]:
    """`tree` with a value under a dotted path; lists are entered at their first element."""
    tree = copy.deepcopy(tree)
    node: Any = tree
    for part in [part for part in path.split(".") if part]:
        node = node.setdefault(part, {})
        node = node[0] if isinstance(node, list | tuple) else node
    node[key] = value
    return tree


def scenario(**content: Any) -> dict[str, Any]:
    return {"scenario": HEADING, **content}


@pytest.mark.parametrize("kind", json_schema.KINDS)
def test_it_is_a_schema(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind])
    assert SCHEMAS[kind]["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("kind", ["scenario", "experiment"])
def test_every_shipped_file_is_accepted(kind: str) -> None:
    files = sorted(shipped.shipped(f"{kind}s").glob("*.yaml"))
    assert files
    for file in files:
        assert not faults(kind, yaml.safe_load(file.read_text(encoding="utf-8"))), file.name


def test_the_configuration_of_a_run_is_accepted(runs_dir: Path) -> None:
    for file in runs_dir.glob("*/*/config.yaml"):
        assert not faults("config", yaml.safe_load(file.read_text(encoding="utf-8"))), file


@pytest.mark.parametrize("section", SECTIONS)
def test_an_unknown_key_is_refused_in_every_section_as_the_program_does(section: str) -> None:
    whole = put(compose([]).model_dump(mode="json"), "economy", "crises", [CRISIS])
    for kind, content in (("config", whole), ("scenario", scenario(economy={"crises": [CRISIS]}))):
        assert not faults(kind, content)
        assert faults(kind, put(content, section, "no_such_key", 1)), f"{kind} accepts {section}.no_such_key"
    with pytest.raises(ValidationError, match="Extra inputs"):
        SimConfig.model_validate(put(whole, section, "no_such_key", 1))


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_knows_its_parameters_and_no_other(name: str) -> None:
    policy = POLICIES[name]
    defaults = policy().model_dump(mode="json", include=set(policy.model_fields))
    assert not faults("scenario", scenario(policies={name: {}}))
    assert not faults("scenario", scenario(policies={name: defaults}))
    assert faults("scenario", scenario(policies={name: {"no_such_parameter": 1}}))
    with pytest.raises(ValidationError, match="Extra inputs"):
        policy.model_validate({"no_such_parameter": 1})
    described = SCHEMAS["scenario"]["$defs"][f"policy_{name}"]["properties"]
    assert set(described) == set(policy.model_fields)
    assert all(field["description"] for field in described.values())


@pytest.mark.parametrize(
    "content",
    [
        {"policies": {"job_brige": {}}},
        {"policies": {"job_bridge": None}},
        {"policies": {"job_bridge": {"start": "2024-13"}}},
        {"policies": {"job_bridge": {"capacity_fill": 1.5}}},
        {"policies": {"pay_rise": {"sector": "Z"}}},
        {"until": "2030"},
        {"seeds": 2.5},
        {"evidence": "middle"},
        {"population": {"scale": 2}},
        {"parameters": {"matching": {"callback_rat": 0.3}}},
        {"parameters": {"matching": {"callback_rate": "high"}}},
        {"parameters": {"matchin": {}}},
        {"economy": {"crises": [CRISIS | {"sector": "X"}]}},
        {"economy": {"crises": [{key: value for key, value in CRISIS.items() if key != "months"}]}},
        {"scenario": {"label": {"en": "x", "nl": "x"}}},
        {"scenario": HEADING | {"label": {"en": "x"}}},
        {"variants": {}},
    ],
    ids=str,
)
def test_mistakes_are_refused(content: dict[str, Any]) -> None:
    assert faults("scenario", scenario() | content)


def test_a_file_without_a_heading_is_no_scenario() -> None:
    assert faults("scenario", {"policies": {}})
    assert not faults("experiment", {"seeds": 4})


def test_a_bare_off_is_accepted_as_the_program_does() -> None:
    assert not faults("scenario", scenario() | yaml.safe_load("checks: off"))


@pytest.mark.parametrize(
    "content",
    [
        {"hydra": {"sweeper": {"params": {"scenaris": "baseline"}}}},
        {"hydra": {"sweeper": {"params": {"seed": "1,2"}}, "callbacks": {}}},
        {"runs_dir": "elsewhere"},
        {"compute": {"address": "ray://elsewhere:1"}},
        {"hydra": {"sweeper": {"params": {"policies.pay_rise.ris": "0.1,0.2"}}}},
        {"variants": {"mine": {"population": {"scale": 0.1}}}},
        {"variants": {"mine": {"economy": {"name": "high"}}}},
        {"variants": {"Mine": {"of": "job_bridge"}}},
        {"pilots": {"programmes": {"job_bridge": {"participants": 10, "reported": {"text": "x", "source": "y"}}}}},
        {"pilots": {"programmes": {"no_policy": {}}}},
    ],
    ids=str,
)
def test_mistakes_in_experiments_are_refused(content: dict[str, Any]) -> None:
    assert faults("experiment", content)


def test_what_an_experiment_can_do_is_accepted() -> None:
    content = {
        "seeds": 4,
        "population": {"scale": 0.001},
        "hydra": {"sweeper": {"params": {"variant": "mine", "seed": "range(1,5)", "policies.pay_rise.rise": "0.02,0.05"}}},
        "variants": {"mine": {"of": "pay_rise", "scenario": {"label": HEADING["label"]}, "policies": {"pay_rise": {"rise": 0.1}}}},
    }
    assert not faults("experiment", content)


def test_descriptions_carry_unit_range_grade_and_source_of_the_evidence() -> None:
    text = SCHEMAS["scenario"]["$defs"]["policy_job_bridge"]["properties"]["net_effect"]["description"]
    for part in ("Evidence: 0 to 0.15", "share of participants", "Source:"):
        assert part in text
    sector = SCHEMAS["scenario"]["$defs"]["policy_pay_rise"]["properties"]["sector"]
    assert dict(zip(sector["enum"], sector["enumDescriptions"], strict=True))["DEF"] == "Defence"


def leave(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["sim", "schema", *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


def test_the_verb_writes_a_file_for_the_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    out = tmp_path / "here" / "scenario.schema.json"
    assert leave(monkeypatch, "scenario", "-o", str(out)) == 0
    assert json.loads(out.read_text(encoding="utf-8")) == SCHEMAS["scenario"]
    assert f"yaml-language-server: $schema={out.as_posix()}" in capsys.readouterr().out


def test_the_verb_prints_json_and_tables(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert leave(monkeypatch, "experiment") == 0
    assert json.loads(capsys.readouterr().out) == SCHEMAS["experiment"]
    assert leave(monkeypatch, "tables", "--json") == 0
    assert {file["file"] for file in json.loads(capsys.readouterr().out)} >= {"panel.parquet", "run.json"}
    assert leave(monkeypatch, "tables") == 0
    assert "shortage_fte" in capsys.readouterr().out


def test_mistakes_of_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert leave(monkeypatch, "scenarios") == 2
    assert "Did you mean 'scenario'?" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert leave(monkeypatch, "scenario", "-o", str(tmp_path / "file" / "x.json")) == 2
    assert "cannot write" in capsys.readouterr().err
