"""Screening before the search: which parameters move anything at all.

Morris trajectories (one parameter changed at a time) in a box around the prior, made and analysed by SALib: mu* is the mean absolute
change of the loss for a change over the whole range, sigma its spread, which tells curvature and interaction from a plain slope. A
parameter whose steps change the moments no more than another seed does is held at its prior: see `moves_nothing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

LEVELS = 4
HALF_WIDTH = 0.25
"""The box reaches this far from the prior, as a share of every range."""


@dataclass(frozen=True)
class Screening:
    """Outcome by parameter, shape (parameters,) each.

    Attributes
    ----------
    mu_star, sigma : Morris measures on the loss, per whole range.
    signal : mean squared change of the residuals by a step, over what another seed changes: 1 = nothing but luck.
    limit : of `signal`, for one parameter at a time: nothing but luck stays below it.
    """

    mu_star: np.ndarray
    sigma: np.ndarray
    signal: np.ndarray
    limit: float

    def moves_nothing(self) -> np.ndarray:
        """Parameters to be held at the prior, bool."""
        return self.signal <= self.limit


def _problem(paths: Sequence[str], low: np.ndarray, high: np.ndarray) -> dict[str, Any]:
    return {"num_vars": len(paths), "names": list(paths), "bounds": np.column_stack([low, high]).tolist()}


def _box(prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A box of twice `HALF_WIDTH` that has the prior in it and lies inside the range, at the middle if it can."""
    low = np.clip(prior - HALF_WIDTH, 0.0, 1.0 - 2 * HALF_WIDTH)
    return low, low + 2 * HALF_WIDTH


def design(paths: Sequence[str], prior: np.ndarray, trajectories: int, seed: int) -> np.ndarray:
    """The prior, then trajectories of one step per parameter.

    Returns
    -------
    points of the unit cube, shape (1 + trajectories * (parameters + 1), parameters).
    """
    from SALib.sample import morris

    points = morris.sample(_problem(paths, *_box(prior)), trajectories, num_levels=LEVELS, seed=seed)
    return np.vstack([prior, np.clip(points, 0.0, 1.0)])


def analyse(
    paths: Sequence[str], prior: np.ndarray, points: np.ndarray, losses: np.ndarray, residuals: np.ndarray, lucky: np.ndarray, seeds: int
) -> Screening:
    """Analyse a finished design.

    Parameters
    ----------
    points, losses, residuals : of the design without its first point; shapes (n, parameters), (n,), (n, residuals).
    lucky : residuals at the prior by single seeds, shape (at least 4, residuals).
    seeds : paired seeds of an evaluation.
    """
    from SALib.analyze import morris

    low, high = _box(prior)
    found = morris.analyze(_problem(paths, low, high), points, losses, num_levels=LEVELS, num_resamples=10, seed=0)
    width = float(np.mean(high - low))
    steps = np.diff(points, axis=0)
    moved = np.argmax(np.abs(steps), axis=1)
    real = np.arange(len(steps)) % (len(paths) + 1) < len(paths)  # not the jump to the next trajectory
    change = np.sum(np.diff(residuals, axis=0) ** 2, axis=1)
    trajectories = len(points) // (len(paths) + 1)
    signal = np.array([change[real & (moved == n)].mean() for n in range(len(paths))])
    luck = luck_of_a_step(lucky) / seeds
    return Screening(
        np.asarray(found["mu_star"]) / width, np.asarray(found["sigma"]) / width, signal / luck.mean(),
        limit(luck / luck.mean(), trajectories),
    )  # fmt: skip


def luck_of_a_step(lucky: np.ndarray) -> np.ndarray:
    """Squared differences of the residuals of all pairs of seeds, shape (pairs,)."""
    return np.array([np.sum((a - b) ** 2) for n, a in enumerate(lucky) for b in lucky[:n]])


def limit(luck: np.ndarray, trajectories: int) -> float:
    """What the mean of `trajectories` changes by luck alone stays below, with 95 % (normal approximation); `luck` has mean 1."""
    from scipy.stats import norm

    return float(1 + norm.ppf(0.95) * luck.std(ddof=1) / np.sqrt(trajectories))
