"""Runs per second at 1:100 on all cores: the way `sim compare` and `sim sweep` do them, run folders included."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sim.bench.start import SCALE
from sim.runs.batch import Runner
from sim.runs.cores import cores

ROUNDS = 3
FIRST_SEED = 1000


@dataclass(frozen=True)
class Throughput:
    """runs_per_s : finished runs per second. run_s : seconds of one run on one thread, the median. months : of one run."""

    runs_per_s: float
    run_s: float
    months: int
    people: int
    processes: int


def measure_throughput(rounds: int = ROUNDS, settings: Sequence[str] = ()) -> Throughput:
    """Time some rounds of one run per core; a first round, in which processes start and build their world, does not count.

    Parameters
    ----------
    rounds : runs per core that count. settings : ``key=value`` on top, for a smaller measurement.

    Raises
    ------
    RuntimeError : a run failed.
    """
    from sim.config.compose import compose

    n = cores()
    with tempfile.TemporaryDirectory(prefix="loopbrug-bench-") as folder:
        base = compose([f"population.scale={SCALE}", f"runs_dir={folder}", "scenarios=senior_networks", *settings])
        configs = [base.model_copy(update={"seed": FIRST_SEED + k}) for k in range(n * (rounds + 1))]
        with Runner() as runner:
            batches = [runner.run(configs[:n])]
            began = time.perf_counter()
            batches.append(runner.run(configs[n:]))
            took = time.perf_counter() - began
    failures = [failure["error"] for batch in batches for failure in batch.failures]
    if failures:
        raise RuntimeError(f"a run failed: {failures[0]}")
    records = batches[1].records
    return Throughput(len(records) / took, sorted(r.wall_s for r in records)[len(records) // 2], base.months, records[0].persons, n)
