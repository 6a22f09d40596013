"""``sim bench --sweep``: what the process pool loses, what composing costs, and whether memory grows with the number of runs."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim.bench.figures import Figure
from sim.bench.machine import BUSY, Machine, machine
from sim.bench.start import SCALE
from sim.bench.sweep_compose import Composing, measure_composing
from sim.bench.sweep_memory import SweepMemory, measure_memory
from sim.bench.sweep_speed import Speed, measure_speed
from sim.config.errors import UserError
from sim.runs.execute import loopbrug
from sim.runs.identity import identity

RUNS, FEWEST = 200, 8
"""Runs that are timed; memory is that of half as many, and of ten times that half."""

RUNS_OF_A_SWEEP = 10
"""Runs with settings of their own from which composing one is judged: what a command does once is no cost of a run."""


@dataclass(frozen=True)
class SweepMeasurement:
    """One run of the benchmark. took_s : seconds it took. few, many : sweeps with their memory, the second ten times as large."""

    date: str
    version: str
    code_digest: str
    machine: Machine
    speed: Speed
    composing: list[Composing]
    few: SweepMemory
    many: SweepMemory
    took_s: float

    @property
    def was_busy(self) -> bool:
        """Whether other work was running: our single processes, which never wait, did not have the cores."""
        share = self.speed.single.share_of_cores
        return share is not None and share < BUSY

    def as_json(self) -> dict[str, Any]:
        """The document of ``--json``."""
        of = {figure.name: asdict(figure) | {"target": figure.target, "met": figure.is_met} for figure in figures(self)}
        return asdict(self) | {"figures": of, "busy": self.was_busy}


def measure_sweep(runs: int, say: Callable[[str], None] = lambda text: None, settings: Sequence[str] = ()) -> SweepMeasurement:
    """Measure everything; with 200 runs some ten minutes on two cores.

    Parameters
    ----------
    runs : runs that are timed, an even number. settings : ``key=value`` on top, for a smaller measurement.

    Raises
    ------
    UserError : too few runs.
    """
    if runs < FEWEST or runs % 4:
        raise UserError(f"--sweep takes a number of runs from {FEWEST} on that 4 divides, e.g. 40 or {RUNS}; got {runs}.")
    from sim.runs.jobs import paired

    who, engine = identity(), loopbrug()
    if not engine.is_warm():
        say("compiling the model")
        engine.warm_up()
    began = time.perf_counter()
    say("composing configurations")
    composing = measure_composing()
    with tempfile.TemporaryDirectory(prefix="loopbrug-bench-") as folder:
        configs = paired(["senior_networks"], [f"population.scale={SCALE}", f"seeds={runs // 2}", *settings])
        speed = measure_speed(configs, Path(folder), say)
    memory = []
    for n in (runs // 2, 5 * runs):
        say(f"memory of a sweep of {n} tiny runs")
        with tempfile.TemporaryDirectory(prefix="loopbrug-bench-") as folder:
            memory.append(measure_memory(n, Path(folder), settings))
    return SweepMeasurement(
        date=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        version=who.version,
        code_digest=who.code_digest,
        machine=machine(),
        speed=speed,
        composing=composing,
        few=memory[0],
        many=memory[1],
        took_s=time.perf_counter() - began,
    )


def figures(measured: SweepMeasurement) -> list[Figure]:
    """The figures with their targets."""
    speed, few, many = measured.speed, measured.few, measured.many
    many_runs = [one for one in measured.composing if one.runs >= RUNS_OF_A_SWEEP] or measured.composing
    hardest = max(many_runs, key=lambda one: one.ms)
    n = speed.processes
    found = [
        Figure("sweep/speed", f"{speed.runs} runs in the pool, of {n} single processes", "%", 100 * speed.ratio, more_is_better=True),
        Figure("sweep/compose", f"compose a run's configuration ({hardest.name})", "ms", hardest.ms),
        Figure("sweep/parent", f"memory of {many.runs} runs against {few.runs}, command", "%", 100 * many.parent_mb / few.parent_mb),
        Figure("sweep/worker", f"memory of {many.runs} runs against {few.runs}, worker", "%", 100 * many.worker_mb / few.worker_mb),
        Figure("sweep/threads", "threads that workers may compute with, of the cores", "%", 100 * speed.computing / n),
    ]
    if speed.runnable is not None and speed.looks_over is not None:
        found += [
            Figure("sweep/runnable", "threads that have or want a core, mean, of the cores", "%", 100 * speed.runnable / n),
            Figure("sweep/over", "moments in which they are more than the cores", "%", 100 * speed.looks_over),
        ]
    return found
