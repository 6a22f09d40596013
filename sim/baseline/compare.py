"""By how many combined standard errors two samples of seeds differ: in their mean, and in their spread.

Mean.    z = (now - stored) / sqrt(se_stored^2 + se_now^2), se = standard deviation over the seeds / sqrt(seeds).
Spread.  Brown & Forsythe (1974, JASA 69): the same z, of how far every seed lies from the median of its sample. It is fair for a handful
         of seeds and for heavy tails, where the F ratio of two variances is not. For a figure with several cells, the deviations of a seed
         (each in units of the mean deviation of its cell) are averaged first: a seed is one observation, however alike its cells are.

A z beyond 3 has moved. The two samples are treated as independent, although the same seeds share much of their luck: that errs on the
side of calm. Were all luck new, z would follow Student's t: with 20 seeds on both sides 0.47 % of the items lie beyond 3 (`by_luck`), not
the 0.27 % of the normal distribution; of spreads, whose deviations are skewed, no more than that (tested by simulation). Same code and
same seeds give exactly 0.

Where every stored seed has the same value there is no standard error, and any change has moved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

BEYOND = 3.0
"""Combined standard errors."""
FEWEST = 5
"""A sample of fewer seeds is taken to be spread as both samples together are: its own spread says too little."""
FEWEST_FOR_SPREAD = 8
"""Seeds on each side that the comparison of spreads needs."""


@dataclass(frozen=True)
class Shift:
    """A comparison. stored, now : means, NaN where there is no value. z : None where there is no standard error. moved : as the module."""

    stored: float
    now: float
    z: float | None
    moved: bool


def by_luck(n_stored: int, n_now: int) -> float:
    """Share of items beyond 3 when nothing changed but the luck of every seed.

    >>> round(by_luck(20, 20), 4), round(by_luck(1000, 1000), 4)
    (0.0047, 0.0027)
    """
    return float(2 * stdtr(max(n_stored + n_now - 2, 1), -BEYOND))


def shift(stored: np.ndarray, now: np.ndarray) -> Shift:
    """The mean of `now` against that of `stored`, (n_seeds,) each; NaN values are left out.

    >>> found = shift(np.arange(5.0), np.arange(5.0) + 4)  # standard deviation 1.5811, standard error 0.7071: 4 is four times 1
    >>> found.z, found.moved
    (4.0, True)
    """
    stored, now = stored[np.isfinite(stored)], now[np.isfinite(now)]
    if not len(stored) or not len(now):
        return Shift(mean(stored), mean(now), None, len(stored) != len(now))
    before, after = mean(stored), mean(now)
    if len(stored) == len(now) and np.array_equal(stored, now):
        return Shift(before, after, 0.0, False)
    error = math.hypot(standard_error(stored, now), standard_error(now, stored))
    z = (after - before) / error if error > 0 else None
    if is_constant(stored):
        return Shift(before, after, z, not np.all(now == stored[0]))
    return Shift(before, after, z, z is None or abs(z) > BEYOND)


def mean(values: np.ndarray) -> float:
    """Mean of (n,); NaN of nothing."""
    return math.fsum(values) / len(values) if len(values) else math.nan


def is_constant(values: np.ndarray) -> bool:
    """Whether all of (n,) are the same number."""
    return bool(np.all(values == values[0]))


def standard_error(sample: np.ndarray, other: np.ndarray) -> float:
    """Standard error of the mean of `sample`; with too few seeds from the spread within both samples."""
    if len(sample) >= FEWEST:
        return math.sqrt(squares(sample) / (len(sample) - 1) / len(sample))
    return math.sqrt((squares(sample) + squares(other)) / max(len(sample) + len(other) - 2, 1) / len(sample))


def squares(values: np.ndarray) -> float:
    """Sum of squared deviations from the mean of (n,); exactly 0 for equal numbers, whose mean may be rounded."""
    return 0.0 if is_constant(values) else float(((values - mean(values)) ** 2).sum())


def spread_shift(stored: np.ndarray, now: np.ndarray) -> Shift | None:
    """The spread over seeds of `now` against that of `stored`, (n_cells, n_seeds) each; None with too few seeds, or no cell, to tell.

    Cells say nothing in which a value is missing, no seed differs on either side, or half of the seeds share one value (counts of rare
    events): their deviations are mostly zero, and luck would look like a change. A cell that varies over the seeds on one side only has
    moved by itself. `Shift.stored` and `now` are the standard deviation in percent of the level, mean over the cells.
    """
    known = np.isfinite(stored).all(axis=1) & np.isfinite(now).all(axis=1)
    stored, now = stored[known], now[known]
    if min(stored.shape[1], now.shape[1]) < FEWEST_FOR_SPREAD:
        return None
    one_sided = np.ptp(stored, axis=1).astype(bool) ^ np.ptp(now, axis=1).astype(bool)
    if one_sided.any():
        return Shift(relative_spread(stored[one_sided]), relative_spread(now[one_sided]), None, True)
    told = [np.median(deviations(each), axis=1) > 0 for each in (stored, now)]
    stored, now = stored[told[0] & told[1]], now[told[0] & told[1]]
    if not len(stored):
        return None
    mine, theirs = deviations(stored), deviations(now)
    unit = np.hstack([mine, theirs]).mean(axis=1, keepdims=True)
    found = shift((mine / unit).mean(axis=0), (theirs / unit).mean(axis=0))
    return Shift(relative_spread(stored), relative_spread(now), found.z, found.moved)


def deviations(values: np.ndarray) -> np.ndarray:
    """Distance of every seed from the median, (n_cells, n_seeds); scaled so that samples of unlike size have the same mean."""
    n = values.shape[1]
    return np.asarray(np.abs(values - np.median(values, axis=1, keepdims=True)) * math.sqrt(n / (n - 1)))


def relative_spread(values: np.ndarray) -> float:
    """Standard deviation over the seeds in percent of the level, mean over the cells; NaN where no cell has a level."""
    level = np.abs(values.mean(axis=1))
    has = level > 0
    return 100 * float((values[has].std(axis=1, ddof=1) / level[has]).mean()) if has.any() else math.nan
