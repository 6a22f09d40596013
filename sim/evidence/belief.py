"""What is believed of an uncertain row of the evidence table: a distribution within its range.

A row that a fit identified has the fitted value and its standard error: a normal distribution, cut off at the range (a fit at a bound has
its peak there). All others, those that a fit could not tell among them, have the modified PERT of `sim.evidence.pert`.

Every row by itself: that some rows were fitted together, so that one must be low where another is high, is not in the distribution.
Draws of fitted rows so spread wider than the data allow.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from sim.evidence import pert
from sim.evidence.parameters import Parameter


def quantile(parameter: Parameter, u: ArrayLike) -> np.ndarray:
    """Values at the shares `u` (any shape, 0 to 1) of what is believed of a row, in its unit, within its range.

    Raises
    ------
    ValueError : a share outside 0 to 1.
    """
    fitted = parameter.fitted
    if fitted is None or fitted.identified == "no" or fitted.spread <= 0 or parameter.low == parameter.high:
        return pert.quantile(parameter, u)
    shares = np.asarray(u, dtype=np.float64)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(f"{parameter.path}: a quantile needs shares from 0 to 1")
    below, above = (ndtr((end - parameter.central) / fitted.spread) for end in (parameter.low, parameter.high))
    values = parameter.central + fitted.spread * ndtri(below + (above - below) * shares)
    return np.asarray(np.clip(values, parameter.low, parameter.high))
