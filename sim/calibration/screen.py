"""Screening before the search: which parameters move anything at all.

Morris trajectories (one parameter changed at a time) in a box around the prior, made and analysed by SALib: mu* is the mean absolute
change of the loss for a change over the whole range, sigma its spread, which tells curvature and interaction from a plain slope.

A parameter that moves nothing is held at its prior. The loss cannot tell: the luck of everything else drowns what one parameter does to
one sector. So the test looks at every cell of every target (mean of its residuals over the periods): at the largest change by a step,
and at the root mean square of all, both in standard errors of luck, and compares each with what pairs of seeds at the prior show.
It errs on the side of keeping: the search can carry idle parameters, and the profile has the last word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

LEVELS = 4
HALF_WIDTH = 0.25
"""The box reaches this far from the prior, as a share of every range."""
FLOOR = 0.2
"""Least luck of a cell, relative to the median cell: a few seeds that happen to agree prove nothing."""


@dataclass(frozen=True)
class Screening:
    """Outcome by parameter, shape (parameters,) each.

    Attributes
    ----------
    mu_star, sigma : Morris measures on the loss, per whole range.
    signal : change of the cells by a step, over what 95 % of the pairs of seeds stay below; up to 1 it is luck.
    """

    mu_star: np.ndarray
    sigma: np.ndarray
    signal: np.ndarray

    def moves_nothing(self) -> np.ndarray:
        """Parameters to be held at the prior, bool."""
        return self.signal <= 1.0


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
    paths: Sequence[str], prior: np.ndarray, points: np.ndarray, losses: np.ndarray, cells: np.ndarray, lucky: np.ndarray, seeds: int
) -> Screening:
    """Analyse a finished design.

    Parameters
    ----------
    points, losses, cells : of the design without its first point, whole trajectories; points of the unit cube, shape (n, parameters), their
        losses, shape (n,), and the mean residual of every cell, shape (n, cells).
    lucky : the same means at the prior by single seeds, shape (single seeds, cells).
    seeds : paired seeds of an evaluation.
    """
    from SALib.analyze import morris

    low, high = _box(prior)
    found = morris.analyze(_problem(paths, low, high), points, losses, num_levels=LEVELS, num_resamples=10, seed=0)
    width = float(np.mean(high - low))
    steps = np.diff(points, axis=0)
    moved = np.argmax(np.abs(steps), axis=1)
    real = np.arange(len(steps)) % (len(paths) + 1) < len(paths)  # not the jump to the next trajectory
    change = np.diff(cells, axis=0) * np.sign(steps[np.arange(len(steps)), moved])[:, None]
    luck = lucky.std(axis=0, ddof=1)
    trajectories = len(points) // (len(paths) + 1)
    error = np.maximum(luck, FLOOR * np.median(luck)) * np.sqrt(2 / seeds / trajectories)
    changes = np.array([change[real & (moved == n)].mean(axis=0) / error for n in range(len(paths))])
    pairs = np.array([(a - b) for n, a in enumerate(lucky) for b in lucky[:n]]) / (error * np.sqrt(seeds * trajectories))
    signal = np.maximum(*(size(changes) / np.quantile(size(pairs), 0.95) for size in (largest, typical)))
    return Screening(np.asarray(found["mu_star"]) / width, np.asarray(found["sigma"]) / width, signal)


def largest(changes: np.ndarray) -> np.ndarray:
    """Largest of each row."""
    return np.asarray(np.abs(changes).max(axis=1))


def typical(changes: np.ndarray) -> np.ndarray:
    """Root mean square of each row."""
    return np.asarray(np.sqrt(np.mean(changes**2, axis=1)))
