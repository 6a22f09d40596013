"""The runs that wait, in groups that share what a worker keeps in memory: the world, and the history that was lived in it.

Building a world takes as long as a third of a run at 1:100, so a worker stays with the one it has. A sweep over economies or start dates,
in which the seeds alternate slowest, would otherwise build one for nearly every run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sim.runs.execute import Task


class Shared(NamedTuple):
    """What two runs must have in common to use the same world, and the same history; see `sim.runs.execute.world_of`."""

    world: tuple[object, ...]
    history: bytes


def shared_by(task: Task) -> Shared:
    """What a run shares with others."""
    population, economy = task.config.population, task.config.economy
    world = (population.scale, population.built, task.config.until, population.seed, economy.outlook)
    return Shared(world, task.history)


class Waiting:
    """Runs in groups, in their order within a group; taking one costs as much as there are groups."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.groups: dict[Shared, deque[Task]] = {}
        for task in tasks:
            self.groups.setdefault(shared_by(task), deque()).append(task)

    def __bool__(self) -> bool:
        return bool(self.groups)

    def take(self, has: Shared | None, others: Collection[Shared | None] = ()) -> Task:
        """The next run for a worker that `has` something in memory, while `others` work on something else.

        A run of the same history; else of the same world; else of what no other worker has, its world before its history; else the first
        of the group with most runs, which the workers then share.
        """
        worlds = {other.world for other in others if other is not None}
        if has in self.groups:
            chosen = has
        else:
            free = [group for group in self.groups if group not in others]
            mine = [group for group in free if has is not None and group.world == has.world]
            alone = [group for group in free if group.world not in worlds]
            fuller = sorted(self.groups, key=lambda group: -len(self.groups[group]))
            chosen = next(iter([*mine, *alone, *free, *fuller]))
        task = self.groups[chosen].popleft()
        if not self.groups[chosen]:
            del self.groups[chosen]
        return task

    def put_back(self, task: Task) -> None:
        """A run that was taken but not done: its worker is gone."""
        self.groups.setdefault(shared_by(task), deque()).append(task)
