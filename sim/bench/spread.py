"""Times as a median, a best and a mean: the median is what one gets, the best is closest to what the machine can do."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median


@dataclass(frozen=True)
class Spread:
    """Several measurements of the same thing, in the unit of the measurements."""

    median: float
    best: float
    mean: float


def spread(values: Sequence[float]) -> Spread:
    """Median, smallest and mean of at least one measurement.

    >>> spread([3.0, 1.0, 8.0])
    Spread(median=3.0, best=1.0, mean=4.0)
    """
    return Spread(median(values), min(values), fmean(values))


def seconds(action: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
