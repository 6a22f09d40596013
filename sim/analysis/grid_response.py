"""Outcomes at the points of a grid: their intervals, how the points go together by seed, and contrasts between points.

The same seeds stand at all points, so what lies between two of them can be told pair by pair: the differences of each pair are
interpolated, and the interval is that of the interpolated differences. With weights w (multilinear, none below zero, adding up to 1)

    mean = sum of w(a) mean(a),        half width^2 = sum of w(a) w(b) half(a) half(b) correlation(a, b)

which is exactly Student's t over the interpolated differences, since all points have the same pairs. Where they have not, or where
parameter draws make up the interval, the correlations are taken as 1: the half width is then the weighted mean of those of the points,
and no standard error of a weighted mean can be wider (Minkowski). Neither holds what is lost by taking the response as straight between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.analysis.budget import by_pair
from sim.analysis.contrast import Comparison, ScenarioResult
from sim.analysis.frames import GROUPS
from sim.analysis.grid import Grid, Point, grids
from sim.analysis.headline import NET
from sim.analysis.intervals import SUMMATION_ERROR, Interval, difference
from sim.analysis.metrics import METRICS, last_year
from sim.analysis.repetitions import Repetitions
from sim.analysis.runs import Pair
from sim.codes import SECTORS

SHORTAGE = "shortage_fte"
PROGRAMMES, PUBLIC, PRICE = "programme_eur", "net_eur", "price"
"""Cost of the programmes, what public budgets spend in all, and euros of programmes per net FTE-month."""
WORK = (NET, *(f"{NET}.{group}" for group in GROUPS if group != "all"))
MONEY = (PROGRAMMES, PUBLIC)
MEASURED = (*WORK, *(f"{SHORTAGE}.{group}" for group in GROUPS), *MONEY)
"""Outcomes with an interval of their own; a price follows from cost and net FTE-months."""
OUTCOMES = (*MEASURED, PRICE)


def interval_of(result: ScenarioResult, outcome: str) -> Interval:
    """The interval of an outcome of one scenario, as everywhere on the page."""
    family, _, group = outcome.partition(".")
    if family == NET:
        return result.net_by_group[group] if group else result.net_fte_months
    if family == SHORTAGE:
        return result.shortage_change[group]
    return result.budget.programme_eur if outcome == PROGRAMMES else result.budget.net_eur


@dataclass(frozen=True)
class Response:
    """A grid and what happens at its points."""

    comparison: Comparison
    grid: Grid

    @cached_property
    def results(self) -> list[ScenarioResult]:
        """The scenarios at the points, in the order of `Grid.points`."""
        return list(self.grid.points.values())

    @cached_property
    def is_exact(self) -> bool:
        """Whether all points have the same pairs, at least two, and no draws, so that what lies between has an interval of its own."""
        first = self.results[0].pairs
        same = all(set(result.pairs) == set(first) for result in self.results)
        return same and len(first) > 1 and not any(self.comparison.repetitions(result.name).has_draws for result in self.results)

    @cached_property
    def differences(self) -> dict[Point, dict[str, dict[Pair, float]]]:
        """Difference with the reference by point, outcome and pair."""
        return {point: self._of(result) for point, result in self.grid.points.items()}

    def correlations(self, outcome: str) -> np.ndarray | None:
        """Correlation over the pairs between the points, (n_points, n_points); None where `is_exact` does not hold.

        A point that does not vary has correlation 0 with the others: it adds nothing to a width.
        """
        if not self.is_exact:
            return None
        pairs = self.results[0].pairs
        values = np.array([[by[outcome][pair] for pair in pairs] for by in self.differences.values()])
        centred = values - values.mean(axis=1, keepdims=True)
        size = np.sqrt((centred**2).sum(axis=1))
        unit = np.divide(centred, size[:, None], out=np.zeros_like(centred), where=size[:, None] > 0)
        return np.asarray(unit @ unit.T)

    def contrast(self, outcome: str, weights: Mapping[Point, float], family: int = 1) -> Interval:
        """Weighted sum of an outcome over some points, pair by pair, with its interval over the pairs that all of them have."""
        by = {point: self.differences[point][outcome] for point in weights}
        shared = [pair for pair in next(iter(by.values())) if all(pair in mine for mine in by.values())]
        terms = np.array([[weight * by[point][pair] for pair in shared] for point, weight in weights.items()])
        sums = terms.sum(axis=0)
        sums[np.abs(sums) <= SUMMATION_ERROR * np.abs(terms).sum(axis=0)] = 0.0
        known = self.comparison.repetitions(self.results[0].name)
        repeated = Repetitions(tuple(shared), known.grades, known.grades_of_money)
        return repeated.interval(sums, family=family, money=outcome in MONEY)

    def _of(self, result: ScenarioResult) -> dict[str, dict[Pair, float]]:
        frames = self.comparison.frames
        base, rows = self.comparison.rows(result.name)
        work = difference(frames.market_fte[rows].sum(axis=2), frames.market_fte[base].sum(axis=2))
        ends = self._ends
        found = {NET: work.sum(axis=1)}
        for group, sectors in GROUPS.items():
            if group != "all":
                found[f"{NET}.{group}"] = work[:, [SECTORS.index(key) for key in sectors]].sum(axis=1)
            column = list(METRICS).index(f"{SHORTAGE}.{group}")
            found[f"{SHORTAGE}.{group}"] = difference(ends[rows, column], ends[base, column])
        euros = by_pair(frames, base, rows, result.config)
        found |= {outcome: euros[outcome] for outcome in MONEY}
        pairs = [frames.runs[row].pair for row in rows]
        return {outcome: dict(zip(pairs, values.tolist(), strict=True)) for outcome, values in found.items()}

    @cached_property
    def _ends(self) -> np.ndarray:
        return last_year(self.comparison.values)


def responses(comparison: Comparison) -> list[Response]:
    """What happens at the points of every grid of a comparison."""
    return [Response(comparison, grid) for grid in grids(comparison)]
