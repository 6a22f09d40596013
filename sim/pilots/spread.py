"""A figure over all repetitions of a pilot: its mean, and how far a single pilot strays from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.intervals import Interval, paired_interval

Repetitions = Mapping[str, np.ndarray]
"""By figure of `sim.pilots.measure.Measured`: (seeds, lots)."""


@dataclass(frozen=True)
class Spread:
    """A figure over the repetitions: its mean with a 95 % interval over seeds, and the ends between which 95 % of single pilots lie."""

    mean: Interval
    low: float
    high: float

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` shows it."""
        return {"mean": self.mean.to_json(), "one_pilot": {"low": self.low, "high": self.high}}


def spread(values: np.ndarray, narrower: float = 1.0) -> Spread:
    """Mean and spread of a figure (seeds, lots); NaN is left out. `narrower`: a real pilot is this many times as large, see `call`."""
    by_seed = np.nanmean(values, axis=1)
    mean = paired_interval(by_seed)
    low, high = np.nanquantile(values, [0.025, 0.975]).tolist()
    return Spread(mean, mean.mean + (low - mean.mean) / narrower**0.5, mean.mean + (high - mean.mean) / narrower**0.5)
