"""Run folders: ``<runs_dir>/scenario=<name>/key=<key>/``, whole or absent.

What holds, whatever happens (an error, Ctrl-C, kill -9, loss of power):

Whole or absent.
    A folder is filled under a temporary name beside its final one; every file in it, then the folder, is flushed to disk (fsync); it gets
    its name in one step (rename, which is atomic); then the folder around it is flushed. So a folder with a final name is complete, also
    after the power failed, and a run that was reported as done is there. ``run.json`` lists the size of every file beside it: a folder that
    was copied badly afterwards is recognised (`fault`), never read, and done again. The same goes for checkpoints and the dashboard, which
    are files (`sim.runs.disk.write_whole`).
Finished once.
    A finished run is used again and never written over; a failed one leaves its error and is tried again. Who does a run holds a claim
    on it (`sim.runs.claim`: a lock that ends with its process), and looks again whether it is finished once it has the claim. So two
    sweeps in one folder do not do a run twice, and a claim never outlives who holds it.
No rubbish.
    What a killed process left behind is removed by the next command (`clean`): locks that nobody holds, and temporary files of a process
    of this machine that is gone. Those of other machines only when they are a day old and nobody holds the claim; a checkpoint that nobody
    came back for, after a month.

On NFS (version 3 and later) rename is atomic and fsync reaches the server. Its locks hold between machines, unless mounted with
``nolock`` or ``local_lock``. Another machine may see a new folder some seconds late (attribute caching): it may then do a run a second
time, finds the finished one when it wants to give its own folder the name, and leaves it. On a file system without locks the same holds
for two sweeps at once. A disk that says fsync is done before it is, can lose what it said; nothing here can mend that.
"""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sim.config.errors import UserError
from sim.runs import claim, disk, record
from sim.runs.disk import TEMPORARY, flush
from sim.runs.record import BrokenRun, RunRecord

CHECKPOINT = ".checkpoint-"
FORGOTTEN_S = 30 * 24 * 3600.0
"""A checkpoint that nobody came back for is removed when it is older than this."""
STALE_S = 24 * 3600.0
"""A temporary folder of another machine, or of a process number that is in use again, is left over when it is older than this."""


def folder_of(runs_dir: Path, scenario: str, key: str) -> Path:
    """Folder of a run; the names are read as columns by `polars.scan_parquet`."""
    return runs_dir / f"scenario={scenario}" / f"key={key}"


def checkpoint_of(folder: Path) -> Path:
    """Where a run that is under way keeps its checkpoint: beside the folder it will get."""
    return folder.parent / f"{CHECKPOINT}{folder.name.removeprefix('key=')}.npz"


def finished(folder: Path) -> RunRecord | None:
    """Record of the run when it is complete and succeeded, else None."""
    try:
        found = record.read(folder)
    except UserError:  # written by another version under the same key: compute it again
        return None
    return found if found is not None and found.ok and fault(folder, found.files) is None else None


def fault(folder: Path, files: dict[str, int]) -> str | None:
    """What is wrong with the files of a finished run, as a sentence; None when they are whole.

    Parameters
    ----------
    files : size in bytes by name, of ``run.json``; without them, in runs of earlier versions, the ends of the tables are looked at.
    """
    for path in [folder / name for name in files] or sorted(folder.glob("*.parquet")):
        if path.parent != folder or not path.is_file():  # a name may lead elsewhere, or to a pipe that never ends
            return f"{path} is missing"
        size = path.stat().st_size
        if size != files.get(path.name, size):
            return f"{path} has {size} bytes instead of {files[path.name]}"
        if path.suffix == ".parquet" and not _ends_as_parquet(path):
            return f"{path} is cut short or damaged"
    return None


def check_whole(folder: Path, files: dict[str, int]) -> None:
    """Refuse a folder with a half file; `BrokenRun` says which, and what to do."""
    wrong = fault(folder, files)
    if wrong is not None:
        raise broken(folder, wrong)


def broken(folder: Path, wrong: str) -> BrokenRun:
    """The error for a run whose files are not what they were when it was finished; `wrong`: what is wrong with which file."""
    return BrokenRun(
        f"{wrong}: the folder was changed or not copied whole after the run was finished. "
        f"Remove {folder} (or copy it again), then repeat the command that made it: only this run is done again.",
        folder,
    )


