"""The whole benchmark: what is measured, in which order."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from typing import Any

import mesa

from sim.bench.figures import figures
from sim.bench.floors import Floors, floors, thread_counts
from sim.bench.hazard import Result, measure_hazard
from sim.bench.machine import BUSY, Machine, machine
from sim.bench.month import Size, measure_size
from sim.bench.start import Start, measure_start
from sim.bench.throughput import Throughput, measure_throughput
from sim.bench.timing import seconds
from sim.bench.twin import TwinResult, measure_twin
from sim.config.errors import UserError
from sim.runs.cores import MEMORY_GB, MEMORY_GB_WHOLE_COUNTRY, free_memory_gb
from sim.runs.identity import identity
from sim.runs.pool import without_main

QUICK, FULL = (0.0075, 0.075), (0.0075, 0.075, 1.0)
"""Values of ``population.scale``: a hundred thousand people, a million, everybody."""
SMALLEST, LARGEST = 0.001, 1.0
CROWDED = 0.7
"""Two free cores halve the time of the calibration kernel; above this share of its time on one, the second was not free."""


@dataclass(frozen=True)
class Measurement:
    """One run of the benchmark. took_s : seconds it took. mesa_us : per step of an empty model."""

    date: str
    version: str
    code_digest: str
    commit: str | None
    machine: Machine
    packages: dict[str, str]
    floors: list[Floors]
    sizes: list[Size]
    mesa_us: float
    hazard: list[Result] = field(default_factory=list)
    twin: TwinResult | None = None
    throughput: Throughput | None = None
    starts: dict[str, Start] = field(default_factory=dict)
    took_s: float = 0.0

    @property
    def was_busy(self) -> bool:
        """Whether other work was running: one thread did not have its core, or two threads did not have two."""
        for size in self.sizes:
            by_threads = {year.threads: year for year in size.by_threads}
            if any(year.share_of_core is not None and year.share_of_core < BUSY for year in size.by_threads):
                return True
            if {1, 2} <= by_threads.keys() and by_threads[2].calibration_ns > CROWDED * by_threads[1].calibration_ns:
                return True
        return False

    def as_json(self) -> dict[str, Any]:
        """The document of ``--json`` and of the history: everything, the figures by name, and whether the machine was busy."""
        of = {figure.name: asdict(figure) | {"target": figure.target, "met": figure.is_met} for figure in figures(self)}
        return asdict(self) | {"figures": of, "busy": self.was_busy}


def check_scales(scales: Sequence[float]) -> None:
    """Refuse sizes that do not exist or do not fit into memory.

    Raises
    ------
    UserError : out of range, or more memory needed than is free.
    """
    for scale in scales:
        if not SMALLEST <= scale <= LARGEST:
            raise UserError(f"--scale must be {SMALLEST:g} to {LARGEST:g}, got {scale:g}.")
        need, free = MEMORY_GB + MEMORY_GB_WHOLE_COUNTRY * scale, free_memory_gb()
        if need > free:
            raise UserError(f"--scale {scale:g} needs about {need:.1f} GB of memory, {free:.1f} GB is free: measure a smaller one.")


def measure(scales: Sequence[float], *, cold: bool = False, say: Callable[[str], None] = lambda text: None) -> Measurement:
    """Measure everything; about a minute without the whole country.

    Parameters
    ----------
    scales : shares of the people simulated, each measured in a process of its own.
    cold : also a start that compiles all kernels.
    say : called before each part with what comes next.

    Raises
    ------
    UserError : a size does not exist or does not fit into memory.
    """
    check_scales(scales)
    who, began = identity(), time.perf_counter()
    threads = thread_counts()
    say("floors: calibration kernel and triad")
    ground = [floors(count) for count in threads]
    sizes = []
    for scale in sorted(scales):
        say(f"lines of the month, population.scale={scale:g}")
        sizes.append(in_own_process(scale, threads))
    say("one rule in NumPy, Polars, Numba and Mesa objects")
    hazard = measure_hazard(threads)
    say("the same month by the twin of plain Mesa objects")
    twin = measure_twin()
    say("runs per second")
    throughput = measure_throughput()
    say("start of sim run")
    starts = {"warm": measure_start(cold=False)}
    if cold:
        say("start of sim run with nothing compiled (a minute or so)")
        starts["cold"] = measure_start(cold=True)
    return Measurement(
        date=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        version=who.version,
        code_digest=who.code_digest,
        commit=who.git["commit"],
        machine=machine(),
        packages=who.packages,
        floors=ground,
        sizes=sizes,
        mesa_us=mesa_us(),
        hazard=hazard,
        twin=twin,
        throughput=throughput,
        starts=starts,
        took_s=time.perf_counter() - began,
    )


def in_own_process(scale: float, threads: Sequence[int]) -> Size:
    """`measure_size` in a fresh process, so that its largest memory is that of this size alone.

    Raises
    ------
    UserError : the process was ended, probably for want of memory.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool, without_main():
        try:
            return pool.submit(measure_size, scale, threads).result()
        except BrokenProcessPool as error:
            raise UserError(f"--scale {scale:g}: its process was ended, probably for want of memory: measure a smaller one.") from error


class Empty(mesa.Model):
    """A model that does nothing."""

    def step(self) -> None:
        """Do nothing."""


def mesa_us(steps: int = 2000) -> float:
    """Microseconds that Mesa itself takes per step, best of three."""
    model = Empty(rng=1)

    def walk() -> None:
        for _ in range(steps):
            model.step()

    return 1e6 * min(seconds(walk) for _ in range(3)) / steps
