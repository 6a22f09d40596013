"""Run folders: ``<runs_dir>/scenario=<name>/key=<key>/``, whole or absent.

A folder is filled under a temporary name beside its final one, every file is flushed to disk, then it is renamed. So whatever
happens - kill, crash, power - a folder with a final name is complete. A finished run is used again; a failed one leaves its error
and is tried again.
"""

from __future__ import annotations

import os
import shutil
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from sim.config.errors import UserError
from sim.runs import record
from sim.runs.record import RunRecord

TEMPORARY = ".tmp-"
CHECKPOINT = ".checkpoint-"
FORGOTTEN_S = 30 * 24 * 3600.0
"""A checkpoint that nobody came back for is removed when it is older than this."""
STALE_S = 24 * 3600.0
"""A temporary folder of another machine is left over when it is older than this."""


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
    return found if found is not None and found.ok else None


def write(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write the files of a run, then give the folder its name in one step.

    A finished run that another process put there in the meantime stays: it holds the same results.

    Raises
    ------
    UserError
        The folder cannot be written (no permission, disk full).
    """
    temporary = folder.parent / f"{TEMPORARY}{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    try:
        temporary.mkdir(parents=True)
    except OSError as error:
        raise UserError(f"cannot write to {folder.parent}: {error.strerror}. Choose another place with runs_dir=...") from error
    try:
        fill(temporary)
        for path in [*temporary.iterdir(), temporary]:
            flush(path)
        replace(temporary, folder)
        flush(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def replace(temporary: Path, folder: Path) -> None:
    """Rename `temporary` to `folder`; a failed run that stood there goes, a finished one stays."""
    for _ in range(3):
        if finished(folder):
            return
        if folder.exists():
            aside = folder.parent / f"{temporary.name}-old-{uuid.uuid4().hex[:8]}"
            os.replace(folder, aside)
            shutil.rmtree(aside, ignore_errors=True)
        try:
            os.replace(temporary, folder)
        except OSError:
            if not folder.exists():
                raise
            continue  # another process was faster: look at what it left
        return


def flush(path: Path) -> None:
    """Force a file or folder to disk; folders cannot be opened on Windows and need no flush there."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clean(runs_dir: Path) -> int:
    """Remove what killed processes left behind and nobody will use; returns how many folders and files went."""
    here, removed = f"{TEMPORARY}{socket.gethostname()}-", 0
    for path in runs_dir.glob(f"scenario=*/{TEMPORARY}*"):
        if path.name.startswith(here):
            owner = path.name.removeprefix(here).split("-")[0]
            stale = owner.isdigit() and not alive(int(owner))
        else:
            stale = time.time() - path.stat().st_mtime > STALE_S
        if stale:
            remove(path)
            removed += 1
    for path in runs_dir.glob(f"scenario=*/{CHECKPOINT}*"):
        key = path.stem.removeprefix(CHECKPOINT)
        if time.time() - path.stat().st_mtime > FORGOTTEN_S or finished(path.parent / f"key={key}"):
            remove(path)
            removed += 1
    return removed


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
    if (root / record.FILE_NAME).is_file():
        yield root
        return
    for pattern in ("key=*", "scenario=*/key=*"):
        yield from sorted(path for path in root.glob(pattern) if (path / record.FILE_NAME).is_file())
