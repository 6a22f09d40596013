"""One run, one process: claims."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import fake_model
import pytest
from fake_model import WHO

from sim.runs import claim, store
from sim.runs.batch import Runner
from sim.runs.claim import Claimed
from sim.runs.execute import execute, task_of
from sim.runs.progress import Lines

FOLDER = Path("runs/scenario=x/key=abc")
LOCK = Path("runs/scenario=x/.lock-abc")
HOLDER = """
import pathlib, time
from sim.runs import claim
held = claim.take(pathlib.Path({folder!r}))
print("mine", flush=True)
time.sleep(60)
"""


def holder(folder: Path = FOLDER) -> subprocess.Popen[str]:
    """Another process that has a claim."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER.format(folder=str(folder))], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "mine\n"
    return process


def test_a_run_has_one_claim_and_it_leaves_nothing_behind() -> None:
    with claim.take(FOLDER):
        with pytest.raises(Claimed):
            claim.take(FOLDER)
        with claim.take(FOLDER.with_name("key=other")):
            assert LOCK.exists()
    with claim.take(FOLDER):
        pass
    assert list(FOLDER.parent.iterdir()) == []


def test_a_claim_ends_with_its_process_and_what_it_left_is_cleaned_up() -> None:
    process = holder()
    with pytest.raises(Claimed):
        claim.take(FOLDER)
    assert store.clean(Path("runs")) == 0
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert LOCK.exists()
    assert store.clean(Path("runs")) == 1
    assert not LOCK.exists()
    claim.take(FOLDER).release()


def test_of_many_that_want_a_claim_at_once_one_at_a_time_has_it() -> None:
    inside, most, taken = [0], [0], []

    def want() -> None:
        for _ in range(20):
            with claim.take(FOLDER, 30):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                taken.append(1)
                inside[0] -= 1

    threads = [threading.Thread(target=want) for _ in range(4)]
    before, claim.POLL_S = claim.POLL_S, 0.0005
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        claim.POLL_S = before
    assert (most[0], len(taken)) == (1, 80)
    assert list(FOLDER.parent.iterdir()) == []


def test_who_waits_gets_the_claim_of_a_process_that_dies() -> None:
    process = holder()
    threading.Timer(0.3, process.kill).start()
    began = time.monotonic()
    claim.take(FOLDER, 10).release()
    assert time.monotonic() - began < 5
    process.wait()


def test_without_locks_everybody_gets_the_claim_and_it_is_said(configured, monkeypatch, capsys: pytest.CaptureFixture[str]) -> None:
    def no_locks(handle: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(claim, "_lock", no_locks)
    with claim.take(FOLDER), claim.take(FOLDER):
        assert not LOCK.exists()
    with Runner(load_engine=fake_model.engine, who=WHO) as runner:
        batch = runner.run([configured()], Lines())
    assert batch.failures == []
    assert "may do a run twice" in capsys.readouterr().err


def test_run_that_another_process_is_doing_is_left_to_it(configured) -> None:
    task = task_of(configured(), WHO)
    other = holder(task.folder)
    with pytest.raises(Claimed):
        execute(type(task)(task.config, task.key, task.folder, patience_s=0.0), WHO, fake_model.engine())
    other.kill()
    other.wait()
    assert execute(task, WHO, fake_model.engine()).ok


def test_temporary_files_of_others_are_spared() -> None:
    """Of another machine unless old; of a process number that is gone here, but whose run is claimed (containers have their own)."""
    elsewhere = Path("runs/scenario=x/.tmp-elsewhere-1-aaaa-key=def")
    container = Path(f"runs/scenario=x/{store.TEMPORARY}{os.uname().nodename}-999999999-aaaa-key=abc")
    for path in (elsewhere, container):
        path.mkdir(parents=True)
    process = holder()
    assert store.clean(Path("runs")) == 0
    old = time.time() - store.STALE_S - 60
    os.utime(elsewhere, (old, old))
    assert store.clean(Path("runs")) == 1
    assert (elsewhere.exists(), container.exists()) == (False, True)
    process.kill()
    process.wait()
    assert store.clean(Path("runs")) == 2  # the lock and the folder
    assert not container.exists()
