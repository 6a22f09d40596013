"""From strength to effect: what the levers of a policy did to few participants, measured by `sim calibrate --policies`.

Evidence speaks in outcomes (points in work after twelve months), levers speak in behaviour. A curve joins them: the effect per head at
pilot coverage, where participants do not compete with each other, at some strengths. Read backwards it turns an effect of the evidence
table, or a draw from its range, into a strength. The curves are ``curves.yaml`` beside this file; nothing else writes there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("curves.yaml")


@dataclass(frozen=True)
class Point:
    """One measured strength.

    Attributes
    ----------
    strength : as in the policy. effect, standard_error : per participant, in the unit of the curve. participants : persons simulated.
    """

    strength: float
    effect: float
    standard_error: float
    participants: int


@dataclass(frozen=True)
class Curve:
    """The effects of one policy, from weak to strong.

    Attributes
    ----------
    parameter : path of the parameter of the evidence table that the effect is compared with, in its unit. outcome : in words.
    coverage : participants per person of the target group. shape : the policy's other parameters, by name, at which it was measured.
    points : by strength. date, version : of the measurement. notes : the rest of the record (window, seeds, scale, digests).
    """

    parameter: str
    unit: str
    outcome: str
    coverage: float
    shape: dict[str, float]
    points: tuple[Point, ...]
    date: str
    version: str
    notes: dict[str, Any]

    @cached_property
    def knots(self) -> tuple[np.ndarray, np.ndarray]:
        """Strengths and effects (n,) of the curve, both rising from 0: the measured effects, made monotone (weights 1 / error squared).

        A strength that does no more than the one before is left out, so every effect has one strength, the smallest.
        """
        from scipy.optimize import isotonic_regression

        strengths = np.array([0.0, *(point.strength for point in self.points)])
        effects = np.array([point.effect for point in self.points])
        weights = np.array([point.standard_error for point in self.points]) ** -2.0
        rising = np.concatenate([[0.0], np.maximum(isotonic_regression(effects, weights=weights).x, 0.0)])
        keep = np.concatenate([[True], np.diff(rising) > 0])
        return strengths[keep], rising[keep]

    @cached_property
    def _smooth(self) -> Callable[[float], float]:
        from scipy.interpolate import PchipInterpolator

        strengths, effects = self.knots
        smooth = PchipInterpolator(strengths, effects)
        return lambda strength: float(smooth(strength))

    @property
    def reach(self) -> float:
        """The largest effect of the curve."""
        return float(self.knots[1][-1])

    def effect(self, strength: float) -> float:
        """Effect per head of a strength between 0 and the largest knot, monotone in between (PCHIP)."""
        return self._smooth(strength)

    def strength(self, effect: float) -> float:
        """Strength that has this effect, 0 to `reach`.

        Raises
        ------
        ValueError : the effect lies outside.
        """
        if not 0 <= effect <= self.reach:
            raise ValueError(f"effect {effect:g} lies outside 0 to {self.reach:g}")
        if effect in (0, self.reach):
            return float(self.knots[0][0 if effect == 0 else -1])
        from scipy.optimize import brentq

        return float(brentq(lambda strength: self._smooth(strength) - effect, 0.0, self.knots[0][-1], xtol=1e-9))


@cache
def load_curves(file: Path = FILE) -> dict[str, Curve]:
    """All stored curves by policy; none when there is no file."""
    if not file.is_file():
        return {}
    import yaml

    document = yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
    return {name: curve(entry) for name, entry in document.items()}


def curve(entry: dict[str, Any]) -> Curve:
    """The curve of one entry of the file.

    Raises
    ------
    ValueError : points that do not rise in strength, or have no standard error.
    """
    own = {name: entry[name] for name in ("parameter", "unit", "outcome", "coverage", "shape", "version")}
    points = tuple(Point(**point) for point in entry["points"])
    strengths = [point.strength for point in points]
    if not points or min(strengths) <= 0 or strengths != sorted(set(strengths)) or min(point.standard_error for point in points) <= 0:
        raise ValueError(f"{FILE.name}: {entry['parameter']}: points need rising strengths above 0 and standard errors above 0")
    notes = {name: value for name, value in entry.items() if name not in {*own, "points", "date"}}
    return Curve(**own, points=points, date=str(entry["date"]), notes=notes)
