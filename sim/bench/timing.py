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


@dataclass(frozen=True)
class Timing:
    """Something that was timed several times, with the calibration kernel timed before each.

    Attributes
    ----------
    ns : nanoseconds per person. ratio : median of the multiples of the calibration kernel.
    best_ratio : the best time as a multiple of the best of the calibration kernel.
    """

    ns: Spread
    ratio: float
    best_ratio: float


def against(ns: Sequence[float], calibration: Sequence[float]) -> Timing:
    """Times with the calibration kernel's, both in ns per person.

    >>> against([4.0, 9.0, 6.0], [2.0, 1.0, 2.0])
    Timing(ns=Spread(median=6.0, best=4.0, mean=6.333333333333333), ratio=3.0, best_ratio=4.0)
    """
    return Timing(spread(ns), median(a / b for a, b in zip(ns, calibration, strict=True)), min(ns) / min(calibration))


def seconds(action: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
