"""What the processes of this command do to the machine: processor time, memory, runnable threads. From ``/proc``; Linux only."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PROC = Path("/proc")
EVERY_S = 0.2
"""Between two looks at the threads: a look takes about a millisecond, which counts as the pool's."""
LOOKS_PER_FAMILY = 10
"""Looks after which new processes are looked for."""
RUNNABLE = "R"


def is_known() -> bool:
    """Whether this system tells."""
    return all((PROC / "self" / "task" / str(os.getpid()) / name).is_file() for name in ("stat", "children"))


def fields(path: Path) -> list[str]:
    """The fields of a ``stat`` file from the state on; empty when its process or thread is gone."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def descendants(root: int) -> list[int]:
    """`root` and the processes that it and they started, those that still run."""
    family, young = {root}, [root]
    while young:
        young = [child for parent in young for child in children(parent) if child not in family]
        family.update(young)
    return sorted(family)


def children(process: int) -> list[int]:
    """Processes that one started; none when it is gone."""
    try:
        threads = list((PROC / str(process) / "task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return []
    found: list[int] = []
    for thread in threads:
        try:
            found += map(int, (thread / "children").read_text(encoding="ascii").split())
        except (FileNotFoundError, ProcessLookupError):  # the thread has ended
            continue
    return found


def processor_s(processes: Iterable[int]) -> float:
    """Processor seconds that processes have used since they started."""
    ticks = sum(int(found[11]) + int(found[12]) for process in processes if (found := fields(PROC / str(process) / "stat")))
    return ticks / os.sysconf("SC_CLK_TCK")


def runnable(process: int) -> int:
    """Threads of a process that run or wait for a core."""
    try:
        threads = list((PROC / str(process) / "task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(fields(thread / "stat")[:1] == [RUNNABLE] for thread in threads)


@dataclass(frozen=True)
class Look:
    """Runnable threads at one moment: of this process, and of the processes it started."""

    parent: int
    workers: int


class Watch:
    """Looks at the threads of this process and those it started, five times a second, while a ``with`` block lasts.

    A process of its own looks: a thread of ours would hold Python's lock while it does, and find our other threads asleep.
    """

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self._eyes: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        if is_known():
            command = [sys.executable, "-m", __name__, str(os.getpid())]
            self._eyes = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *error: object) -> None:
        if self._eyes is not None:
            told, _ = self._eyes.communicate()  # the end of its input ends it
            self.looks = [Look(*map(int, line.split())) for line in told.splitlines()]


def look(root: int) -> None:
    """Print the runnable threads of `root` and of the processes it started, but for this one, until the end of the input."""
    workers, n = list[int](), 0
    while not select.select([sys.stdin], [], [], EVERY_S)[0]:
        if n % LOOKS_PER_FAMILY == 0:
            workers = [process for process in descendants(root) if process not in (root, os.getpid())]
        n += 1
        print(runnable(root), sum(map(runnable, workers)))


if __name__ == "__main__":
    look(int(sys.argv[1]))
