"""Disks: how much is free, what a run takes, the message when nothing more fits, and files that are whole or absent."""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from sim.config.errors import UserError

TEMPORARY = ".tmp-"
"""Begins the name of what is being written."""
FULL = frozenset((errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)))
"""No room on the disk, or no room left for this user."""
FULL_ON_WINDOWS = 112
"""ERROR_DISK_FULL."""
FULL_IN_WORDS = re.compile(rf"\(os error ({'|'.join(map(str, sorted(FULL)))})\)|No space left on device|Disk quota exceeded")
"""The same as Polars says it: a `ComputeError` without a number of its own."""


class DiskFull(UserError):
    """Nothing more fits on the disk. The user can mend it and no run is wrong, so it is exit code 2, not 1."""


def is_full(error: BaseException) -> bool:
    """Whether an error, or one that caused it, says that the disk is full."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, DiskFull) or FULL_IN_WORDS.search(str(seen)):
            return True
        if isinstance(seen, OSError) and (seen.errno in FULL or getattr(seen, "winerror", None) == FULL_ON_WINDOWS):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def cannot_write(place: Path, error: BaseException, needs: int | None = None) -> UserError:
    """The error for a place that cannot be written: full, or not ours.

    Parameters
    ----------
    needs : bytes that were to be written there, when known.
    """
    if not is_full(error):
        reason = getattr(error, "strerror", None) or error
        return UserError(f"cannot write to {place}: {reason}. Choose another place with runs_dir=... or -o.")
    return full(place, needs)


def full(place: Path, needs: int | None = None, what: str = "this") -> DiskFull:
    """The error for a full disk."""
    size = "" if needs is None else f", {what} needs about {told(needs)}"
    return DiskFull(
        f"no room left on the disk in {place} ({told(room(place))} free{size}). What is complete is kept. "
        "Free some space and repeat the same command, which goes on where it stopped; or choose another place with runs_dir=..."
    )


def room(place: Path) -> int:
    """Free bytes for this user where `place` is or will be."""
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def size_of(folder: Path) -> int:
    """Bytes that the files in a folder take on the disk, which gives whole blocks; one that is gone meanwhile counts as nothing."""
    total = 0
    for path in folder.glob("*"):
        try:
            found = path.stat()
            total += max(found.st_size, 512 * getattr(found, "st_blocks", 0))
        except FileNotFoundError:
            continue
    return total


def told(size: float) -> str:
    """Bytes for people.

    >>> told(0), told(12_345), told(3_400_000), told(2.6e12)
    ('0 MB', '0.012 MB', '3.4 MB', '2,600 GB')
    """
    return f"{size / 1e9:,.3g} GB" if 1e9 <= size < 1e12 else f"{size / 1e9:,.0f} GB" if size >= 1e12 else f"{size / 1e6:.2g} MB"


def temporary_name(of: str) -> str:
    """A name for what is being written: whose it is (machine and process), and, at the end, what it will be."""
    return f"{TEMPORARY}{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}-{of}"


def write_whole(path: Path, content: str | Callable[[Path], None], needs: int | None = None) -> None:
    """Write a file that is whole or absent, whatever happens: under a temporary name, to disk, then renamed.

    Parameters
    ----------
    content : text, or a function that writes the file it is given.
    needs : bytes it takes, when known.

    Raises
    ------
    UserError
        It cannot be written (no permission, disk full); what stood there stays.
    """
    temporary = path.with_name(temporary_name(path.name))
    try:
        make_folder(path.parent)
        if isinstance(content, str):
            temporary.write_text(content, encoding="utf-8")
        else:
            content(temporary)
        flush(temporary)
        os.replace(temporary, path)
        flush(path.parent)
    except OSError as error:
        raise cannot_write(path, error, needs) from error
    except Exception as error:
        if is_full(error):
            raise full(path, needs) from error
        raise
    finally:
        with suppress(OSError):  # where it could not be written at all; the error under way says more
            temporary.unlink(missing_ok=True)


def check_file(path: Path, usual: str) -> None:
    """Refuse a place for a file that cannot be written, before there is anything to write; `usual`: a name that it might have.

    Raises
    ------
    UserError
        It is a folder, something in the way is no folder, or it is not ours.
    """
    if path.is_dir():
        raise UserError(f"cannot write to {path}: it is a folder. Name a file in it: -o {path / usual}")
    place = path.parent
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise UserError(f"cannot write to {path}: {place} is no folder. Choose another place with -o.")
    if not os.access(place, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise UserError(f"cannot write to {path}: no permission in {place}. Choose another place with -o.")


def make_folder(path: Path) -> None:
    """Make a folder and those around it, and flush the one it is in, so that it outlasts a loss of power; OSError when it cannot be."""
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        flush(path.parent)


def flush_folder(folder: Path) -> None:
    """Force the files of a folder, then the folder, to disk. All files at once: the disk then writes its journal once, not for each."""
    files = list(folder.iterdir())
    if files:
        with ThreadPoolExecutor(len(files)) as threads:
            list(threads.map(flush, files))
    flush(folder)


def flush(path: Path) -> None:
    """Force a file or folder to disk; Windows, and some network drives, cannot flush a folder and need not."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP) or not path.is_dir():
            raise
    finally:
        os.close(handle)
