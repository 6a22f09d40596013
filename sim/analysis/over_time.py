"""Levels and paired differences of the metrics over time, by cut (`sim.analysis.cuts`), by period and cumulated from the first month."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from sim.analysis.contrast import Comparison
from sim.analysis.cuts import CUT_SUMS, GROUP_SUMS, LAST_MONTHS, LENGTH, RESOLUTION, SPLIT_GROUPS, Family, Periods, periods
from sim.analysis.frames import Frames
from sim.analysis.intervals import LEVEL, difference
from sim.analysis.repetitions import Repetitions, half_widths
from sim.analysis.sums import STOCKS
from sim.codes import SECTOR_GROUPS


@dataclass(frozen=True)
class Series:
    """One metric in all cuts of one kind.

    Attributes
    ----------
    values : (n_runs, n_periods, n_cells) float64 - mean of the months of a period; NaN where not defined (yet).
    """

    family: Family
    kind: str
    values: np.ndarray
    periods: Periods
    length: int

    @cached_property
    def cumulated(self) -> np.ndarray:
        """Sum over the months from the first to the end of each period, (n_runs, n_periods, n_cells)."""
        return np.cumsum(self.values * self.periods.n_months[:, None], axis=1)

    def at_end(self, values: np.ndarray) -> np.ndarray:
        """Mean over the last twelve months of values (..., n_periods, n_cells)."""
        last = min(LAST_MONTHS // self.length, len(self.periods.n_months))
        return np.asarray(np.average(values[..., -last:, :], axis=-2, weights=self.periods.n_months[-last:]))


def series(frames: Frames, family: Family, kind: str) -> Series:
    """Return a metric of all runs in all cuts of a kind."""
    here, length = periods(len(frames.months), RESOLUTION[kind]), LENGTH[RESOLUTION[kind]]
    over = sum(_looking_back(total(frames, kind, name), family.months // length) for name in family.over)
    if family.under:
        under = sum(_looking_back(total(frames, kind, name), family.months // length) for name in family.under)
        values = np.divide(over, under, out=np.full(np.shape(over), np.nan), where=np.asarray(under) > 0)
    else:
        values = over / here.n_months[:, None]
    return Series(family, kind, values * family.factor, here, length)


def total(frames: Frames, kind: str, name: str) -> np.ndarray:
    """Sums of all runs over the months of each period, (n_runs, n_periods, n_cells) float64."""
    if kind == "all":
        return _monthly(frames, [f"{name}.all" if name in GROUP_SUMS else name])
    if kind == "group" and name in GROUP_SUMS:
        months = _monthly(frames, [f"{name}.{group}" for group in SPLIT_GROUPS])
        return np.asarray(np.add.reduceat(months, periods(len(frames.months), RESOLUTION[kind]).first, axis=1))
    values = frames.cuts[kind][:, CUT_SUMS[kind].index(name)].astype(np.float64)
    return with_crucial(values) if "group" in kind else values


def with_crucial(values: np.ndarray) -> np.ndarray:
    """Values by group (n_runs, n_periods, n_groups * n_lines), and after them those of the crucial groups together."""
    by_group = values.reshape(*values.shape[:2], len(SECTOR_GROUPS), -1)
    crucial = by_group[:, :, [k for k, group in enumerate(SECTOR_GROUPS) if group != "rest"]].sum(axis=2)
    return np.concatenate([values, crucial], axis=2)


def _monthly(frames: Frames, columns: list[str]) -> np.ndarray:
    stocks = [np.sum([frames.monthly[stock].to_numpy() for stock in STOCKS], axis=0)] if columns == ["population"] else None
    values = stocks or [frames.monthly[column].to_numpy() for column in columns]
    return np.stack(values, axis=-1).reshape(len(frames.runs), len(frames.months), len(values))


def _looking_back(values: np.ndarray, n: int) -> np.ndarray:
    """Sums over the last `n` periods, NaN where there are fewer; the values themselves for one or none."""
    if n <= 1:
        return values
    sums = np.cumsum(values, axis=1)
    found = np.full(values.shape, np.nan)
    found[:, n - 1 :] = sums[:, n - 1 :]
    found[:, n:] -= sums[:, :-n]
    return found


def half_width(changes: np.ndarray, repeated: Repetitions) -> np.ndarray:
    """Half widths of the 95 % intervals of paired differences (n_pairs, ...), NaN where a pair is undefined or there is only one."""
    flat = changes.reshape(len(changes), -1)
    half = np.full(flat.shape[1], np.nan)
    if len(flat) > 1:
        known = np.isfinite(flat).all(axis=0)
        found = repeated.spread(flat[:, known])
        if found is None:
            half[known] = stdtrit(len(flat) - 1, 0.5 + LEVEL / 2) * flat[:, known].std(axis=0, ddof=1) / np.sqrt(len(flat))
        else:
            half[known] = half_widths(found)
    return half.reshape(changes.shape[1:])


@dataclass(frozen=True)
class Effect:
    """Paired differences of one scenario in all cuts of a kind: means, and half widths of 95 % intervals (NaN with one pair).

    Attributes
    ----------
    mean, half : (n_periods, n_cells). sum_mean, sum_half : of the differences cumulated within each pair; NaN for a metric without sum.
    end, end_half : (n_cells,) of the mean of the last twelve months.
    """

    mean: np.ndarray
    half: np.ndarray
    sum_mean: np.ndarray
    sum_half: np.ndarray
    end: np.ndarray
    end_half: np.ndarray


def effect(comparison: Comparison, found: Series, name: str) -> Effect:
    """Return what scenario `name` changes against its reference."""
    base, rows = comparison.rows(name)
    repeated = comparison.repetitions(name)
    changes = difference(found.values[rows], found.values[base])
    sums = np.cumsum(changes * found.periods.n_months[:, None], axis=1) if found.family.has_sum else np.full(changes.shape, np.nan)
    end = found.at_end(changes)
    return Effect(
        mean=changes.mean(axis=0),
        half=half_width(changes, repeated),
        sum_mean=sums.mean(axis=0),
        sum_half=half_width(sums, repeated),
        end=end.mean(axis=0),
        end_half=half_width(end, repeated),
    )


def rows_of(comparison: Comparison, name: str) -> list[int]:
    """Rows of all runs of a scenario."""
    return list(comparison.positions[name].values())
