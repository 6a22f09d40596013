"""The distribution of an uncertain number of which low, most likely and high are known: the modified PERT.

A beta distribution on low..high with its mode at the central value and shape 4, the customary one: its mean is (low + 4 mode + high) / 6.
Source: Malcolm, Roseboom, Clark and Fazar (1959), "Application of a technique for research and development program evaluation", Operations
Research 7(5); with a free shape: Vose (2008), "Risk Analysis", 3rd ed., Wiley.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from sim.evidence.parameters import Parameter

SHAPE = 4.0
"""Weight of the mode against the ends; 0 would be uniform."""


def shapes(parameter: Parameter) -> tuple[float, float]:
    """The two shapes of the beta distribution of a row with low < high; both are at least 1, so the density has no pole."""
    width = parameter.high - parameter.low
    return 1 + SHAPE * (parameter.central - parameter.low) / width, 1 + SHAPE * (parameter.high - parameter.central) / width


def mean(parameter: Parameter) -> float:
    """(low + 4 central + high) / 6, in the unit of the parameter: not the central value when the range is lopsided."""
    return (parameter.low + SHAPE * parameter.central + parameter.high) / (SHAPE + 2)


def quantile(parameter: Parameter, u: ArrayLike) -> np.ndarray:
    """Values at the shares `u` (any shape, 0 to 1) of the distribution of a row of the evidence table, in its unit; within its range.

    A row without a range, low = high, always gives its central value.

    Raises
    ------
    ValueError : a share outside 0 to 1.
    """
    shares = np.asarray(u, dtype=np.float64)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(f"{parameter.path}: a quantile needs shares from 0 to 1")
    if parameter.low == parameter.high:
        return np.full(shares.shape, parameter.central)
    unit = betaincinv(*shapes(parameter), shares)
    return np.asarray(np.clip(parameter.low + (parameter.high - parameter.low) * unit, parameter.low, parameter.high))