def _ends_as_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size < 12:
            return False
        file.seek(-4, os.SEEK_END)
        return file.read(4) == b"PAR1"


def write(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write the files of a run, then give the folder its name in one step.

    A finished run that another process put there in the meantime stays: it holds the same results.

    Raises
    ------
    UserError
        The folder cannot be written (no permission, disk full).
    """
    temporary = folder.parent / disk.temporary_name(folder.name)
    try:
        disk.make_folder(folder.parent)
        temporary.mkdir()
    except OSError as error:
        raise disk.cannot_write(folder.parent, error) from error
    try:
        fill(temporary)
        disk.flush_folder(temporary)
        replace(temporary, folder)
        flush(folder.parent)
    except Exception as error:
        if disk.is_full(error):
            shutil.rmtree(temporary, ignore_errors=True)
            raise disk.full(folder.parent, size_of_a_run(folder), "a run like this") from error
        raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def size_of_a_run(folder: Path) -> int | None:
    """Bytes of a finished run in the same runs folder, as a measure of what the next one needs; None when there is none yet."""
    places = (folder.parent.glob("key=*"), folder.parent.parent.glob("scenario=*/key=*"))
    return next((disk.size_of(other) for place in places for other in place if any(other.glob("*.parquet"))), None)


def replace(temporary: Path, folder: Path) -> None:
    """Rename `temporary` to `folder`; a failed run that stood there goes, a finished one stays."""
    for _ in range(3):
        if finished(folder):
            return
        if folder.exists():
            aside = folder.parent / disk.temporary_name(folder.name)
            os.replace(folder, aside)
            if finished(aside) and not folder.exists():  # it was finished between our two steps, by somebody without claims
                os.replace(aside, folder)
                return
            shutil.rmtree(aside, ignore_errors=True)
        try:
            os.replace(temporary, folder)
        except OSError as error:
            if not folder.exists() or disk.is_full(error):
                raise
            continue  # another process was faster: look at what it left
        return


def clean(runs_dir: Path) -> int:
    """Remove what killed processes left behind and nobody will use; returns how many folders and files went."""
    removed = 0
    for path in runs_dir.glob(f"scenario=*/{claim.LOCK}*"):
        removed += claim.free(path)
    for path in runs_dir.glob(f"scenario=*/{TEMPORARY}*"):
        if is_left_over(path):
            remove(path)
            removed += 1
    for path in runs_dir.glob(f"scenario=*/{CHECKPOINT}*"):
        key = path.stem.removeprefix(CHECKPOINT)
        if age_s(path) > FORGOTTEN_S or finished(path.parent / f"key={key}"):
            remove(path)
            removed += 1
    return removed


def is_left_over(path: Path) -> bool:
    """Whether who was writing `path` is gone: a process of this machine that ended, or one that has not touched it for a day.

    And nobody holds the claim of the run: a process number says nothing about a container on the same machine.
    """
    here = f"{TEMPORARY}{socket.gethostname()}-"
    owner = path.name.removeprefix(here).split("-")[0] if path.name.startswith(here) else ""
    gone = owner.isdigit() and not alive(int(owner))
    if not gone and age_s(path) <= STALE_S:
        return False
    return claim.free(claim.lock_of(path.with_name(path.name.rpartition("-")[2].removeprefix(CHECKPOINT).removesuffix(".npz"))))


def age_s(path: Path) -> float:
    """Seconds since a file or folder was changed; 0 when it is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def remove(path: Path) -> None:
    """Remove a file or folder that may be gone already."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def alive(process: int) -> bool:
    """Whether a process of this machine exists."""
    if os.name == "nt":
        return True  # signal 0 would end it there; the age decides
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def folders(root: Path) -> Iterator[Path]:
    """Run folders in `root`: itself, a scenario's folder, or a whole runs folder; sorted."""
    if (root / record.FILE_NAME).exists():
        yield root
        return
    for pattern in ("key=*", "scenario=*/key=*"):
        yield from sorted(path for path in root.glob(pattern) if (path / record.FILE_NAME).exists())
