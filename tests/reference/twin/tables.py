"""Chances and curves in whole numbers. Rounding them is part of the rules: it makes every machine take the same decisions.

A chance becomes the integer that a draw of 32 bits has to stay below, on a grid of 2**-20 (`twin.luck.threshold`). Curves (logistic,
exponential, normal) are looked up, not computed, when somebody decides: the argument is rounded first, then the value.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

from twin.luck import threshold

ALL_BITS = 2**32 - 1
"""The largest draw of 32 bits; as a threshold it is as good as certain."""
MOST_LOG_ODDS = 1200
"""Log-odds, in hundredths, are kept within this to either side of zero."""
MOST_LOG_POINTS = 2000
"""Log points, in thousandths, are kept within this to either side of zero."""
ONE = 2**20
"""One, in the fixed point of the exponential curve and of demand indices."""
NORMAL_STEPS = 4096
"""Equally likely classes into which the normal distribution is cut."""


def cumulative_thresholds(shares: Sequence[float]) -> list[int]:
    """Thresholds that pick class k, the first one that a draw stays below or at, with a chance proportional to ``shares[k]``.

    The last one is `ALL_BITS`; when all shares are zero, that is the class picked.
    """
    total, so_far, found = sum_in_order(shares), 0.0, []
    for share in shares:
        so_far += float(share)
        found.append(threshold(so_far / total if total > 0 else 0.0))
    return [*found[:-1], ALL_BITS]


def sum_in_order(values: Sequence[float]) -> float:
    """Sum from first to last, one rounding per term (the built-in `sum` of floats rounds once, at the end)."""
    total = 0.0
    for value in values:
        total += float(value)
    return total


def monthly(probability: float, months: float) -> float:
    """Chance per month that gives `probability` over `months` months: 1 - (1 - P) ** (1 / months)."""
    return 1.0 - (1.0 - probability) ** (1.0 / months)


def log_odds(probability: float) -> int:
    """Hundredths of log-odds of a probability: 100 * ln(p / (1 - p)), p kept within a millionth of 0 and 1."""
    p = min(max(probability, 1e-6), 1 - 1e-6)
    return within(round(100 * math.log(p / (1 - p))), MOST_LOG_ODDS)


@cache
def logistic(hundredths: int) -> int:
    """Threshold of the probability 1 / (1 + exp(-x)), x in hundredths of log-odds."""
    return threshold(1 / (1 + math.exp(-within(hundredths, MOST_LOG_ODDS) / 100)))


@cache
def exponential(thousandths: int) -> int:
    """exp(x) in fixed point (`ONE`), x in thousandths of a log point."""
    return round(math.exp(within(thousandths, MOST_LOG_POINTS) / 1000) * ONE)


@cache
def normal_quantile(step: int) -> int:
    """Thousandths of a standard deviation: the middle of class `step` of `NORMAL_STEPS` equally likely ones."""
    return round(1000 * NormalDist().inv_cdf((step + 0.5) / NORMAL_STEPS))


def normal(draw: int) -> int:
    """A normal deviate, in thousandths of a standard deviation, from the top 12 bits of a draw of 32."""
    return normal_quantile(draw >> 20)


def within(value: int, most: int) -> int:
    """`value`, kept between -`most` and `most`."""
    return min(max(value, -most), most)


def kept(value: int, least: int, most: int) -> int:
    """`value`, kept between `least` and `most`."""
    return min(max(value, least), most)
