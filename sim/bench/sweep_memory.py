"""Largest memory of a sweep, with its analysis and its dashboard: of the parent and of its workers, for few runs and for many.

Each sweep is done in a process of its own, so that what is measured is its own. The runs are tiny (1:1000) but whole: all months, and all
the tables that an analysis reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from sim.runs.pool import without_main

SCALE = 0.001
SCENARIO = "senior_networks"
"""Compared with the baseline: two runs per seed."""


@dataclass(frozen=True)
class SweepMemory:
    """A sweep of `runs` runs.

    Attributes
    ----------
    parent_mb, worker_mb : largest memory of the command itself and of a worker, 10^6 bytes.
    page_mb : size of the dashboard, 10^6 bytes. took_s : seconds of everything; after_s : of analysis and dashboard.
    """

    runs: int
    parent_mb: float
    worker_mb: float
    page_mb: float
    took_s: float
    after_s: float


def measure_memory(runs: int, folder: Path, settings: Sequence[str] = ()) -> SweepMemory:
    """Do a sweep of `runs` runs in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool, without_main():
        return pool.submit(sweep, runs, str(folder), tuple(settings)).result()


def sweep(runs: int, folder: str, settings: Sequence[str]) -> SweepMemory:
    """The sweep itself: `sim compare` with half as many seeds."""
    import time

    from sim.runs import jobs
    from sim.runs.execute import peak_rss_mb
    from sim.runs.progress import Silent

    class Ended(Silent):
        """Remembers when the runs were done."""

        at = 0.0

        def end(self) -> None:
            self.at = time.perf_counter()

    began, ended = time.perf_counter(), Ended()
    overrides = [f"population.scale={SCALE}", f"seeds={runs // 2}", f"runs_dir={folder}", *settings]
    done = jobs.compare(SCENARIO, overrides=overrides, progress=ended)
    over = time.perf_counter()
    if done.batch.failures or done.dashboard is None:
        raise RuntimeError(f"a run failed: {done.batch.failures[:1]}")
    workers = max(record.peak_rss_mb for record in done.batch.records)
    page = done.dashboard.stat().st_size / 1e6
    return SweepMemory(len(done.batch.records), peak_rss_mb(), workers, page, over - began, over - ended.at)
