"""Mean and 95 % interval of paired differences: Student's t over the pairs (seeds, or seeds and parameter draws)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

LEVEL = 0.95
SUMMATION_ERROR = 1e-11
"""Relative error of a sum of some 100,000 float64 numbers taken in any order, with a margin; far below one person-month."""


def step_of(half_width: float) -> float:
    """Power of ten that a figure with this uncertainty is rounded to: two digits of the uncertainty are kept.

    >>> step_of(1234.0), step_of(5000.0), step_of(0.03)
    (100.0, 100.0, 0.001)
    """
    return 10.0 ** (math.floor(math.log10(half_width)) - 1)


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval over `n` pairs; without bounds (None) when there are fewer than two pairs."""

    mean: float
    low: float | None
    high: float | None
    n: int

    @property
    def half_width(self) -> float | None:
        """Half the width of the interval."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2

    @property
    def is_clear(self) -> bool:
        """Whether the interval exists and leaves out zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    @property
    def sign(self) -> int:
        """1 for a clear gain, -1 for a clear loss, 0 when no clear effect was found."""
        return int(math.copysign(1, self.mean)) if self.is_clear else 0

    def to_json(self) -> dict[str, float | None]:
        """Return mean, low and high."""
        return {"mean": self.mean, "low": self.low, "high": self.high}


def difference(scenario: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """Scenario minus baseline; zero where the two differ by no more than the order in which equal numbers were summed can explain."""
    changes = scenario - baseline
    return np.where(np.abs(changes) <= SUMMATION_ERROR * np.abs(baseline), 0.0, changes)


def paired_interval(differences: Sequence[float] | np.ndarray, *, family: int = 1) -> Interval:
    """Return the mean and t-interval of paired differences; NaN pairs are left out.

    With `family` intervals in one table, all of them hold together in 95 % of the cases (Bonferroni): otherwise one of twenty lines
    without any effect would look clear by chance.

    >>> paired_interval([1.0, 2.0, 3.0])
    Interval(mean=2.0, low=-0.4841..., high=4.4841..., n=3)
    """
    values = np.asarray(differences, dtype=float)
    values = values[~np.isnan(values)]
    n = len(values)
    if n == 0:
        return Interval(math.nan, None, None, 0)
    mean = math.fsum(values) / n
    if n == 1:
        return Interval(mean, None, None, 1)
    half = float(stdtrit(n - 1, 1 - (1 - LEVEL) / 2 / family)) * float(values.std(ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, n)
