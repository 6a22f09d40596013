"""At what age employees retire: people per year by age, the mean age, and who works on past the state pension age.

By age and against the pension age comes from ``retirements.parquet``, which runs of earlier versions lack; the mean age comes from the
panel, in months, and every run has it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.analysis.counts import count_interval
from sim.analysis.flows import weight_of
from sim.analysis.foreign import rows_of
from sim.analysis.intervals import Interval, difference

if TYPE_CHECKING:
    from sim.analysis.contrast import Comparison

AGES = tuple(range(55, 75))
"""Whole years."""
TIMINGS = ("before", "at", "after")
"""Month of retirement against that of the state pension age."""
PERIODS = ("last", "all")
"""The last twelve months, and the whole period."""
LAST_MONTHS = 12
BAND = (0.05, 0.95)


@dataclass(frozen=True)
class Ages:
    """One run.

    Attributes
    ----------
    persons : (n_periods, n_ages, n_timings) float64 - persons per year who retire.
    pension_age : (n_periods, 2) float64 - lowest and highest state pension age in force, in years.
    """

    persons: np.ndarray
    pension_age: np.ndarray


def ages(folder: Path, months: Sequence[dt.date]) -> Ages:
    """Reduce a run to what stands on the page; NaN everywhere when it has no ``retirements.parquet``."""
    shape, file = (len(PERIODS), len(AGES), len(TIMINGS)), folder / "retirements.parquet"
    if not file.is_file():
        return Ages(np.full(shape, np.nan), np.full((len(PERIODS), 2), np.nan))
    frame = rows_of(file).filter(pl.col("month").is_between(months[0], months[-1]))
    persons, pension_age = np.zeros(shape), np.full((len(PERIODS), 2), np.nan)
    for row, since in enumerate(_since(months)):
        part = frame.filter(pl.col("month") >= months[since])
        cell = (part["age"].cast(pl.Int64).to_numpy() - AGES[0]) * len(TIMINGS)
        cell += part["timing"].cast(pl.Enum(TIMINGS)).to_physical().to_numpy().astype(np.int64)
        if part.height and not 0 <= cell.min() <= cell.max() < persons[row].size:
            raise ValueError(f"ages beyond {AGES[0]} to {AGES[-1]}")
        found = np.bincount(cell, weights=part["persons"].to_numpy(), minlength=persons[row].size)
        persons[row] = found.reshape(shape[1:]) * (12 / (len(months) - since))
        if part.height:
            in_force = part["pension_age"].to_numpy()
            pension_age[row] = in_force.min() / 12, in_force.max() / 12
    return Ages(persons, pension_age)


def _since(months: Sequence[dt.date]) -> tuple[int, int]:
    """First month of each period."""
    return len(months) - min(LAST_MONTHS, len(months)), 0


@dataclass(frozen=True)
class Level:
    """The retirements of a scenario in one period, over its runs.

    Attributes
    ----------
    low, median, high : (n_ages,) float64 - persons per year: `BAND` over the runs, and the middle one. NaN when not on record.
    mean_age : years. late : share who retire after the month of the state pension age. pension_age : lowest and highest in force, years.
    """

    low: np.ndarray
    median: np.ndarray
    high: np.ndarray
    mean_age: float
    late: float
    pension_age: tuple[float, float]


@dataclass(frozen=True)
class Change:
    """How a scenario differs from its reference, pair by pair.

    Attributes
    ----------
    by_age : persons per year; the intervals of all ages hold together in 95 % of the cases (Bonferroni).
    mean_age : years. late : percentage points.
    """

    by_age: list[Interval]
    mean_age: Interval
    late: Interval


def are_known(comparison: Comparison) -> bool:
    """Whether every run of a comparison has its retirements by age on record."""
    return not bool(np.isnan(comparison.frames.retirements).any())


def level(comparison: Comparison, name: str, period: str) -> Level:
    """The retirements of one scenario."""
    rows, row = list(comparison.positions[name].values()), PERIODS.index(period)
    persons = comparison.frames.retirements[rows, row]
    low, median, high = np.quantile(persons.sum(axis=2), (BAND[0], 0.5, BAND[1]), axis=0)
    bounds = comparison.frames.pension_ages[rows, row]
    return Level(
        low, median, high, _mean(mean_ages(comparison, period)[rows]), _mean(_late(persons)),
        (float(bounds[:, 0].min()), float(bounds[:, 1].max())),
    )  # fmt: skip


def change(comparison: Comparison, name: str, period: str) -> Change:
    """The difference of a scenario with its reference."""
    base, rows = comparison.rows(name)
    persons, mean, repeated = (
        comparison.frames.retirements[:, PERIODS.index(period)],
        mean_ages(comparison, period),
        comparison.repetitions(name),
    )
    by_age = difference(persons[rows].sum(axis=2), persons[base].sum(axis=2))
    n_months = len(comparison.frames.months) - _since(comparison.frames.months)[PERIODS.index(period)]
    one = weight_of(comparison) * 12 / n_months
    moved = int(np.count_nonzero((persons[rows] + persons[base]).sum(axis=(0, 2))))
    return Change(
        [count_interval(repeated, by_age[:, age], one, max(moved, 1)) for age in range(len(AGES))],
        repeated.interval(difference(mean[rows], mean[base])),
        repeated.interval(100 * difference(_late(persons[rows]), _late(persons[base]))),
    )


def mean_ages(comparison: Comparison, period: str) -> np.ndarray:
    """Mean age of who retires, years, (n_runs,); NaN for a run in which nobody does."""
    frames = comparison.frames
    since = _since(frames.months)[PERIODS.index(period)]
    shape = (len(frames.runs), len(frames.months))
    age, persons = (
        frames.monthly[name].to_numpy().reshape(shape)[:, since:].sum(axis=1) for name in ("retirement_age_months", "retirements")
    )
    return np.asarray(np.divide(age, 12 * persons, out=np.full(shape[0], np.nan), where=persons > 0))


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _late(persons: np.ndarray) -> np.ndarray:
    """Share of who retires that does so after the month of the state pension age, (n_runs,)."""
    total = persons.sum(axis=(1, 2))
    share = np.divide(persons[..., TIMINGS.index("after")].sum(axis=1), total, out=np.full(len(total), np.nan), where=total > 0)
    return np.asarray(share)
