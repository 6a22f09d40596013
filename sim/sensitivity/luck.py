"""How much of an index would be there if nothing but luck moved the outcome.

The outcome is a mean over seeds, so what differs between two points is partly luck. All points have the same seeds, and the same seed gives
everybody the same draws; but two runs that differ a little part ways, and by the end of the period little of the pairing is left. So luck
is measured and not assumed: a change between two points is there once per seed, and its spread over the seeds is luck.

Two tests, either of which tells a parameter from luck: the mean change against zero (Student's t), and the mean square of the changes
against what luck alone gives (F, which also sees changes that go either way), both with the changes as cells and the seeds as repetitions.
They hold for all parameters of a table together (Bonferroni). Source: Scheffe (1959), "The Analysis of Variance", ch. 3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import fdtri, stdtrit

from sim.analysis.intervals import Interval

LEVEL = 0.95
ABSOLUTE_OF_NORMAL = math.sqrt(2 / math.pi)
"""Mean of the absolute value of a standard normal number."""
Verdict = Literal["told", "luck", "nothing", "unknown"]
"""``told`` from luck; no more than ``luck``; no change at all; ``unknown``: one seed says nothing of luck."""


@dataclass(frozen=True)
class Luck:
    """Luck in changes between points.

    Attributes
    ----------
    spread : standard deviation of a change (of the mean over the seeds) that luck alone gives; None with one seed. verdict : see `Verdict`.
    mean : mean change, with the interval that luck leaves it; without one when there is one seed.
    """

    spread: float | None
    verdict: Verdict
    mean: Interval

    @property
    def typical(self) -> float | None:
        """Mean absolute change that luck alone gives."""
        return None if self.spread is None else ABSOLUTE_OF_NORMAL * self.spread


def luck_of(changes: np.ndarray, family: int = 1) -> Luck:
    """Judge the changes that one parameter makes.

    Parameters
    ----------
    changes : of the outcome, shape (changes, seeds), no nan. family : parameters judged together.
    """
    n, seeds = changes.shape
    mean = float(changes.mean())
    if seeds < 2:
        return Luck(None, "unknown" if changes.any() else "nothing", Interval(mean, None, None, n))
    within = float(changes.var(axis=1, ddof=1).mean()) / seeds
    freedom, chance = n * (seeds - 1), (1 - LEVEL) / family / 2  # two tests
    half = float(stdtrit(freedom, 1 - chance / 2)) * math.sqrt(within / n)
    interval = Interval(mean, mean - half, mean + half, n * seeds)
    if not changes.any():
        return Luck(0.0, "nothing", interval)
    square = float(np.mean(changes.mean(axis=1) ** 2))
    told = interval.is_clear or square > float(fdtri(n, freedom, 1 - chance)) * within
    return Luck(math.sqrt(within), "told" if told else "luck", interval)


def share_of_luck(outcome: np.ndarray) -> float | None:
    """Share of the variance over the points of the mean over the seeds that is luck, 0 to 1; None with one seed or no variance at all.

    Parameters
    ----------
    outcome : shape (points, seeds), no nan.
    """
    points, seeds = outcome.shape
    variance = float(outcome.mean(axis=1).var(ddof=1)) if points > 1 else 0.0
    if seeds < 2 or variance <= 0:
        return None
    # What is common to all points of a seed moves no difference between points, so it is no luck here.
    own = outcome - outcome.mean(axis=0)
    within = float(own.var(axis=1, ddof=1).mean()) * points / (points - 1) / seeds
    return min(1.0, within / variance)
