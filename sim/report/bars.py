"""Intervals as thin bars in a column of a table, all on one scale, drawn without script so that they survive print."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.intervals import Interval

MARGIN = 5.0
"""Percent of the width that stays free at either end, for the mark of a mean."""


@dataclass(frozen=True)
class Bar:
    """One interval: percent of the width where zero, the mean and the bounds stand (None: no interval), and what it tells."""

    zero: float
    mean: float
    low: float | None
    high: float | None
    tone: str


def bars(intervals: Sequence[Interval]) -> list[Bar | None]:
    """Return a bar for every interval, from the lowest to the highest value of all of them and zero; None where there is no mean.

    >>> bars([Interval(10.0, 5.0, 15.0, 4), Interval(-5.0, None, None, 1)])[1]
    Bar(zero=27.5, mean=5.0, low=None, high=None, tone='unclear')
    """
    known = [interval for interval in intervals if math.isfinite(interval.mean)]
    values = [0.0, *(value for one in known for value in (one.mean, one.low, one.high) if value is not None)]
    start, width = min(values), max(values) - min(values)

    def place(value: float) -> float:
        return round(MARGIN + (100 - 2 * MARGIN) * (value - start) / width if width else 50.0, 1)

    def drawn(one: Interval) -> Bar:
        low, high = (None if bound is None else place(bound) for bound in (one.low, one.high))
        return Bar(place(0.0), place(one.mean), low, high, {1: "gain", -1: "loss", 0: "unclear"}[one.sign])

    return [drawn(interval) if math.isfinite(interval.mean) else None for interval in intervals]
