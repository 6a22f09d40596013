"""Claims: who is doing a run, so that two sweeps in one folder never do the same one.

A claim is a lock of the operating system on ``<runs_dir>/scenario=<name>/.lock-<key>``. It ends with the process that holds it, whatever
ends that process, and the file goes with the claim; `sim.runs.store.clean` removes the file of a holder that was killed. Locks are
advisory (``flock``), and hold between machines where the file system carries them: NFS since Linux 2.6.12, Lustre and CephFS with the
usual mount options. Without locks everybody gets the claim: a run may then be done twice, with the same result, which is harmless.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sim.config.errors import UserError
from sim.runs import disk

LOCK = ".lock-"
POLL_S = 0.2
"""How often somebody who waits looks again."""
NO_LOCKS = frozenset((errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL))
"""What a file system answers that has no locks."""
NONE_HERE = "This folder has no file locks: two sweeps in it at the same time may do a run twice, which costs time but harms nothing."


class Claimed(Exception):
    """Another process is doing this run."""


@dataclass(frozen=True)
class Claim:
    """A run that is ours until `release`; ``handle`` is None where there are no locks."""

    path: Path
    handle: int | None

    def release(self) -> None:
        """Let others have it. The file is removed while it is still locked, so that nobody locks a file that is gone."""
        if self.handle is None:
            return
        if os.name == "nt":  # an open file cannot be removed there
            os.close(self.handle)
            _remove(self.path)
        else:
            _remove(self.path)
            os.close(self.handle)

    def __enter__(self) -> Claim:
        return self

    def __exit__(self, *error: object) -> None:
        self.release()


def lock_of(folder: Path) -> Path:
    """The lock of a run folder, beside it."""
    return folder.parent / f"{LOCK}{folder.name.removeprefix('key=')}"


def take(folder: Path, patience_s: float = 0.0) -> Claim:
    """Claim the run that goes to `folder`.

    Parameters
    ----------
    patience_s : how long to wait for another process; infinite is allowed.

    Raises
    ------
    Claimed
        Another process still has it.
    UserError
        The folder cannot be written (no permission, disk full).
    """
    until = time.monotonic() + patience_s
    while True:
        claim = attempt(lock_of(folder))
        if claim is not None:
            return claim
        left = until - time.monotonic()
        if left <= 0:
            raise Claimed(folder.name)
        time.sleep(min(POLL_S, left))


def attempt(path: Path) -> Claim | None:
    """Lock a file now; None when somebody else holds it. Raises UserError when it cannot be made."""
    while True:
        try:
            disk.make_folder(path.parent)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        except PermissionError as error:
            if os.name == "nt" and path.exists():  # its holder is about to remove it
                return None
            raise disk.cannot_write(path.parent, error) from error
        except OSError as error:
            raise disk.cannot_write(path.parent, error) from error
        try:
            _lock(handle)
        except OSError as error:
            os.close(handle)
            if error.errno in NO_LOCKS:
                _remove(path)
                return Claim(path, None)
            return None
        if _is(handle, path):
            return Claim(path, handle)
        os.close(handle)  # who held it removed the file between our two steps: lock the new one


def works(runs_dir: Path) -> bool:
    """Whether a folder has locks."""
    claim = attempt(runs_dir / f"{LOCK}test-{os.getpid()}")
    if claim is None:
        return True
    claim.release()
    return claim.handle is not None


def free(path: Path) -> bool:
    """Whether nobody alive holds the lock file at `path`, which goes when nobody does. True where there are no locks."""
    try:
        claim = attempt(path)
    except UserError:  # we may not write here, so whoever may decides
        return False
    if claim is None:
        return False
    claim.release()
    return True


def _lock(handle: int) -> None:
    """Lock an open file; BlockingIOError, or PermissionError on Windows, when it is taken."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is(handle: int, path: Path) -> bool:
    """Whether `path` still names the open file."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except PermissionError:  # Windows: somebody who waits has it open, and removes it
        return
