"""What `--dry-run` says."""

from __future__ import annotations

from pathlib import Path

import fake_model
import pytest
from fake_model import WHO

from sim.runs import disk
from sim.runs.execute import execute, task_of
from sim.runs.plan import bytes_of, plan, seconds_of, text


def done(config, wall_s: float) -> Path:
    """Do a run that took so long."""
    task = task_of(config, WHO)
    record = execute(task, WHO, fake_model.engine())
    (task.folder / "run.json").write_text(record.model_copy(update={"wall_s": wall_s}).model_dump_json())
    return task.folder


def one_at_a_time(configured, **fields):
    """A configuration whose runs go one after the other."""
    return configured(compute=configured().compute.model_copy(update={"processes": 1}), **fields)


def test_counts_of_what_is_asked_for_and_nothing_is_written(configured) -> None:
    found = plan([configured(seed=seed) for seed in (1, 2, 2, 3)] + [configured(rng="philox")], WHO)
    assert (found.runs, found.finished, found.seeds, found.settings) == (4, 0, 3, 2)
    assert found.scenarios == {"baseline": 4}
    assert list(Path().iterdir()) == []


def test_without_a_finished_run_the_figures_are_rough_and_say_so(configured) -> None:
    config = one_at_a_time(configured)
    found = plan([config], WHO)
    assert found.measured_on == 0
    assert found.seconds == pytest.approx(seconds_of(config))
    assert found.disk_mb == pytest.approx(bytes_of(config) / 1e6)
    assert "rough figures" in text(found)


def test_finished_runs_of_the_same_size_give_time_and_disk_for_the_rest(configured) -> None:
    folders = [done(one_at_a_time(configured, seed=seed), wall_s) for seed, wall_s in ((1, 2.0), (2, 4.0), (3, 40.0))]
    done(one_at_a_time(configured, seed=1, until="2024-06"), 1000.0)  # longer: tells nothing
    found = plan([one_at_a_time(configured, seed=seed) for seed in range(1, 8)], WHO)
    assert (found.runs, found.finished, found.measured_on) == (7, 3, 3)
    assert found.seconds == pytest.approx(4 * 4.0)  # the median
    sizes = sorted(disk.size_of(folder) for folder in folders)
    assert found.disk_mb == pytest.approx(4 * sizes[1] / 1e6)
    assert "measured on 3 finished runs of the same size" in text(found)


def test_runs_at_a_time_share_the_time_and_are_no_more_than_there_are(configured) -> None:
    two = configured().compute.model_copy(update={"processes": 2})
    alone = plan([one_at_a_time(configured, seed=seed) for seed in range(4)], WHO)
    shared = plan([configured(compute=two, seed=seed) for seed in range(4)], WHO)
    assert (shared.processes, shared.seconds) == (2, pytest.approx(alone.seconds / 2))
    assert plan([configured(compute=two)], WHO).processes == 1


def test_everything_finished_takes_nothing(configured) -> None:
    config = one_at_a_time(configured)
    done(config, 2.0)
    found = plan([config], WHO)
    assert (found.seconds, found.disk_mb) == (0, 0)
    assert "Already finished: 1; to do: 0" in text(found)


def test_a_history_and_a_larger_sample_take_longer(configured) -> None:
    population = configured().population
    history = configured(population=population.model_copy(update={"start": "history"}))
    large = configured(population=population.model_copy(update={"scale": 0.1}))
    assert seconds_of(history) > 2 * seconds_of(configured())
    assert seconds_of(large) > 10 * seconds_of(configured())
    assert bytes_of(large) > 2 * bytes_of(configured())
