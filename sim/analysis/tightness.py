"""How tight the labour market is by sector and province, in the classes that UWV uses for its tension indicator.

UWV divides open vacancies by people who have been on unemployment benefit for less than six months. The model divides open vacancies in
a sector and province of work by the unemployed who live in the province and whose last job was in the sector, whatever they receive and
however long they search. The class limits are UWV's; the levels therefore compare cells with each other better than with UWV's own figures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.contrast import Comparison
from sim.codes import PROVINCES, SECTORS

CLASSES = ("very_loose", "loose", "average", "tight", "very_tight")
CLASS_LIMITS = (0.25, 0.67, 1.5, 4.0)
"""Vacancies per unemployed person between the classes. Source: UWV, Spanningsindicator."""
FEWEST_SIMULATED = 10
"""Cells with fewer simulated unemployed (all seeds together) are not classed: chance would do it."""


@dataclass(frozen=True)
class Tightness:
    """Vacancies per unemployed person, (n_sectors, n_provinces); NaN where too few people were simulated."""

    ratio: np.ndarray

    def class_of(self, sector: int, province: int) -> str | None:
        """Class of one cell, or None where too few people were simulated."""
        value = self.ratio[sector, province]
        return None if np.isnan(value) else CLASSES[int(np.searchsorted(CLASS_LIMITS, value, side="right"))]

    def tightest(self) -> tuple[str, str] | None:
        """Sector and province of the tightest cell; None when no cell could be classed."""
        if np.isnan(self.ratio).all():
            return None
        sector, province = np.unravel_index(np.nanargmax(self.ratio), self.ratio.shape)
        return SECTORS[int(sector)], PROVINCES[int(province)]

    def counts(self) -> dict[str, int]:
        """Cells per class."""
        known = self.ratio[~np.isnan(self.ratio)]
        positions = np.searchsorted(CLASS_LIMITS, known, side="right")
        return {name: int((positions == code).sum()) for code, name in enumerate(CLASSES)}


def tightness(comparison: Comparison, name: str) -> Tightness:
    """Mean over the seeds of a scenario and the last twelve months."""
    rows = list(comparison.positions[name].values())
    unemployed = comparison.frames.unemployed[rows].mean(axis=0)
    vacancies = comparison.frames.vacancies[rows].mean(axis=0)
    weight = float(comparison.frames.runs[rows[0]].record.get("weight") or 1)
    simulated = unemployed / weight * len(rows)
    ratio = np.divide(vacancies, unemployed, out=np.full_like(vacancies, np.nan), where=simulated >= FEWEST_SIMULATED)
    return Tightness(ratio)
