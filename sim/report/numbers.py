"""Numbers and months as text: in the manner of the language, and rounded to their uncertainty."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from sim.analysis.intervals import Interval, step_of
from sim.report.words import Words

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
MOST_DECIMALS = 4
NIL = 1e-9
PRICE_DIGITS = 2
"""Significant digits of euros that are computed: the uncertainty of a price has two ends of its own."""


def significant(value: float, digits: int = 2) -> float:
    """Round to a number of significant digits.

    >>> significant(9925.5)
    9900.0
    """
    if value == 0 or not math.isfinite(value):
        return value
    step = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    return round(value / step) * step


def step_at(value: float, half_width: float | None, decimals: int = MOST_DECIMALS) -> float:
    """Power of ten that a figure is rounded to: two digits of its uncertainty, three of its own when that is unknown or nil.

    >>> step_at(12345.0, 800.0), step_at(12345.0, None), step_at(12345.0, 1e-9)
    (10.0, 100.0, 100.0)
    """
    return max(step_of(half_width) if half_width and not is_nil(value, half_width) else _three_digits(value), 10.0**-decimals)


def is_nil(value: float, half_width: float | None) -> bool:
    """Whether an uncertainty is nil, or no more than the order in which numbers were summed can make of nil."""
    return not half_width or half_width <= NIL * abs(value)


def places(value: float, half_width: float | None, decimals: int = MOST_DECIMALS) -> int:
    """Decimals at which a figure is shown: those of its step.

    >>> places(12345.0, 800.0), places(0.1234, 0.05)
    (0, 3)
    """
    return max(0, -round(math.log10(step_at(value, half_width, decimals)))) if math.isfinite(value) else 0


def rounded(value: float, half_width: float | None = None, decimals: int = MOST_DECIMALS) -> float | None:
    """A figure rounded to its uncertainty, as `Numbers.uncertain` writes it; None when it is not a number.

    What is drawn, sorted and downloaded is this, so that no figure says more than its uncertainty allows.

    >>> rounded(12345.0, 800.0), rounded(0.12345, 0.05), rounded(12345.0), rounded(math.nan)
    (12340, 0.123, 12300, None)
    """
    if not math.isfinite(value):
        return None
    step = step_at(value, half_width, decimals)
    whole = round(round(value / step) * step, places(value, half_width, decimals))
    return int(whole) if whole == int(whole) else whole


@dataclass(frozen=True)
class Numbers:
    """Writes numbers in one language."""

    words: Words

    def plain(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        """Return a number with a fixed count of decimals and a real minus; an en dash when it is not a number."""
        if not math.isfinite(value):
            return self.words("unknown")
        marks = str.maketrans(",.", self.words("thousands") + self.words("decimal"))
        text = f"{abs(value):,.{decimals}f}".translate(marks)
        is_zero = float(f"{value:.{decimals}f}") == 0
        sign = "" if is_zero else MINUS if value < 0 else "+" if signed else ""
        return sign + text

    def uncertain(self, value: float, half_width: float | None, *, signed: bool = False, decimals: int = MOST_DECIMALS) -> str:
        """Return a number rounded to its uncertainty; to three significant digits when that is unknown or nil."""
        found = rounded(value, half_width, decimals)
        return self.words("unknown") if found is None else self.plain(found, places(value, half_width, decimals), signed=signed)

    def mean(self, interval: Interval, *, signed: bool = True) -> str:
        """Return the mean of an interval, rounded to its uncertainty."""
        return self.uncertain(interval.mean, interval.half_width, signed=signed)

    def interval(self, interval: Interval) -> str:
        """Return the bounds of an interval, rounded to its uncertainty; an en dash when there are none."""
        if interval.low is None or interval.high is None:
            return self.words("unknown")
        low, high = (self.uncertain(bound, interval.half_width) for bound in (interval.low, interval.high))
        return self.words("range", low=low, high=high)

    def share(self, value: float) -> str:
        """Return a share as a whole percentage."""
        return f"{self.plain(100 * value)}{NO_BREAK}%"

    def exact_eur(self, value: float) -> str:
        """Return euros that somebody set, as they are: without decimals when there are none."""
        return self.words("eur", value=self.plain(value, 0 if value == round(value) else 2)).replace(" ", NO_BREAK)

    def eur(self, value: float, digits: int = PRICE_DIGITS) -> str:
        """Return euros to a few significant digits, in millions or billions when large."""
        value = significant(value, digits)
        for size, key in ((1e9, "billion"), (1e6, "million")):
            if abs(value) >= size:
                decimals = 0 if abs(value) >= 10 * size else 1
                return self.words("eur", value=self.words(key, value=self.plain(value / size, decimals))).replace(" ", NO_BREAK)
        return self.words("eur", value=self.plain(value)).replace(" ", NO_BREAK)

    def month(self, date: dt.date) -> str:
        """Return a month, as ``October 2030``."""
        return f"{self.words.raw('months')[date.month - 1]} {date.year}"

    def day(self, date: dt.date) -> str:
        """Return a date, as ``21 November 2026``."""
        return f"{date.day} {self.month(date)}"

    def anything(self, value: object) -> str:
        """Return a setting or parameter as it is, numbers in the manner of the language."""
        if value is None:
            return self.words("unknown")
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        digits = f"{value:.6g}"
        if "e" in digits:
            return digits.replace("-", MINUS).replace(".", self.words("decimal"))
        decimals = len(digits.partition(".")[2])
        if abs(value) < 10_000:  # a year, an age, a rate: without marks of thousands
            return digits.replace("-", MINUS).replace(".", self.words("decimal"))
        return self.plain(value, decimals)


def _three_digits(value: float) -> float:
    return 10.0 ** (math.floor(math.log10(abs(value))) - 2) if value else 1.0
