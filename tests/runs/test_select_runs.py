"""Which runs of a folder belong together."""

from __future__ import annotations

from pathlib import Path

import fake_model
import pytest
from fake_model import WHO

from sim.config.errors import UserError
from sim.runs.execute import execute, task_of
from sim.runs.select import newest_set


def done(config, created: str) -> Path:
    """Do a run and set the time it was made."""
    task = task_of(config, WHO)
    record = execute(task, WHO, fake_model.engine())
    (task.folder / "run.json").write_text(record.model_copy(update={"created": created}).model_dump_json())
    return task.folder


def test_runs_with_other_settings_are_left_out(configured) -> None:
    done(configured(until="2024-05"), "2030-01-01")
    mine = [done(configured(seed=seed), "2030-01-02") for seed in (1, 2)]
    selection = newest_set([Path("runs")])
    assert sorted(selection.folders) == sorted(mine)
    assert selection.left_out == 1


def test_of_a_scenario_that_was_changed_the_newest_version_counts(configured) -> None:
    done(configured(policies={"x": {"a": 1}}), "2030-01-01")
    new = done(configured(policies={"x": {"a": 2}}), "2030-01-02")
    assert newest_set([Path("runs")]).folders == [new]


def test_failures_are_told(configured) -> None:
    done(configured(), "2030-01-01")
    execute(task_of(configured(seed=fake_model.BAD_SEED), WHO), WHO, fake_model.engine())
    assert [failure["seed"] for failure in newest_set([Path("runs")]).failures] == [13]


def test_empty_folder_says_what_to_do() -> None:
    Path("runs").mkdir()
    with pytest.raises(UserError, match=r"No finished run in runs\. Make some with `sim compare`"):
        newest_set([Path("runs")])
    with pytest.raises(UserError, match="There is no folder nowhere"):
        newest_set([Path("nowhere")])
