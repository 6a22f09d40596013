"""Many runs on processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import fake_model
import pytest
from fake_model import WHO

from sim.config.schema import Compute
from sim.runs import store
from sim.runs.batch import Batch, Runner
from sim.runs.pool import environment, without_main
from sim.runs.progress import Lines

TWO = Compute(processes=2)


def seeds(configured, *numbers: int, engine=fake_model.engine, **fields) -> Batch:
    with Runner(load_engine=engine, who=WHO) as runner:
        return runner.run([configured(seed=seed, compute=TWO, **fields) for seed in numbers])


def test_records_come_in_the_order_asked(configured) -> None:
    batch = seeds(configured, 3, 1, 2)
    assert [record.seed for record in batch.records] == [3, 1, 2]
    assert [record.digest for record in batch.records] == ["digest-baseline-3", "digest-baseline-1", "digest-baseline-2"]
    assert batch.failures == []


def test_processes_give_what_one_process_gives(configured) -> None:
    many = seeds(configured, 1, 2, runs_dir="many")
    with Runner(load_engine=fake_model.engine, who=WHO) as runner:
        one = runner.run([configured(seed=seed, compute=Compute(processes=1), runs_dir="one") for seed in (1, 2)])
    assert [record.digest for record in many.records] == [record.digest for record in one.records]
    assert [task.key for task in many.tasks] == [task.key for task in one.tasks]


def test_failed_run_does_not_stop_the_others_and_alone_is_tried_again(configured) -> None:
    batch = seeds(configured, 12, fake_model.BAD_SEED, 14)
    assert [record.ok for record in batch.records] == [True, False, True]
    assert [(failure["seed"], failure["error"]) for failure in batch.failures] == [(13, "ZeroDivisionError: no luck with 13")]
    Path("mended").touch()
    stamps = {folder: (folder / "run.json").stat().st_mtime_ns for folder in batch.folders}
    again = seeds(configured, 12, fake_model.BAD_SEED, 14)
    assert again.failures == []
    assert stamps == {folder: (folder / "run.json").stat().st_mtime_ns for folder in stamps}


def test_process_that_dies_is_a_failed_run_and_the_others_finish(configured) -> None:
    batch = seeds(configured, 1, fake_model.DEADLY_SEED, 2, 3)
    assert [record.ok for record in batch.records] == [True, False, True, True]
    assert "ended unexpectedly, 2 times (exit code 7)" in batch.failures[0]["error"]


def test_kernels_are_compiled_once_before_the_runs(configured) -> None:
    batch = seeds(configured, 1, 2, 3, engine=fake_model.cold_engine)
    assert batch.failures == []
    assert Path("compiled").read_text() == "once\n"


@pytest.mark.parametrize("threads", [1, 2])
def test_workers_use_as_many_threads_as_a_run_may(configured, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.runs.cores.cores", lambda: 4)
    batch = seeds(configured, 1, 2, engine=fake_model.threads_engine, threads=threads)
    assert {record.digest for record in batch.records} == {f"{threads}{threads}"}


def test_model_that_cannot_be_loaded_is_our_fault(configured) -> None:
    with pytest.raises(RuntimeError, match="the model cannot be loaded"):
        seeds(configured, 1, 2, engine=fake_model.broken_engine)


def test_early_workers_that_are_not_needed_end(configured) -> None:
    with Runner(early=True, load_engine=fake_model.engine, who=WHO) as runner:
        batch = runner.run([configured(seed=1, compute=TWO)])
    assert batch.failures == []


def test_environment_is_put_back() -> None:
    before = dict(os.environ)
    with environment(3):
        assert os.environ["NUMBA_NUM_THREADS"] == "3"
    assert dict(os.environ) == before
    main = sys.modules["__main__"]
    with without_main():
        assert sys.modules["__main__"] is not main
    assert sys.modules["__main__"] is main


def test_log_has_one_line_per_run(configured, capsys: pytest.CaptureFixture[str]) -> None:
    with Runner(load_engine=fake_model.engine, who=WHO) as runner:
        runner.run([configured(seed=seed, compute=TWO) for seed in (1, fake_model.BAD_SEED)], Lines())
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "2 runs to do"
    assert len(lines) == 3
    assert any("FAILED: ZeroDivisionError" in line for line in lines)


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
import fake_model
from sim.config.compose import compose
from sim.runs.batch import Interrupted, Runner
from sim.runs.progress import Lines
config = compose(["until=2023-12", "compute.processes=2"])
runner = Runner(load_engine=fake_model.engine)
try:
    runner.run([config.model_copy(update={{"seed": seed}}) for seed in (1, 777, 778, 779)], Lines())
except Interrupted as stop:
    print(stop)
"""
"""A script without ``if __name__ == "__main__"``: worker processes must not run it again."""


def test_ctrl_c_stops_within_two_seconds_keeps_what_is_done_and_leaves_no_process() -> None:
    script = Path("script.py")
    script.write_text(SCRIPT.format(tests=str(Path(__file__).parent)))
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    while "seed 1" not in process.stderr.readline():
        assert process.poll() is None
    time.sleep(0.3)
    began = time.perf_counter()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes of the command
    out, error = process.communicate(timeout=10)
    assert time.perf_counter() - began < 2
    assert out.strip() == "Interrupted. 1 of 4 runs are finished and kept.", error
    assert "Traceback" not in error
    assert len(list(store.folders(Path("runs")))) == 1
    assert gone_within(process.pid, seconds=2)


def gone_within(group: int, seconds: float) -> bool:
    """Whether all processes of a group end in time (Python's own resource tracker notices a moment later that its parent is gone)."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False
