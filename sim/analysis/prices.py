"""Euros per unit of effect, and when there is none."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.intervals import Interval


@dataclass(frozen=True)
class Price:
    """Euros per unit: at the mean of the effect, and at the upper and the lower end of its interval."""

    mean: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """Return mean, low and high."""
        return {"mean": self.mean, "low": self.low, "high": self.high}


def price(cost_eur: float, effect: Interval) -> Price | None:
    """Euros per unit of a clear gain; None when the interval covers zero or is missing, or when the effect is a loss.

    Only the effect is uncertain here: the cost is its mean over the pairs.

    >>> price(100.0, Interval(10.0, 5.0, 20.0, 3))
    Price(mean=10.0, low=5.0, high=20.0)
    >>> price(100.0, Interval(10.0, -5.0, 25.0, 3)) is None
    True
    """
    if effect.sign <= 0 or effect.low is None or effect.high is None:
        return None
    ends = sorted((cost_eur / effect.high, cost_eur / effect.low))
    return Price(cost_eur / effect.mean, *ends)
