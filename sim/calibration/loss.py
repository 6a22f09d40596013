"""How far a simulated Netherlands is from the published one: one number, made of squares.

A residual is a relative error in units of what may be expected, times the root of its weight:

    r_j = sqrt(w_j) d_j / s_j,   d_j = log((y_j + c) / (o_j + c)),   loss = sum of r_j^2

y simulated (mean over the paired seeds), o published, c a twentieth of o, so that an empty cell of the sample is far off but not
infinitely. s_j^2 = (error of the published figure)^2 + (luck of the sample)^2 + (what a model of this kind is allowed to miss)^2. A figure
of zero or below, which has no logarithm, is compared as a difference, in units of the mean size of its cell.

Weights: a target weighs by the root of the number of its cells - what is published of every sector says more than a single figure, but not
twenty times as much -, however many periods it has. Within a target, sectors weigh by the root of their jobs, other cells the same;
periods of a cell the same. The loss of a model that is wrong by one s everywhere is 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

MODEL_MISS = 0.05
"""Relative error that is good enough for the fit window: the bar for the median error there. Without it, the targets published most
exactly would count a hundred times as much as the others."""
OFFSET = 0.05
"""c above, as a share of the published figure."""

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Moments:
    """The published figures of the fit window.

    Attributes
    ----------
    keys : (target, cell, period) of each, the order of every vector of moments.
    observed : published, in the unit of the target, shape (moments,).
    error : relative standard error of the published figure, shape (moments,).
    weight : sums to 1, shape (moments,).
    """

    keys: tuple[Key, ...]
    observed: np.ndarray
    error: np.ndarray
    weight: np.ndarray

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """Names of the targets, in order."""
        return tuple(dict.fromkeys(target for target, _, _ in self.keys))

    @cached_property
    def cells(self) -> np.ndarray:
        """Number of the (target, cell) of each moment, shape (moments,)."""
        number = {pair: n for n, pair in enumerate(dict.fromkeys(key[:2] for key in self.keys))}
        return np.array([number[key[:2]] for key in self.keys])

    def deviations(self, simulated: np.ndarray) -> np.ndarray:
        """d above, for moments along the last axis; undefined moments (no such people in the sample) count as empty cells."""
        simulated = np.nan_to_num(simulated, nan=0.0)
        positive = self.observed > 0
        share = np.maximum(simulated, 0.0) / np.where(positive, self.observed, 1.0)
        size = np.bincount(self.cells, np.abs(self.observed)) / np.bincount(self.cells)
        return np.where(
            positive, np.log((share + OFFSET) / (1 + OFFSET)), (simulated - self.observed) / np.maximum(size[self.cells], 1e-12)
        )

    def luck(self, runs: np.ndarray) -> np.ndarray:
        """Variance of d between seeds, mean over the periods of a cell; `runs` has shape (seeds, moments)."""
        variance = self.deviations(runs).var(axis=0, ddof=1)
        return (np.bincount(self.cells, variance) / np.bincount(self.cells))[self.cells]

    def residuals(self, simulated: np.ndarray, luck: np.ndarray) -> np.ndarray:
        """r above; `luck` is the variance of d of a mean over the paired seeds, shape (moments,)."""
        return np.sqrt(self.weight / (self.error**2 + luck + MODEL_MISS**2)) * self.deviations(simulated)

    def only(self, chosen: np.ndarray) -> Moments:
        """Some of the moments (bool, shape (moments,)); the targets left weigh as if the others had never been there."""
        keys = tuple(key for key, keep in zip(self.keys, chosen, strict=True) if keep)
        weight = self.weight[chosen]
        number = {target: n for n, target in enumerate(dict.fromkeys(key[0] for key in keys))}
        target = np.array([number[key[0]] for key in keys])
        pairs = dict.fromkeys(key[:2] for key in keys)
        share = np.bincount([number[name] for name, _ in pairs]) ** 0.5
        weight = weight / np.bincount(target, weight)[target] * (share / share.sum())[target]
        return Moments(keys, self.observed[chosen], self.error[chosen], weight)

    def by_cell(self, residuals: np.ndarray) -> np.ndarray:
        """Mean residual of each cell over its periods, shape (evaluations, cells); `residuals` has shape (evaluations, moments)."""
        return np.array([np.bincount(self.cells, row) for row in residuals]) / np.bincount(self.cells)

    def by_target(self, residuals: np.ndarray) -> dict[str, float]:
        """Loss of each target alone: the mean square of its standardised errors."""
        squares, totals = dict.fromkeys(self.targets, 0.0), dict.fromkeys(self.targets, 0.0)
        for key, square, weight in zip(self.keys, residuals**2, self.weight, strict=True):
            squares[key[0]] += float(square)
            totals[key[0]] += float(weight)
        return {target: squares[target] / totals[target] for target in self.targets}

    def median_errors(self, simulated: np.ndarray) -> dict[str, float]:
        """Median absolute error of each target, %, unweighted."""
        errors: dict[str, list[float]] = {target: [] for target in self.targets}
        for key, value, published in zip(self.keys, simulated, self.observed, strict=True):
            if published != 0:
                errors[key[0]].append(100 * abs(float(value) / float(published) - 1))
        return {target: float(np.median(values)) if values else float("nan") for target, values in errors.items()}


def weights(keys: tuple[Key, ...], sizes: Mapping[tuple[str, str], float]) -> np.ndarray:
    """Weights of moments, shape (moments,): by the root of its number of cells for a target, of `sizes` (default 1) for its cells.

    >>> three = (("jobs", "A", "2015"), ("jobs", "C", "2015"), ("age", "all", "2015"))
    >>> weights(three, {("jobs", "A"): 1, ("jobs", "C"): 9}).round(3).tolist()
    [0.146, 0.439, 0.414]
    """
    periods: dict[tuple[str, str], int] = {}
    for target, cell, _ in keys:
        periods[target, cell] = periods.get((target, cell), 0) + 1
    totals: dict[str, float] = {}
    cells: dict[str, int] = {}
    for target, cell in periods:
        totals[target] = totals.get(target, 0.0) + sizes.get((target, cell), 1.0) ** 0.5
        cells[target] = cells.get(target, 0) + 1
    everything = sum(number**0.5 for number in cells.values())
    share = {target: number**0.5 / everything / totals[target] for target, number in cells.items()}
    return np.array([sizes.get((t, c), 1.0) ** 0.5 * share[t] / periods[t, c] for t, c, _ in keys])


def fit_moments() -> Moments:
    """The scored figures of the fit window, 2015Q1-2019Q4, and nothing else."""
    from sim.calibration.targets import FIT, in_window, load_targets, observed

    targets = {name: target for name, target in load_targets().items() if target.scored}
    rows = [
        row for row in observed().sort("target", "cell", "period").iter_rows(named=True)
        if row["target"] in targets and in_window(row["period"], FIT)
    ]  # fmt: skip
    keys = tuple((row["target"], row["cell"], row["period"]) for row in rows)
    values = np.array([row["value"] for row in rows])
    error = np.array([targets[key[0]].error(value) / max(abs(value), 1e-12) for key, value in zip(keys, values, strict=True)])
    jobs = sector_jobs()
    typical = float(np.median(list(jobs.values())))
    sizes = {(t, cell): jobs.get(cell, typical) for t, cell, _ in keys if targets[t].by == "sector"}
    return Moments(keys, values, np.minimum(error, 1.0), weights(keys, sizes))


def sector_jobs() -> dict[str, float]:
    """Employee jobs by section in the middle of the fit window, thousand (CBS 81431ned, 2017)."""
    from sim.world import sources

    return dict(zip(sources.SECTIONS, map(float, sources.by_section("employee_jobs.csv", "jobs_k", "2017")), strict=False))
