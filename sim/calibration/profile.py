"""What the targets say of each parameter once a fit is found: spread, profile, and whether it is identified.

All of it rests on the linear model of the residuals near the fit (`sim.calibration.local`). The profile of a parameter is the loss
along its range with all other parameters moved to where that model predicts the smallest loss (inside their ranges, with the prior).
Away from the fit this is an extrapolation; a full fit therefore runs the model at both ends of every profile, with the others moved and
with the others at the fit, and takes the smaller loss.

Errors. The model is wrong in many places, by more in some targets than in others, and the quarters of a cell go wrong together. So the
residual variance is taken for each parameter from the cells that it moves, every cell of a target being one observation. With J the slopes
of the residuals, p the weight of the prior and H = J'J + p,

    phi_i = (sum over cells of E_c S_ci^2 + p^2 / 12) / (sum over j of J_ij^2 + p),   S_ci = sum over the periods of sqrt(w_j) J_ij

    spread_i^2 = phi_i (H^-1)_ii

E_c is the mean square of the standardised errors of the cell at the fit, at least 1: as far off as it is seen to be. (One E for all would
let the worst targets hide what the others tell of parameters that move only those; the full sandwich H^-1 V H^-1, of which this is the
diagonal, is ruined by the noise of the slopes where H is flat.) Where nothing tells, the spread is that of a uniform prior.

The test. By luck and misfit the loss along a parameter, with the others re-optimised, rises by 3.84 phi_i in one case of twenty (95 %
point of chi-square (1); the adjustment of Chandler & Bate 2007, Biometrika 94). A parameter is *identified* when the loss at both ends of
its range lies higher by more than that, and by more than twice its own standard error (between seeds where the ends were simulated, of the
slope of the loss where not). It is *at bound* when only the far end is refused and the value lies within a tenth of the range of the
other, which does as well. Else it is *not identified*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from sim.calibration.local import LocalModel, best_step
from sim.calibration.loss import Moments

GRID = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Places of the range at which a profile is given, beside the fit itself."""
NEAR_BOUND = 0.1
"""A value this close to an end of its range that is not refused, as a share of the range, is at its bound."""
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Profile:
    """One parameter.

    Attributes
    ----------
    places : of the range, increasing, shape (points,). losses : there, without the prior, shape (points,).
    spread : of the fitted place, as a share of the range. identified : ``yes``, ``no`` or ``at bound``.
    ends : the points of the unit cube behind the first and the last loss, shape (2, parameters).
    """

    places: np.ndarray
    losses: np.ndarray
    spread: float
    identified: str
    ends: np.ndarray


@dataclass(frozen=True)
class Errors:
    """Of the fit, in shares of the ranges; see the module.

    Attributes
    ----------
    spread : standard error of each parameter, at most that of a uniform prior, shape (parameters,).
    needed : rise of the loss that refuses a value, shape (parameters,).
    """

    spread: np.ndarray
    needed: np.ndarray


def errors_of(model: LocalModel, moments: Moments, residuals: np.ndarray, penalty: float) -> Errors:
    """Errors of the fit at the centre of `model`, where the residuals (of `moments`) are `residuals`."""
    inverse = np.linalg.inv(model.curvature() + penalty * np.eye(len(model.centre)))
    cells, weight = moments.cells, moments.weight
    off = np.maximum(1.0, np.bincount(cells, residuals**2) / np.bincount(cells, weight))
    score = np.array([np.bincount(cells, np.sqrt(weight) * slope) for slope in model.slope])
    scale = (score**2 @ off + penalty**2 / 12) / (np.sum(model.slope**2, axis=1) + penalty)
    return Errors(np.minimum(np.sqrt(scale * np.diag(inverse)), 12**-0.5), float(chi2.ppf(CONFIDENCE, 1)) * scale)


def verdict(place: float, low_rise: float, high_rise: float, needed: float) -> str:
    """``yes``, ``no`` or ``at bound``, from the rise of the loss at both ends.

    >>> verdict(0.4, 2.0, 3.0, 1.0), verdict(0.4, 2.0, 0.3, 1.0), verdict(0.95, 2.0, 0.0, 1.0)
    ('yes', 'no', 'at bound')
    """
    if min(low_rise, high_rise) > needed:
        return "yes"
    near, far = (low_rise, high_rise) if place < 0.5 else (high_rise, low_rise)
    return "at bound" if min(place, 1 - place) <= NEAR_BOUND and far > needed >= near else "no"


def rise(model: LocalModel, point: np.ndarray) -> float:
    """Predicted loss at `point` minus that at the centre, without what the noise of the slopes adds to it."""
    step = point - model.centre
    return float(2 * step @ model.slope @ model.value + step @ model.curvature() @ step)


def profile_points(model: LocalModel, prior: np.ndarray, penalty: float, n: int, places: np.ndarray) -> np.ndarray:
    """The best predicted point with parameter `n` held at each place, shape (places, parameters).

    Parameters without any slope (left out of the model) stay where they are.
    """
    still = ~np.any(model.slope != 0, axis=1)
    low, high = np.where(still, model.centre, 0.0), np.where(still, model.centre, 1.0)
    points = []
    for place in places:
        low[n] = high[n] = place
        points.append(best_step(model, prior, penalty, low, high))
    return np.array(points)


def profiles(model: LocalModel, prior: np.ndarray, penalty: float, loss: float, errors: Errors) -> list[Profile]:
    """Profiles of all parameters by the linear model around the fit, where `loss` (without the prior) was measured."""
    found = []
    for n, place in enumerate(model.centre):
        places = np.unique(np.r_[GRID, place])
        points = profile_points(model, prior, penalty, n, places)
        rises = np.array([rise(model, point) for point in points])
        rises = np.maximum(rises - rises[places == place], 0.0)  # the fit was rounded, and chosen with other seeds than the model's
        slack = 2.0 * 2.0 * np.sqrt(model.uncertainty[n, n] * (model.value**2 @ model.noise))  # of the slope of the loss: two errors
        sure = [surely(rises[k], slack * abs(places[k] - place)) for k in (0, -1)]
        identified = verdict(place, sure[0], sure[1], errors.needed[n])
        found.append(Profile(places, loss + rises, float(errors.spread[n]), identified, points[[0, -1]]))
    return found


def surely(rise: float, slack: float) -> float:
    """`rise`, or nothing when luck could have made it."""
    return float(rise) if rise > slack else min(float(rise), 0.0)


def confirmed(profile: Profile, place: float, rises: tuple[float, float], rise_errors: tuple[float, float], needed: float) -> Profile:
    """The profile with what runs of the model gave at its ends, and the verdict on that.

    Parameters
    ----------
    place : the fit. rises : measured loss at the ends above that of the fit, with the same seeds. rise_errors : their standard errors.
    needed : of `Errors`, for this parameter.
    """
    losses = profile.losses.copy()
    losses[[0, -1]] = losses[profile.places == place] + np.array(rises)
    sure = [surely(rise, 2.0 * error) for rise, error in zip(rises, rise_errors, strict=True)]
    return Profile(profile.places, losses, profile.spread, verdict(place, sure[0], sure[1], needed), profile.ends)
