"""The scenarios and experiments that come along."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.config import shipped
from sim.config.compose import compose, compose_full
from sim.config.experiment import configs_of
from sim.config.kinds import PILOTS, SENSITIVITY, kind_of
from sim.policies.registry import POLICIES
from sim.runs import jobs

FOLDER = shipped.shipped("scenarios")
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
OF_THE_MODEL = {
    "senior_networks", "later_life_work", "dual_track", "care_reserve", "defence_reserve", "job_bridge", "career_advice",
    "phased_retirement", "training_places", "pension_age", "more_hours", "pay_rise", "hiring_subsidy",
}  # fmt: skip
"""The policies of the design; `baseline` is the fourteenth, none."""


@cache
def content(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_policy_of_the_model_has_a_scenario_with_it_alone() -> None:
    for name in OF_THE_MODEL | {*POLICIES}:
        assert list(content(FOLDER / f"{name}.yaml")["policies"]) == [name]


def test_the_first_look_is_the_baseline_and_the_six_programmes() -> None:
    assert set(jobs.asked_for([])) == {
        "baseline", "senior_networks", "later_life_work", "dual_track", "care_reserve", "job_bridge", "career_advice"}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_composes_and_asks_a_question_of_its_own(name: str) -> None:
    file = content(FOLDER / f"{name}.yaml")
    config = compose([f"scenarios={name}"])
    assert set(config.policies) == set(file["policies"])
    texts = [(other["scenario"]["question"]["en"], other["scenario"]["label"]["nl"]) for other in map(content, FOLDER.glob("*.yaml"))]
    assert len({question for question, _ in texts}) == len({label for _, label in texts}) == len(NAMES)


def test_the_wave_with_a_reserve_is_the_same_wave_and_goes_against_it() -> None:
    plain, reserve = (content(FOLDER / f"{name}.yaml") for name in ("pandemic_wave", "pandemic_wave_with_reserve"))
    assert plain["economy"] == reserve["economy"]
    assert reserve["scenario"]["against"] == "pandemic_wave"
    wave = compose(["scenarios=pandemic_wave"])
    assert wave.scenario.own_crises
    assert [(crisis.start, crisis.months, crisis.sector, crisis.demand_factor) for crisis in wave.economy.crises] == [
        ("2027-03", 4, "Q", 1.15)
    ]


def test_every_name_of_an_experiment_exists() -> None:
    for path in shipped.shipped("experiments").glob("*.yaml"):
        if kind_of(path.stem) == PILOTS:
            assert set(content(path)["pilots"]["programmes"]) <= set(POLICIES), path.name
            continue
        if kind_of(path.stem) == SENSITIVITY:
            assert set(content(path)["sensitivity"]["scenarios"]) <= set(NAMES), path.name
            continue
        axes = content(path)["hydra"]["sweeper"]["params"]
        if "glob" not in axes.get("scenarios", ""):
            assert set(axes.get("scenarios", "baseline").split(",")) <= set(NAMES), path.name
        assert [name.strip() for name in axes.get("variant", "").split(",") if name] == list(content(path).get("variants", {})), path.name


def test_all_scenarios_means_all() -> None:
    configs = configs_of("all_scenarios", [])
    assert sorted({config.scenario.name for config in configs}) == NAMES == sorted(jobs.asked_for(["all"]))
    assert {config.seed for config in configs} == {1, 2, 3, 4, 5}


def test_weak_evidence_adds_a_weak_twin_to_every_scenario_that_has_an_effect() -> None:
    configs = {(config.scenario.name, config.evidence): config for config in configs_of("weak_evidence", ["seed=1", "seeds=1"])}
    twins = {name for name, evidence in configs if evidence == "low"}
    assert twins == {name for name, _ in configs if compose([f"scenarios={name}", "evidence=low"]).evidence == "low"}
    assert twins
    for name in twins:
        weak = configs[name, "low"]
        assert weak.policies == compose([f"scenarios={name}", "evidence=low"]).policies != configs[name, "central"].policies


def test_each_of_the_14_frictions_goes_alone_and_all_go_together() -> None:
    composed = compose_full(["experiments=bridge_frictions"])
    frictions = [name for name in POLICIES["job_bridge"].model_fields if name.startswith("friction_")]
    assert len(frictions) == 14
    gone = {}
    for name in composed.variants:
        bridge = compose(["experiments=bridge_frictions", f"variant={name}"]).policies["job_bridge"]
        assert {bridge[friction] for friction in frictions} <= {0, 1}
        gone[name] = [friction for friction in frictions if bridge[friction] == 0]
    assert gone.pop("bridge_no_friction_gone") == []
    assert gone.pop("bridge_all_frictions_gone") == frictions
    assert gone == {f"bridge_only_{friction.removeprefix('friction_')}": [friction] for friction in frictions}
