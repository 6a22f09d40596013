"""Failed runs: one line per error, where to read more, how to try again."""

from __future__ import annotations

from pathlib import Path

import fake_model
import pytest
from fake_model import WHO

from sim.config.schema import Compute
from sim.runs import failures
from sim.runs.batch import Batch, Runner
from sim.runs.execute import Engine
from sim.runs.progress import Lines


def broken(configured, *changes: dict[str, object], progress=None) -> Batch:
    """Runs that all fail, with the seed in the error."""

    def simulate(config, world, on_month=None):
        raise ArithmeticError(f"person {config.seed} has no age\nand more")

    with Runner(load_engine=lambda: Engine(fake_model.build_world, simulate), who=WHO) as runner:
        return runner.run([configured(compute=Compute(processes=1), **change) for change in changes], progress)


def test_the_same_error_is_one_line_with_a_count(configured) -> None:
    found = broken(configured, *({"seed": seed} for seed in range(30))).failures
    assert len(found) == 30
    heading, _, *lines = failures.table(found).splitlines()
    [line] = lines
    assert line.split()[0] == "30"
    assert "ArithmeticError: person 0 has no age" in line
    assert "baseline seed 0; baseline seed 1; and 28 more" in line
    assert "traceback of the first" in heading
    trace = Path(line.split()[-1])
    assert "ArithmeticError" in trace.read_text()
    assert "only 30 failed runs will be done again" in failures.how_to_retry(found)


def test_different_errors_have_lines_of_their_own_the_most_frequent_first(configured) -> None:
    with Runner(load_engine=fake_model.engine, who=WHO) as runner:
        found = runner.run([configured(seed=fake_model.BAD_SEED, compute=Compute(processes=1))]).failures
    found += broken(configured, {"seed": 1}, {"seed": 2}).failures
    lines = failures.table(found).splitlines()[2:]
    assert [line.split()[0] for line in lines] == ["2", "1"]


def test_a_failed_run_is_named_with_the_settings_that_tell_it_from_its_siblings(configured) -> None:
    low, high = ({"policies": {"job_bridge": {"places": places, "months": 6}}} for places in (10, 20))
    found = broken(configured, low, high).failures
    assert [failure["settings"] for failure in found] == [{"policies.job_bridge.places": 10}, {"policies.job_bridge.places": 20}]
    assert failures.name_of(found[1]) == "baseline seed 1 policies.job_bridge.places=20"
    assert {"scenario", "seed", "draw", "key", "error", "run_dir", "traceback", "settings"} <= set(found[0])


def test_a_log_does_not_repeat_the_same_error(configured, capsys: pytest.CaptureFixture[str]) -> None:
    broken(configured, *({"seed": seed} for seed in range(50)), progress=Lines())
    assert capsys.readouterr().err.count("FAILED") == 3
