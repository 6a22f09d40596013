"""Runs per second of the process pool against single processes that each do their share of the same runs.

Both start in turn, a block of runs each, since a shared machine is fast in one minute and slow in the next. The pool is one sweep: one
command, a process per core. The single processes are as many commands side by side, each with one run at a time. Time counts from the
start of the processes: both import the model and build their world in it. The throughput of a single process is its runs over its own time,
so what the pool loses at the end of a block, when a core has nothing left to do, counts against the pool.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path

from sim.bench.processes import Look, Watch, descendants, is_known, processor_s
from sim.config.schema import Compute, SimConfig
from sim.runs.batch import Batch, Runner
from sim.runs.cores import cores
from sim.runs.execute import Engine, loopbrug
from sim.runs.pool import environment, without_main

BLOCKS = 4


@dataclass(frozen=True)
class Side:
    """The pool, or the single processes.

    Attributes
    ----------
    runs_per_s : runs per second, in all. core_s_per_run : processor seconds of all our processes per run, None where unknown.
    share_of_cores : our processor time over wall-clock time and cores; 1 when nobody else used them and they never stood still.
    """

    runs_per_s: float
    core_s_per_run: float | None
    share_of_cores: float | None


@dataclass(frozen=True)
class Speed:
    """The pool against single processes, the same runs in both.

    Attributes
    ----------
    runs, months, people, processes, blocks : what was done; people of one run.
    ratio : throughput of the pool over that of the single processes. ratio_of_blocks : the same block by block.
    core_ratio : processor time per run of the single processes over that of the pool: what is left of the ratio on a machine that others
        use too. parent_share : share of the pool's processor time that its parent took.
    same_digests : whether both found the same results.
    computing : threads that the workers may compute with, all together: their number times the threads of each.
    runnable : threads of the workers and the parent that had or wanted a core, the mean of `looks` looks. looks_over : share of the looks
        in which they were more than the cores: a library hands work from one of its threads to another, or the parent hands out a run.
    """

    runs: int
    months: int
    people: int
    processes: int
    blocks: int
    pool: Side
    single: Side
    ratio: float
    ratio_of_blocks: tuple[float, ...]
    core_ratio: float | None
    parent_share: float | None
    same_digests: bool
    computing: int
    runnable: float | None
    looks: int
    looks_over: float | None


@dataclass
class Tally:
    """Sums over the blocks of one side: seconds by process with the runs it did, wall-clock and processor seconds, digests."""

    times: list[tuple[int, float]]
    wall_s: float = 0.0
    core_s: float = 0.0
    parent_s: float = 0.0

    def side(self, n: int) -> Side:
        """What it comes to."""
        known = is_known()
        return Side(
            rate(self.times), self.core_s / n if known else None, self.core_s / (self.wall_s * cores()) if known and self.wall_s else None
        )


def rate(times: Sequence[tuple[int, float]]) -> float:
    """Runs per second in all, of processes that worked side by side; `times` holds the runs and seconds of each, or of all together.

    >>> rate([(10, 5.0)]), rate([(5, 5.0), (5, 2.5)])
    (2.0, 3.0)
    """
    return sum(n / seconds for n, seconds in times)


def measure_speed(
    configs: Sequence[SimConfig],
    folder: Path,
    say: Callable[[str], None] = lambda text: None,
    load_engine: Callable[[], Engine] = loopbrug,
) -> Speed:
    """Do `configs` in the pool and in single processes.

    Parameters
    ----------
    folder : where the run folders go, apart for both sides.
    load_engine : gives the model; tests pass a small one.

    Raises
    ------
    RuntimeError : a run failed.
    """
    n = cores()
    blocks = min(BLOCKS, max(1, len(configs) // (4 * n)))
    pool, single, ratios, looks = Tally([(0, 0.0)]), Tally([(0, 0.0)] * n), list[float](), list[Look]()
    digests: tuple[dict[str, str], dict[str, str]] = ({}, {})
    records: list[tuple[int, int]] = []
    computing = 1
    with Runner(load_engine=load_engine) as runner, Singles(n, load_engine) as singles:
        for block in range(blocks):
            mine = configs[block * len(configs) // blocks : (block + 1) * len(configs) // blocks]
            say(f"block {block + 1} of {blocks}: {len(mine)} runs in the pool, then in {n} single processes")
            with Watch() as watch, Used() as used:
                batch = runner.run([moved(config, folder / "pool", 0) for config in mine])
            check(batch)
            computing = max(computing, 0 if runner.pool is None else len(runner.pool.workers) * runner.pool.threads)
            looks += watch.looks
            records += [(record.persons, record.months) for record in batch.records]
            digests[0].update({record.key: record.digest for record in batch.records})
            ours = [(len(mine), used.wall_s)]
            add(pool, ours, used)
            with Used() as used:
                theirs, found = singles.run([[moved(config, folder / "single", 1) for config in mine[k::n]] for k in range(n)])
            digests[1].update(found)
            add(single, theirs, used)
            ratios.append(rate(ours) / rate(theirs))
    both = pool.side(len(configs)), single.side(len(configs))
    wanted = [look.parent + look.workers for look in looks]
    return Speed(
        runs=len(configs),
        months=records[0][1],
        people=records[0][0],
        processes=n,
        blocks=blocks,
        pool=both[0],
        single=both[1],
        ratio=both[0].runs_per_s / both[1].runs_per_s,
        ratio_of_blocks=tuple(ratios),
        core_ratio=single.core_s / pool.core_s if pool.core_s else None,
        parent_share=pool.parent_s / pool.core_s if pool.core_s else None,
        same_digests=digests[0] == digests[1],
        computing=computing,
        runnable=sum(wanted) / len(wanted) if wanted else None,
        looks=len(looks),
        looks_over=sum(number > n for number in wanted) / len(wanted) if wanted else None,
    )


def moved(config: SimConfig, folder: Path, processes: int) -> SimConfig:
    """The same run in another folder, with `processes` at a time."""
    return config.model_copy(update={"runs_dir": str(folder), "compute": Compute(processes=processes)})


def check(batch: Batch) -> None:
    """Raise RuntimeError when a run failed."""
    if batch.failures:
        raise RuntimeError(f"a run failed: {batch.failures[0]['error']}")


def add(tally: Tally, times: Sequence[tuple[int, float]], used: Used) -> None:
    """Add a block to a side."""
    tally.times = [(n + more, seconds + longer) for (n, seconds), (more, longer) in zip(tally.times, times, strict=True)]
    tally.wall_s += used.wall_s
    tally.core_s += used.core_s
    tally.parent_s += used.parent_s


class Used:
    """Wall-clock seconds of a ``with`` block, and processor seconds in it: of this process and those that it started, and of it alone."""

    wall_s = core_s = parent_s = 0.0

    def __enter__(self) -> Used:
        self._wall, self._parent, self._core = time.perf_counter(), time.process_time(), self._now()
        return self

    def __exit__(self, *error: object) -> None:
        self.wall_s = time.perf_counter() - self._wall
        self.parent_s, self.core_s = time.process_time() - self._parent, self._now() - self._core

    @staticmethod
    def _now() -> float:
        return processor_s(descendants(os.getpid())) if is_known() else 0.0


class Singles:
    """Processes that do one run at a time, each by itself, as that many commands side by side would; started with the first runs."""

    def __init__(self, n: int, load_engine: Callable[[], Engine]) -> None:
        self.n, self.load_engine = n, load_engine
        self.pipes: list[Connection] = []

    def __enter__(self) -> Singles:
        return self

    def __exit__(self, *error: object) -> None:
        for pipe in self.pipes:
            pipe.close()

    def start(self) -> None:
        """Start the processes."""
        context = get_context("spawn")
        for _ in range(self.n):
            ours, theirs = context.Pipe()
            process = context.Process(target=serve, args=(theirs, self.load_engine), daemon=True)
            with environment(1), without_main():
                process.start()
            theirs.close()
            self.pipes.append(ours)

    def run(self, shares: Sequence[Sequence[SimConfig]]) -> tuple[list[tuple[int, float]], dict[str, str]]:
        """Do the runs, a share per process; returns runs and seconds of each process, and the digest of every run.

        Raises
        ------
        RuntimeError : a run failed.
        """
        began = time.perf_counter()
        if not self.pipes:
            self.start()
        for pipe, share in zip(self.pipes, shares, strict=True):
            pipe.send(list(share))
        times, digests, waiting = {}, dict[str, str](), list(self.pipes)
        while waiting:
            for ready in wait(waiting):
                assert isinstance(ready, Connection)
                batch: Batch = ready.recv()
                check(batch)
                times[ready] = (len(batch.records), time.perf_counter() - began)
                digests.update({record.key: record.digest for record in batch.records})
                waiting.remove(ready)
        return [times[pipe] for pipe in self.pipes], digests


def serve(pipe: Connection, load_engine: Callable[[], Engine]) -> None:
    """One single process: do the runs that come in, until the other end is closed."""
    try:
        while True:
            with Runner(load_engine=load_engine) as runner:
                pipe.send(runner.run(pipe.recv()))
    except EOFError:
        return
