"""The figures that have a target or a history: one number each, from a measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.runs.progress import plural

if TYPE_CHECKING:
    from sim.bench.measure import Measurement

TARGETS = {
    "month/0.075/2": 20.8,  # a year of a million people in a quarter of a second
    "month/1/2": 18.5,  # ten years of everybody in thirty seconds
    "memory/1": 1.2,
    "hazard": 2.0,
    "mesa": 50.0,
    "start/cold": 15.0,
    "start/warm": 2.0,
    "sweep/speed": 90.0,
    "sweep/compose": 20.0,
    "sweep/parent": 105.0,  # "no more memory", with what two sweeps of the same size differ
    "sweep/worker": 105.0,
    "sweep/threads": 100.0,
    "sweep/runnable": 100.0,
}
"""Targets by name of the figure, in its unit: for two cores and a warm cache."""
SLOWER = 0.3
"""Share by which a figure may be worse than before without being flagged."""


@dataclass(frozen=True)
class Figure:
    """One number.

    Attributes
    ----------
    name : stable, for the history. label, unit : for people; ns are per person-month, x is a multiple of the calibration kernel.
    ratio : multiple of the calibration kernel measured next to it, where there is one.
    best_ratio : the best measurement as a multiple of the best of the calibration kernel; compared over time in place of the value, since
        other work on the machine disturbs it least.
    """

    name: str
    label: str
    unit: str
    value: float
    ratio: float | None = None
    best_ratio: float | None = None
    more_is_better: bool = False

    @property
    def target(self) -> float | None:
        """What is aimed at; None without a target."""
        return TARGETS.get(self.name)

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.more_is_better else self.value <= self.target

    @property
    def compared(self) -> float:
        """The number that is compared over time."""
        return self.value if self.best_ratio is None else self.best_ratio

    def slow_down(self, before: float) -> float:
        """Share by which it is worse than `before`; negative when it is better."""
        return before / self.compared - 1 if self.more_is_better else self.compared / before - 1


def of_people(count: int) -> str:
    """Millions of people, short.

    >>> of_people(101_247), of_people(13_498_000)
    ('0.1 M people', '13.5 M people')
    """
    return f"{round(count / 1e6, 1):g} M people" if count >= 50_000 else f"{count:,} people"


def figures(measured: Measurement) -> list[Figure]:
    """All figures of a measurement, in the order of the table."""
    found = []
    for size in measured.sizes:
        for year in size.by_threads:
            label = f"month, {of_people(size.people)}, {plural(year.threads, 'thread')}"
            month = year.month
            found.append(Figure(f"month/{size.scale:g}/{year.threads}", label, "ns", month.ns.median, month.ratio, month.best_ratio))
    for size in measured.sizes:
        people = of_people(size.people)
        found.append(Figure(f"memory/{size.scale:g}", f"memory, {people}", "GB", size.peak_rss_mb / 1000))
        found.append(Figure(f"world/{size.scale:g}", f"build the world, {people}", "s", size.world_s))
        found.append(Figure(f"model/{size.scale:g}", f"build the model, {people}", "s", size.by_threads[-1].model_s))
    if measured.hazard:
        kernel = next(result for result in reversed(measured.hazard) if result.tool == "Numba" and result.threads == 1)
        label = f"hazard step, Numba, {of_people(kernel.people)}"
        found.append(Figure("hazard", label, "x", kernel.time.ratio, best_ratio=kernel.time.best_ratio))
    if measured.twin:
        twin = measured.twin.time
        label = f"the same month, Mesa objects, {of_people(measured.twin.people)}"
        found.append(Figure("twin", label, "ns", twin.ns.median, twin.ratio, twin.best_ratio))
    found.append(Figure("mesa", "Mesa's own share of a step", "us", measured.mesa_us))
    runs = measured.throughput
    if runs:
        label = f"runs of {runs.months} months, {of_people(runs.people)}, {runs.processes} processes"
        found.append(Figure("runs", label, "/s", runs.runs_per_s, more_is_better=True))
    for name, start in measured.starts.items():
        found.append(Figure(f"start/{name}", f"start of sim run, kernels {NAMES[name]}", "s", start.start_s))
    return found


NAMES = {"warm": "compiled", "cold": "not compiled"}
