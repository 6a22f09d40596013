"""`compare` and `sweep` as Python calls."""

from __future__ import annotations

import math
from pathlib import Path

import fake_model
import pytest

from sim.cli.app import defined
from sim.config.errors import UserError
from sim.runs import jobs
from sim.runs.execute import Engine, execute, task_of
from sim.runs.identity import shared_settings


def names_and_seeds(configs) -> list[tuple[str, int]]:
    return [(config.scenario.name, config.seed) for config in configs]


def test_compare_does_ten_seeds_unless_told() -> None:
    configs = jobs.paired(["senior_networks", "job_bridge"], [])
    assert len(configs) == 10 * 3
    assert names_and_seeds(configs)[:4] == [("baseline", 1), ("senior_networks", 1), ("job_bridge", 1), ("baseline", 2)]


def test_compare_takes_own_scenarios_when_named_or_marked_or_with_all() -> None:
    heading = "scenario: {label: {en: a, nl: b}, question: {en: a, nl: b}"
    Path("scenarios").mkdir()
    Path("scenarios/mine.yaml").write_text(heading + "}\n")
    Path("scenarios/marked.yaml").write_text(heading + ", first_look: true}\n")
    Path("scenarios/_draft.yaml").write_text(heading + ", first_look: true}\n")
    without, every = jobs.asked_for([]), jobs.asked_for(["all"])
    assert {"baseline", "job_bridge", "marked"} <= set(without)
    assert not {"mine", "pension_age", "_draft"} & set(without)
    assert {"mine", "marked", "pension_age", *without} <= set(every)
    assert names_and_seeds(jobs.paired(["mine"], ["seeds=1"])) == [("baseline", 1), ("mine", 1)]


def test_an_own_crisis_does_not_keep_a_run_from_its_baseline() -> None:
    baseline, wave = jobs.paired(["pandemic_wave"], ["seeds=1", "until=2027-04"])
    assert shared_settings(baseline) == shared_settings(wave)
    crisis = "economy.crises=[{start: 2026-01, months: 1, sector: Q, demand_factor: 2.0}]"
    assert shared_settings(jobs.load("baseline", "until=2027-04", crisis)) != shared_settings(baseline)


def test_baseline_always_goes_along_once() -> None:
    assert names_and_seeds(jobs.paired(["job_bridge", "baseline"], ["seeds=2", "seed=7"])) == [
        ("baseline", 7), ("job_bridge", 7), ("baseline", 8), ("job_bridge", 8)]  # fmt: skip


def test_setting_of_a_policy_goes_to_the_scenarios_that_have_it() -> None:
    configs = {
        config.scenario.name: config
        for config in jobs.paired(["senior_networks", "job_bridge"], ["policies.job_bridge.start=2026-01", "seeds=1"])
    }
    assert configs["job_bridge"].policies["job_bridge"]["start"] == "2026-01"
    assert configs["baseline"].policies == {}
    assert "job_bridge" not in configs["senior_networks"].policies


def test_setting_of_a_policy_that_no_scenario_has_is_refused() -> None:
    with pytest.raises(UserError, match="none of the scenarios baseline, job_bridge has a policy 'senior_networks'"):
        jobs.paired(["job_bridge"], ["policies.senior_networks.start=2026-01"])


def test_all_runs_failed_gives_no_comparison_but_the_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    done = jobs.compare(
        "job_bridge", overrides=["seeds=1", "seed=13", "compute.processes=1", "until=2024-01"], load_engine=fake_model.engine
    )
    assert done.comparison is None
    assert done.dashboard is None
    assert [failure["scenario"] for failure in done.to_json()["failures"]] == ["baseline", "job_bridge"]


def test_metric_that_is_not_defined_is_null(configured) -> None:
    def simulate(*arguments):
        result = fake_model.simulate(*arguments)
        result.summary = {"retirement_age": math.nan}
        return result

    task = task_of(configured(), fake_model.WHO)
    engine = Engine(fake_model.build_world, simulate)
    assert execute(task, fake_model.WHO, engine).summary == {"retirement_age": None}
    assert execute(task, fake_model.WHO, engine).summary == {"retirement_age": None}  # as read back from run.json


def test_json_has_no_undefined_numbers() -> None:
    assert defined({"a": [1.5, math.nan], "b": (math.inf,), "c": "x"}) == {"a": [1.5, None], "b": [None], "c": "x"}
