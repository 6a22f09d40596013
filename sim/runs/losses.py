"""What to do with a run whose process was killed: once more on a fresh process, since memory may be short for a moment; then it failed."""

from __future__ import annotations

from collections import Counter

from sim.runs.execute import Task

TRIES = 2
"""How often a run may take its process with it before it counts as failed."""


class Losses:
    """Counts the processes that ended under each run."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()

    def once_more(self, task: Task) -> bool:
        """Note that a process ended in the middle of `task`; returns whether to try it again."""
        self.count[task.key] += 1
        return self.count[task.key] < TRIES


def reason_of(exit_code: int | None) -> str:
    """Why a process ended, for the record of its run."""
    if exit_code == -9:
        return "killed twice, probably for want of memory: try a smaller population.scale or compute.processes=1"
    return f"twice, exit code {exit_code}"
