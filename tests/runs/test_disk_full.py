"""A full disk: one clear message, complete runs intact, nothing half, and the same command goes on when there is room again."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import fake_model
import numpy as np
import polars as pl
import pytest
from fake_model import WHO

from sim.config.errors import UserError
from sim.runs import disk, store
from sim.runs.batch import Runner
from sim.runs.disk import DiskFull
from sim.runs.execute import Engine, execute, task_of

SAYS = r"no room left on the disk in .*runs.* [MG]B free.*is kept\. Free some space and repeat the same command.*runs_dir="


def full(*arguments: object, **more: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        pl.exceptions.ComputeError("parquet: File out of specification: underlying IO error: No space left on device (os error 28)"),
    ],
)
def test_every_way_of_saying_full_is_understood(error: Exception) -> None:
    assert disk.is_full(error)
    wrapped = RuntimeError("x")
    wrapped.__cause__ = error
    assert disk.is_full(wrapped)


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "no"), ValueError("os error 2"), MemoryError()])
def test_other_errors_are_not_a_full_disk(error: Exception) -> None:
    assert not disk.is_full(error)


def test_no_room_for_a_table_ends_the_sweep_and_is_no_failed_run(configured, monkeypatch) -> None:
    with Runner(load_engine=fake_model.engine, who=WHO) as runner:
        first = runner.run([configured(seed=1)])
        monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
        with pytest.raises(DiskFull, match=SAYS) as raised:
            runner.run([configured(seed=1), configured(seed=2)])
    assert "a run like this needs about" in str(raised.value)
    assert isinstance(raised.value, UserError)  # the user can mend it: exit code 2
    assert [path.name for path in first.folders[0].parent.iterdir()] == [first.folders[0].name]
    assert store.finished(first.folders[0]) is not None


def test_no_room_for_a_checkpoint_is_no_failed_run_either(configured, monkeypatch) -> None:
    def simulate(config, world, on_month=None):
        path = store.checkpoint_of(task.folder)
        disk.write_whole(path, lambda temporary: np.savez(temporary, a=np.zeros(9)), needs=72)

    task = task_of(configured(), WHO)
    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(DiskFull, match=SAYS):
        execute(task, WHO, Engine(fake_model.build_world, simulate))
    assert list(task.folder.parent.iterdir()) == []


def test_no_room_for_a_page_keeps_the_one_that_was_there(tmp_path: Path, monkeypatch) -> None:
    page = tmp_path / "dashboard.html"
    disk.write_whole(page, "old")
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(DiskFull, match="no room left"):
        disk.write_whole(page, "new")
    assert page.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [page]


ON_A_SMALL_DISK = """
import subprocess, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import fake_model
from sim.config.compose import compose
from sim.config.errors import UserError
from sim.config.schema import Compute
from sim.runs import store
from sim.runs.batch import Runner
from sim.runs.disk import DiskFull
config = compose(["population.scale=0.001", "until=2023-12", "runs_dir=small/runs"])
def sweep(processes):
    with Runner(load_engine=fake_model.engine, who=fake_model.WHO) as runner:
        return runner.run([config.model_copy(update={{"seed": seed, "compute": Compute(processes=processes)}}) for seed in range(100, 130)])
def there():
    places = list(Path("small/runs").glob("scenario=*/*"))
    assert all(place.name.startswith("key=") for place in places), places
    assert all(store.finished(place) for place in places), places
    return len(places)
counts = []
for processes in (1, 2):
    try:
        sweep(processes)
        raise SystemExit("it fitted")
    except DiskFull as error:
        print(error)
    counts.append(there())
    subprocess.run(["mount", "-o", "remount,size=600k", "small"], check=True)
subprocess.run(["mount", "-o", "remount,size=10m", "small"], check=True)
assert not sweep(1).failures
counts.append(there())
print("whole runs", *counts)
"""


def test_on_a_disk_that_is_really_full(tmp_path: Path) -> None:
    mount = "mkdir -p small && mount -t tmpfs -o size=300k tmpfs small"
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True).returncode:
        pytest.skip("LOUD: may not mount a small disk here (unshare -rm), so only the simulated full disk is tested")
    script = tmp_path / "script.py"
    script.write_text(ON_A_SMALL_DISK.format(tests=str(Path(__file__).parent)))
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", f"{mount} && exec {sys.executable} {script}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    *messages, counts = done.stdout.splitlines()
    assert len(messages) == 2
    assert all("no room left on the disk in small/runs/scenario=baseline" in message for message in messages)
    one, two, all_of_them = map(int, counts.split()[2:])
    assert 0 < one < two < all_of_them == 30
