"""The lines of the month, one by one, in nanoseconds per person-month and as a multiple of the calibration kernel.

Real months of the real model, never the same data twice: a kernel that sees the same people again is flattered by the branch predictor,
and a population that is not renewed drifts away. A tiny world first loads every kernel; the first months of the measured world are left
out; then a year, since intakes and birthdays make months unequal.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from sim.bench.floors import calibration_ns, use_threads
from sim.bench.machine import Share
from sim.bench.timing import Timing, against

if TYPE_CHECKING:
    from sim.config.schema import SimConfig
    from sim.model import LabourMarket
    from sim.world import World

START, UNTIL, WARM_UNTIL = "2023-10", "2024-12", "2024-02"
"""Three months to warm up, then a year; the tiny world runs until the first intake of the institutes."""
WARM_UP_MONTHS = 3
POLICY = ("scenarios=senior_networks", f"policies.senior_networks.start={START}")
SMALLEST_SCALE = 0.001


@dataclass(frozen=True)
class Threads:
    """A year with a number of threads.

    Attributes
    ----------
    calibration_ns : ns per person, the median over months.
    month, lines : the whole month and its lines; recorder : writing the month down, which is no part of `month`.
    outside_us : microseconds per month that belong to no line: Mesa, opening the ledger.
    model_s : seconds to build the model from the world.
    share_of_core : processor time over wall-clock time; None with more than one thread, where it means nothing.
    """

    threads: int
    calibration_ns: float
    month: Timing
    lines: dict[str, Timing]
    recorder: Timing
    outside_us: float
    model_s: float
    share_of_core: float | None


@dataclass(frozen=True)
class Size:
    """One size of the population. world_s : seconds to build the world. peak_rss_mb : largest memory of its process, 10^6 bytes."""

    scale: float
    people: int
    months: int
    bytes_per_person: int
    world_s: float
    peak_rss_mb: float
    by_threads: tuple[Threads, ...]


def settings(scale: float, until: str = UNTIL) -> SimConfig:
    """The configuration that is measured: `senior_networks` from the first month on."""
    from sim.config.compose import compose

    return compose([f"population.scale={scale}", f"population.start={START}", f"until={until}", *POLICY])


def world_for(config: SimConfig) -> World:
    """The world of a configuration."""
    from sim.world import build_world

    return build_world(
        scale=config.population.scale,
        start=config.population.start,
        until=config.until,
        outlook=config.economy.outlook,
    )


def load_kernels() -> None:
    """Run a tiny world until every kernel of the month was called once."""
    config = settings(SMALLEST_SCALE, WARM_UNTIL)
    world = world_for(config)
    from sim.model import LabourMarket

    model = LabourMarket(config, world)
    for _ in range(world.until - world.start + 1):
        model.step()


def measure_size(scale: float, threads: Sequence[int]) -> Size:
    """Measure one size; in a process of its own, so that its memory is its own.

    Parameters
    ----------
    scale : share of the people simulated, 0.001 to 1.
    threads : numbers of threads, each with a model of its own.
    """
    from sim.runs.execute import peak_rss_mb

    load_kernels()
    config = settings(scale)
    began = time.perf_counter()
    world = world_for(config)
    world_s = time.perf_counter() - began
    years = tuple(measure_threads(config, world, count) for count in threads)
    per_person = sum(array.itemsize for array in world.people.values())
    return Size(scale, world.n_present, world.until - world.start + 1 - WARM_UP_MONTHS, per_person, world_s, peak_rss_mb(), years)


def measure_threads(config: SimConfig, world: World, threads: int) -> Threads:
    """Measure a year with a number of threads; the calibration kernel is timed before every month."""
    from sim.model import LabourMarket
    from sim.recorder import Recorder

    use_threads(threads)
    gc.collect()  # what an earlier model left
    began = time.perf_counter()
    model = LabourMarket(config.model_copy(update={"threads": threads}), world)
    model_s = time.perf_counter() - began
    n_months = world.until - world.start + 1
    recorder = Recorder(model, n_months)
    recorder.record(is_opening=True)
    with Share() as share:
        months = [timed_month(model, recorder) for _ in range(n_months)][WARM_UP_MONTHS:]
    calibration = [month["calibration"] for month in months]

    def line(name: str) -> Timing:
        return against([month[name] for month in months], calibration)

    return Threads(
        threads=threads,
        calibration_ns=median(calibration),
        month=line("month"),
        lines={name: line(name) for name in model.seconds},
        recorder=line("recorder"),
        outside_us=median(month["outside_us"] for month in months),
        model_s=model_s,
        share_of_core=share.value if threads == 1 else None,
    )


def timed_month(model: LabourMarket, recorder: Any) -> dict[str, float]:
    """One step of the model: ns per person of every line, of the whole ``month``, of the ``recorder``, and of the ``calibration``."""
    calibration = calibration_ns()
    before = dict(model.seconds)
    began = time.perf_counter()
    model.step()
    stepped = time.perf_counter()
    recorder.record()
    recorded = time.perf_counter()
    lines = {name: after - before[name] for name, after in model.seconds.items()}
    per_person = 1e9 / model.n_present
    return {
        **{name: took * per_person for name, took in lines.items()},
        "month": (stepped - began) * per_person,
        "recorder": (recorded - stepped) * per_person,
        "calibration": calibration,
        "outside_us": 1e6 * (stepped - began - sum(lines.values())),
    }
