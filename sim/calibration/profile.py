"""What the targets say of each parameter once a fit is found: spread, profile, and whether it is identified.

All of it rests on the linear model of the residuals near the fit (`sim.calibration.local`). The profile of a parameter is the loss
along its range with all other parameters moved to where that model predicts the smallest loss (inside their ranges, with the prior).
Away from the fit this is an extrapolation; a full fit therefore runs the model at both ends of every profile and takes the measured loss
there. The spread is the root of the diagonal of the inverse of J'WJ + prior, times the residual variance.

The test. The residual variance is loss / targets, as if each target were one independent observation: its cells and quarters go wrong
together. A parameter is *identified* when at both ends of its range the loss lies above the loss of the fit by more than the 95 % point of
chi-square (1) times that variance, and by more than twice the standard error of the loss between seeds. It is *at bound* when only the
far end is refused and the value lies within a tenth of the range of the other, which does as well. Else it is *not identified*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from sim.calibration.local import LocalModel, best_step

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


def threshold(loss: float, targets: int, loss_error: float) -> float:
    """Rise of the loss that counts: see the test in the module."""
    return max(float(chi2.ppf(CONFIDENCE, 1)) * loss / targets, 2.0 * loss_error)


def verdict(place: float, low_rise: float, high_rise: float, needed: float) -> str:
    """``yes``, ``no`` or ``at bound``, from the rise of the loss at both ends.

    >>> verdict(0.4, 2.0, 3.0, 1.0), verdict(0.4, 2.0, 0.3, 1.0), verdict(0.95, 2.0, 0.0, 1.0)
    ('yes', 'no', 'at bound')
    """
    if min(low_rise, high_rise) > needed:
        return "yes"
    near, far = (low_rise, high_rise) if place < 0.5 else (high_rise, low_rise)
    return "at bound" if min(place, 1 - place) <= NEAR_BOUND and far > needed >= near else "no"


def spreads(model: LocalModel, penalty: float, loss: float, targets: int) -> np.ndarray:
    """Standard errors as shares of the ranges, shape (parameters,); at most half a range."""
    inverse = np.linalg.inv(model.curvature() + penalty * np.eye(len(model.centre)))
    return np.minimum(np.sqrt(np.diag(inverse) * loss / targets), 0.5)


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


def profiles(model: LocalModel, prior: np.ndarray, penalty: float, loss: float, targets: int, loss_error: float) -> list[Profile]:
    """Profiles of all parameters by the linear model.

    Parameters
    ----------
    model : around the fit. loss : measured at the fit, without the prior. targets : how many.
    loss_error : standard error of `loss` between seeds.
    """
    needed, errors = threshold(loss, targets, loss_error), spreads(model, penalty, loss, targets)
    found = []
    for n, place in enumerate(model.centre):
        places = np.unique(np.r_[GRID, place])
        points = profile_points(model, prior, penalty, n, places)
        rises = np.array([rise(model, point) for point in points])
        rises = np.maximum(rises - rises[places == place], 0.0)  # the fit was rounded, and chosen with other seeds than the model's
        identified = verdict(place, rises[0], rises[-1], needed)
        found.append(Profile(places, loss + rises, float(errors[n]), identified, points[[0, -1]]))
    return found


def confirmed(profile: Profile, place: float, loss: float, at_ends: tuple[float, float], needed: float) -> Profile:
    """The profile with the losses that runs of the model had at its ends, and the verdict on those."""
    losses = profile.losses.copy()
    losses[[0, -1]] = at_ends
    losses[profile.places == place] = loss
    identified = verdict(place, at_ends[0] - loss, at_ends[1] - loss, needed)
    return Profile(profile.places, losses, profile.spread, identified, profile.ends)
