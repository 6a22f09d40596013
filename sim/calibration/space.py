"""Which parameters are fitted, and where they may go: the rows of the evidence table that nobody has calibrated.

The search works in the unit cube: 0 is the low end of the range of a row, 1 the high end, with a logarithmic scale for positive
quantities, a logit for shares, and a plain scale where the range touches 0 (or 1, for a share). The central value of the table is the
mean of the prior.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

import numpy as np

from sim.config.errors import UserError
from sim.evidence.parameters import Parameter, prior_parameters

DIGITS = 4
"""Digits of a fitted value; no target can tell more."""


@dataclass(frozen=True)
class Dimension:
    """One parameter: its prior value and range in `unit`."""

    path: str
    unit: str
    central: float
    low: float
    high: float

    @property
    def scale(self) -> str:
        """``log``, ``logit`` or ``linear``.

        >>> Dimension("search.pull_A", "ratio", 1.2, 0.6, 2.4).scale, Dimension("vacancies.recorded_at_once", "share", 0.05, 0.0, 0.5).scale
        ('log', 'linear')
        """
        if self.low <= 0:
            return "linear"
        if self.unit.startswith("share"):
            return "logit" if self.high < 1 else "linear"
        return "log"

    def _bend(self, value: float) -> float:
        return {"log": math.log, "logit": lambda x: math.log(x / (1 - x)), "linear": float}[self.scale](value)

    def to_unit(self, value: float) -> float:
        """Place of a value in the range, 0 to 1; values outside are put at the nearest end."""
        low, high = self._bend(self.low), self._bend(self.high)
        return (self._bend(min(max(value, self.low), self.high)) - low) / (high - low)

    def from_unit(self, place: float) -> float:
        """The value at a place of the range; `place` outside 0 to 1 gives the nearest end."""
        if place <= 0 or place >= 1:
            return self.low if place <= 0 else self.high
        bent = self._bend(self.low) + place * (self._bend(self.high) - self._bend(self.low))
        value = math.exp(bent) if self.scale == "log" else 1 / (1 + math.exp(-bent)) if self.scale == "logit" else bent
        return min(max(value, self.low), self.high)

    def rounded(self, value: float) -> float:
        """`value` to `DIGITS` digits, inside the range."""
        return min(max(float(f"{value:.{DIGITS}g}"), self.low), self.high)


@dataclass(frozen=True)
class Space:
    """All fitted parameters, sorted by path."""

    dimensions: tuple[Dimension, ...]

    def __len__(self) -> int:
        return len(self.dimensions)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Paths, sorted: the order of every vector here."""
        return tuple(dimension.path for dimension in self.dimensions)

    @cached_property
    def prior(self) -> np.ndarray:
        """Places of the central values, shape (parameters,)."""
        return self.unit({dimension.path: dimension.central for dimension in self.dimensions})

    def unit(self, values: Mapping[str, float]) -> np.ndarray:
        """Places in the unit cube of values by path, shape (parameters,)."""
        return np.array([dimension.to_unit(values[dimension.path]) for dimension in self.dimensions])

    def values(self, places: Iterable[float]) -> dict[str, float]:
        """Values by path of a point of the unit cube."""
        return {dimension.path: dimension.from_unit(float(u)) for dimension, u in zip(self.dimensions, places, strict=True)}

    def rounded(self, values: Mapping[str, float]) -> dict[str, float]:
        """The values as they are published."""
        return {dimension.path: dimension.rounded(values[dimension.path]) for dimension in self.dimensions}

    def rows(self) -> list[list[str | float]]:
        """Path, unit, central, low, high of every parameter: what the identity of a study holds."""
        return [[d.path, d.unit, d.central, d.low, d.high] for d in self.dimensions]


def space_of(parameters: Iterable[Parameter]) -> Space:
    """The space of some rows of the table; a row whose range is a single value cannot be fitted and is left out."""
    rows = sorted((p for p in parameters if p.low < p.high), key=lambda p: p.path)
    return Space(tuple(Dimension(p.path, p.unit, p.central, p.low, p.high) for p in rows))


def fitted_space(only: str | None = None) -> Space:
    """The parameters that a fit moves: status ``uncalibrated`` in ``parameters.csv``.

    Parameters
    ----------
    only : pattern of paths, as ``search.*``; several with commas between them.

    Raises
    ------
    UserError : no parameter matches.
    """
    free = [p for p in prior_parameters().values() if p.status == "uncalibrated"]
    chosen = free if only is None else [p for p in free if any(fnmatchcase(p.path, pattern.strip()) for pattern in only.split(","))]
    if not chosen:
        groups = sorted({p.path.split(".")[0] for p in free})
        raise UserError(f"--only {only}: no uncalibrated parameter has such a name. Write it as search.* ; groups: {', '.join(groups)}.")
    return space_of(chosen)
