"""Runs that wait to be done, by the simulated history that they begin with."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable

from sim.runs.execute import Task


class Waiting:
    """A queue that keeps runs of one history together; taking one costs the same however many wait.

    >>> from types import SimpleNamespace as T
    >>> waiting = Waiting([T(name=1, history=b"a"), T(name=2, history=b"b"), T(name=3, history=b"a")])
    >>> [waiting.take(b"a", set()).name, waiting.take(b"", {b"a"}).name, waiting.take(b"b", {b"a"}).name, len(waiting)]
    [1, 2, 3, 0]
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self.by_history: dict[bytes, deque[Task]] = {}
        for task in tasks:
            self.by_history.setdefault(task.history, deque()).append(task)

    def __len__(self) -> int:
        return sum(map(len, self.by_history.values()))

    def take(self, mine: bytes, taken: Collection[bytes]) -> Task:
        """The next run: one of the history `mine`, else the first of a history that is not `taken`, else the first."""
        free = (history for history in self.by_history if not history or history not in taken)
        history = mine if mine in self.by_history else next(free, next(iter(self.by_history)))
        tasks = self.by_history[history]
        task = tasks.popleft()
        if not tasks:
            del self.by_history[history]
        return task

    def put_back(self, task: Task) -> None:
        """Have a run done again, before the others of its history."""
        self.by_history.setdefault(task.history, deque()).appendleft(task)
