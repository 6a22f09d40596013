"""`scenario.against`: what a scenario is compared with."""

from __future__ import annotations

import pytest
from config_files import HEADING

from sim.config.against import compared_with
from sim.config.compose import compose
from sim.config.errors import UserError
from sim.runs import jobs


def against(name: str) -> str:
    return HEADING + f"  against: {name}\n"


def test_without_it_a_scenario_goes_against_the_baseline() -> None:
    assert compose(["scenarios=job_bridge"]).scenario.against == "baseline"
    assert compared_with("job_bridge", "baseline", "") == ["baseline"]
    assert compared_with("baseline", "baseline", "") == []


def test_a_chain_is_followed_to_the_baseline_and_compare_runs_all_of_it(write) -> None:
    write("scenarios/wave.yaml", HEADING)
    write("scenarios/reserve.yaml", against("wave"))
    write("scenarios/larger.yaml", against("reserve"))
    assert compose(["scenarios=larger"]).scenario.against == "reserve"
    configs = jobs.paired(["larger"], ["seeds=1"])
    assert [(config.scenario.name, config.scenario.against) for config in configs] == [
        ("baseline", "baseline"), ("wave", "baseline"), ("reserve", "wave"), ("larger", "reserve")]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a": "a"}, "scenarios/a.yaml line 5: scenario.against: a circle: a against a."),
        ({"a": "b", "b": "c", "c": "b"}, "scenarios/c.yaml: scenario.against: a circle: a against b against c against b."),
        ({"a": "job_brigde"}, "scenarios/a.yaml line 5: scenario.against: unknown scenario 'job_brigde'; did you mean 'job_bridge'?"),
        ({"a": "b", "b": "basline"}, "scenarios/b.yaml: scenario.against: unknown scenario 'basline'; did you mean 'baseline'?"),
    ],
)
def test_circles_and_unknown_names_are_mistakes(files: dict[str, str], message: str, write) -> None:
    for name, other in files.items():
        write(f"scenarios/{name}.yaml", against(other))
    for ask in (lambda: compose(["scenarios=a"]), lambda: jobs.paired(["a"], [])):
        with pytest.raises(UserError) as error:
            ask()
        assert message.replace(" line 5", "") in str(error.value).replace(" line 5", "")


def test_the_baseline_goes_against_nothing(write) -> None:
    write("scenarios/baseline.yaml", against("job_bridge"))
    with pytest.raises(UserError, match=r"scenarios/baseline\.yaml line 5: scenario\.against: the baseline is what the others"):
        compose([])
    with pytest.raises(UserError, match="the baseline is what the others"):
        jobs.paired(["job_bridge"], ["scenario.against=career_advice"])
