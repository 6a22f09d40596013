"""What to do with a run whose process was killed: once more on a fresh process, since memory may be short for a moment; then it failed."""

from __future__ import annotations

from collections import Counter

from sim.runs import store
from sim.runs.execute import Task, failure, write
from sim.runs.identity import Identity
from sim.runs.record import RunRecord

TRIES = 2
"""How often a run may take its process with it before it counts as failed."""
KILLED = -9
"""Exit code of a process that SIGKILL ended, which is how Linux makes room when memory is full."""


class Lost(RuntimeError):
    """The process of a run ended in the middle of it."""


class Losses:
    """Counts the processes that ended under each run, of which each has `tries`."""

    def __init__(self, tries: int = TRIES) -> None:
        self.tries = tries
        self.count: Counter[str] = Counter()

    def once_more(self, task: Task) -> bool:
        """Note that a process ended in the middle of `task`; returns whether to try it again."""
        self.count[task.key] += 1
        return self.count[task.key] < self.tries


def record_loss(task: Task, identity: Identity, reason: str, tries: int = TRIES) -> RunRecord:
    """Record a run whose process ended once too often; when it is finished after all, its record.

    Raises
    ------
    UserError
        The folder cannot be written.
    """
    if (done := store.finished(task.folder)) is not None:
        return done
    times = "once" if tries == 1 else f"{tries} times"
    return write(task, failure(task, identity, Lost(f"the process of this run ended unexpectedly, {times} ({reason})"), 0.0), None)


def reason_of(exit_code: int | None) -> str:
    """Why a process ended, for the record of its run."""
    if exit_code == KILLED:
        return "killed, probably for want of memory: try a smaller population.scale or compute.processes=1"
    return f"exit code {exit_code}"
