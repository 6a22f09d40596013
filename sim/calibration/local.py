"""A linear model of all residuals at once, near a point: what a change of the parameters does to every single target.

The sum of squares that is minimised is made of hundreds of residuals, and each of them says in which direction it wants to go. A search
that sees only the sum throws that away; a regression of the residual vectors of all finished evaluations on their parameters keeps it,
and averages the luck of single runs out as well (Gauss-Newton on a regression surface; as in derivative-free least squares, Cartis,
Fiala, Marteau & Roberts 2019, ACM Trans. Math. Softw. 45(3), here with noise).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve, cholesky
from scipy.optimize import lsq_linear

NEIGHBOURS = 4.0
"""Evaluations that count fully or nearly so in a local regression, per parameter."""
AT_MOST = 10
"""Evaluations used at all per parameter (as if for 30 at least), the nearest: more would only cost time."""
GLOBAL_RIDGE, LOCAL_RIDGE = 0.02, 0.2
"""Shrinkage of the slopes, relative to the information per parameter: of the global ones to zero, of the local ones to the global ones."""


@dataclass(frozen=True)
class LocalModel:
    """Residuals near `centre`: ``value + (u - centre) @ slope``.

    Attributes
    ----------
    centre : point of the unit cube, shape (parameters,).
    value : residuals at the centre, luck averaged out, shape (residuals,).
    slope : change per unit of each parameter, shape (parameters, residuals); zero for parameters left out.
    uncertainty : covariance of a column of `slope` per unit of noise variance, shape (parameters, parameters).
    noise : variance of each residual around the model, shape (residuals,).
    """

    centre: np.ndarray
    value: np.ndarray
    slope: np.ndarray
    uncertainty: np.ndarray
    noise: np.ndarray

    def curvature(self) -> np.ndarray:
        """Half the second derivative of the loss, shape (parameters, parameters), without what the noise of the slopes adds to it."""
        biased = self.slope @ self.slope.T - self.uncertainty * self.noise.sum()
        sizes, axes = np.linalg.eigh((biased + biased.T) / 2)
        return (axes * np.maximum(sizes, 0.0)) @ axes.T


def fit_local(units: np.ndarray, residuals: np.ndarray, centre: np.ndarray, active: np.ndarray) -> LocalModel:
    """Regress residuals on parameters, with the weight of an evaluation falling with its distance from `centre`.

    Two rounds: slopes from all evaluations, then corrections from the nearest, shrunk to the first.

    Parameters
    ----------
    units, residuals : finished evaluations, shapes (evaluations, parameters) and (evaluations, residuals).
    active : which parameters may have a slope, shape (parameters,), bool.
    """
    moves = (units - centre)[:, active]
    distance = np.sqrt(np.mean(moves**2, axis=1))
    if len(distance) > (most := AT_MOST * max(30, 1 + moves.shape[1])):
        nearest = np.sort(np.argsort(distance, kind="stable")[:most])
        moves, distance, residuals = moves[nearest], distance[nearest], residuals[nearest]
    wide = _kernel(distance, 3 * NEIGHBOURS * moves.shape[1])
    value, slope, _ = _regress(moves, residuals, wide, GLOBAL_RIDGE)
    near = _kernel(distance, NEIGHBOURS * moves.shape[1])
    rest = residuals - value - moves @ slope
    shift, correction, uncertainty = _regress(moves, rest, near, LOCAL_RIDGE)
    left = rest - shift - moves @ correction
    count = near.sum() ** 2 / np.sum(near**2)
    freedom = max(1.0, count - (1 + moves.shape[1]) * count / (count + moves.shape[1])) / count
    full = np.zeros((units.shape[1], residuals.shape[1]))
    full[active] = slope + correction
    spread = np.zeros((units.shape[1], units.shape[1]))
    spread[np.ix_(active, active)] = uncertainty
    return LocalModel(centre, value + shift, full, spread, near @ left**2 / near.sum() / freedom)


def _kernel(distance: np.ndarray, count: float) -> np.ndarray:
    """Weights: near 1 for the `count` nearest evaluations, falling to nothing at three times their distance."""
    at = np.sort(distance)[min(len(distance) - 1, int(count))]
    return np.exp(-0.5 * (distance / max(float(at), 1e-9)) ** 2)


def _regress(moves: np.ndarray, targets: np.ndarray, weights: np.ndarray, ridge: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted ridge regression with a free constant; returns constant, slopes, and the covariance of slopes per unit of noise."""
    design = np.column_stack([np.ones(len(moves)), moves])
    weighted = design * weights[:, None]
    gram = weighted.T @ design
    size = np.trace(gram[1:, 1:]) / moves.shape[1]
    gram[np.diag_indices_from(gram)] += np.r_[1e-9 * weights.sum(), np.full(moves.shape[1], ridge * size + 1e-9)]
    factor = cho_factor(gram)
    both = cho_solve(factor, weighted.T @ targets)
    half = cho_solve(factor, weighted.T)
    return both[0], both[1:], (half @ half.T)[1:, 1:]


def best_step(model: LocalModel, prior: np.ndarray, penalty: float, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The point of a box with the smallest predicted loss plus ``penalty * |u - prior|^2``.

    Parameters
    ----------
    low, high : the box, shape (parameters,); where they are (nearly) equal the parameter is held there.

    Returns
    -------
    point of the unit cube, shape (parameters,).
    """
    free = high - low > 1e-9
    point = np.where(free, model.centre, low)
    base = model.value + (point - model.centre) @ model.slope
    slope, pull = model.slope[free], penalty * (point - prior)[free]
    factor = cholesky(slope @ slope.T + penalty * np.eye(int(free.sum())) + 1e-12 * np.eye(int(free.sum())), lower=False)
    target = -np.linalg.solve(factor.T, slope @ base + pull)
    found = lsq_linear(factor, target, bounds=(low[free] - point[free] - 1e-12, high[free] - point[free] + 1e-12), method="bvls")
    point = point.copy()
    point[free] = np.clip(point[free] + found.x, low[free], high[free])
    return point
