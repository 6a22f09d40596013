"""Probabilities as integers: thresholds that 32-bit draws are compared with, and tables in place of exp and log inside kernels.

Kernels never call exp or log: those may differ in the last bit between machines. The tables here are rounded to 2**-20, far coarser
than that last bit, so every machine gets the same integers.
"""

from __future__ import annotations

import numpy as np

from sim.numerics.jit import shared

LOG_ODDS_MIN, LOG_ODDS_MAX = -1200, 1200
"""Range of the logistic table, in hundredths of log-odds."""
EXP_RANGE = 2000
"""Range of the exponential table, in thousandths of a log point, to either side."""
EXP_ONE = 1 << 20
"""Fixed-point one of the exponential table and of demand indices."""


def threshold(probability: np.ndarray | float) -> np.ndarray:
    """Integer t such that ``draw32 < t`` has this probability (resolution 2**-20).

    >>> threshold([0.0, 0.5, 1.0]).tolist()
    [0, 2147483648, 4294967295]
    """
    p = np.clip(np.asarray(probability, dtype=np.float64), 0.0, 1.0)
    return np.minimum(np.round(p * 2**20) * 2**12, 2**32 - 1).astype(np.uint32)


def one_threshold(probability: float) -> np.uint32:
    """`threshold` of a single probability."""
    return np.uint32(threshold(probability)[()])


def cumulative_threshold(shares: np.ndarray) -> np.ndarray:
    """Cumulative thresholds over the last axis, for picking a class with one draw; the last one is the largest integer.

    Shares need not add up to one; a row of zeros picks the last class.
    """
    cumulative = np.cumsum(np.asarray(shares, dtype=np.float64), axis=-1)
    total = cumulative[..., -1:]
    out = threshold(np.divide(cumulative, total, out=np.zeros_like(cumulative), where=total > 0))
    out[..., -1] = 2**32 - 1
    return out


def monthly(probability_per_period: np.ndarray | float, months: float) -> np.ndarray:
    """Monthly probability that gives `probability_per_period` over `months` months.

    >>> round(float(monthly(0.39, 3)), 4)
    0.1519
    """
    return 1.0 - (1.0 - np.asarray(probability_per_period, dtype=np.float64)) ** (1.0 / months)


def log_odds(probability: np.ndarray | float) -> np.ndarray:
    """Log-odds of a probability in hundredths, rounded to integers within the range of the logistic table."""
    p = np.clip(np.asarray(probability, dtype=np.float64), 1e-6, 1 - 1e-6)
    return np.clip(np.round(100.0 * np.log(p / (1.0 - p))), LOG_ODDS_MIN, LOG_ODDS_MAX).astype(np.int32)


def logistic_thresholds() -> np.ndarray:
    """(LOG_ODDS_MAX - LOG_ODDS_MIN + 1,) uint32: threshold of a probability by its log-odds in hundredths."""
    x = np.arange(LOG_ODDS_MIN, LOG_ODDS_MAX + 1) / 100.0
    return threshold(1.0 / (1.0 + np.exp(-x)))


def exponential_table() -> np.ndarray:
    """(2 * EXP_RANGE + 1,) int64: exp of thousandths of a log point, fixed point with one = EXP_ONE."""
    x = np.arange(-EXP_RANGE, EXP_RANGE + 1) / 1000.0
    return np.round(np.exp(x) * EXP_ONE).astype(np.int64)


@shared
def exponential_of(table, x):
    """exp of `x` thousandths of a log point, by the exponential table; beyond its range the value at its end."""
    return table[min(max(x + EXP_RANGE, 0), 2 * EXP_RANGE)]


def normal_table() -> np.ndarray:
    """(4096,) int32: quantiles of the standard normal distribution in thousandths, indexed by the top 12 bits of a draw."""
    from scipy.special import ndtri

    return np.round(1000.0 * ndtri((np.arange(4096) + 0.5) / 4096)).astype(np.int32)
