"""What pairing buys: how much less a difference varies between pairs with the same seed than between runs with seeds of their own.

    ratio = (variance of the baseline + variance of the scenario) / variance of the difference within pairs

Variances are over seeds, at the same parameter draw. With independent seeds the difference would have the sum of the two variances, so a
comparison with pairs is as sharp as one with `ratio` times as many independent seeds (common random numbers: Law (2015), "Simulation
Modeling and Analysis", 5th ed., section 11.2). Over scenarios, the variances are added before they are divided: the ratio of the worst
counts most. Scenarios that change nothing, whose ratio would be infinite, are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from sim.analysis.headline import levels
from sim.analysis.intervals import LEVEL, difference
from sim.analysis.metrics import METRICS, last_year

if TYPE_CHECKING:
    from sim.analysis.contrast import Comparison

FEWEST_SEEDS = 5
"""With fewer, the ratio of two variances says nothing."""
BAR = 8.0
"""What pairing is asked to reach on the headline figures."""


@dataclass(frozen=True)
class Pairing:
    """The ratio of one figure.

    Attributes
    ----------
    ratio : over all scenarios. low, high : its 95 % interval (jackknife over seeds, of the logarithm).
    by_scenario : ratio by scenario. seeds : number of seeds.
    """

    ratio: float
    low: float
    high: float
    by_scenario: dict[str, float]
    seeds: int

    def to_json(self) -> dict[str, Any]:
        """Return all of it."""
        return {"ratio": self.ratio, "low": self.low, "high": self.high, "by_scenario": self.by_scenario, "seeds": self.seeds}


@dataclass(frozen=True)
class Pairings:
    """Ratios of all figures: over the whole horizon (`figures`, by id), and of the mean of every year (`years`: id -> year -> ratio)."""

    figures: dict[str, Pairing]
    years: dict[str, dict[int, Pairing]]

    @property
    def reach(self) -> int:
        """Number of `figures` whose ratio is at least the bar."""
        return sum(found.ratio >= BAR for found in self.figures.values())

    def to_json(self) -> dict[str, Any]:
        """Return the part ``pairing`` of the JSON of ``sim compare``."""
        years = {name: {str(year): found.ratio for year, found in by.items()} for name, by in self.years.items()}
        return {"bar": BAR, "figures": {name: found.to_json() for name, found in self.figures.items()}, "ratio_by_year": years}


def pairings(comparison: Comparison) -> Pairings | None:
    """Ratios from all pairs of a comparison; None with fewer than five seeds, or when no scenario changes anything."""
    rows = {result.name: comparison.rows(result.name) for result in comparison.scenarios if not result.is_identical}
    pairs = {name: [comparison.frames.runs[row].pair for row in of] for name, (_, of) in rows.items()}
    rows = {name: both for name, both in rows.items() if len({seed for seed, _ in pairs[name]}) >= FEWEST_SEEDS}
    if not rows:
        return None
    ends = last_year(comparison.values)
    whole = levels(comparison.frames, comparison.values) | {name: ends[:, column] for column, name in enumerate(METRICS)}

    def of_values(values: np.ndarray) -> Pairing | None:
        return pairing({name: (values[base], values[other], pairs[name]) for name, (base, other) in rows.items()})

    figures = {name: found for name, values in whole.items() if (found := of_values(values))}
    in_year = np.array([month.year for month in comparison.frames.months])
    years: dict[str, dict[int, Pairing]] = {}
    for column, name in enumerate(METRICS):
        by_year = {int(year): of_values(comparison.values[:, in_year == year, column].mean(axis=1)) for year in np.unique(in_year)}
        years[name] = {year: found for year, found in by_year.items() if found}
    return Pairings(figures, years) if figures else None


Sample = tuple[np.ndarray, np.ndarray, list[tuple[int, int | None]]]
"""Values of the reference and of the scenario, (n_pairs,) each, and their pairs (seed, draw)."""


def pairing(samples: dict[str, Sample]) -> Pairing | None:
    """The ratio of one figure over some scenarios; None when it is not defined (a figure that is absent, or that no scenario changes).

    Parameters
    ----------
    samples : by scenario.
    """
    known = {name: sample for name, sample in samples.items() if np.isfinite(sample[0]).all() and np.isfinite(sample[1]).all()}
    sums = {name: variances(*sample) for name, sample in known.items()}
    sums = {name: both for name, both in sums.items() if both[1] > 0}
    if not sums:
        return None
    ratio = _pooled(sums.values())
    seeds = sorted({seed for name in sums for seed, _ in known[name][2]})
    left_out = [_pooled(variances(*_without(known[name], seed)) for name in sums) for seed in seeds]
    n, logs = len(seeds), np.log(left_out)
    if not np.isfinite(logs).all():
        return None
    error = math.sqrt((n - 1) / n * float(((logs - logs.mean()) ** 2).sum()))
    reach = math.exp(float(stdtrit(n - 1, 1 - (1 - LEVEL) / 2)) * error)
    by_scenario = {name: independent / paired for name, (independent, paired) in sums.items()}
    return Pairing(ratio, ratio / reach, ratio * reach, by_scenario, n)


def variances(base: np.ndarray, other: np.ndarray, pairs: list[tuple[int, int | None]]) -> tuple[float, float]:
    """Variance over seeds of a difference between independent runs, and of one within pairs; pooled over the draws.

    A draw with one seed says nothing. Nan when none has two.
    """
    sums, freedom = np.zeros(2), 0
    for draw in {draw for _, draw in pairs}:
        at = np.array([pair[1] == draw for pair in pairs])
        if at.sum() > 1:
            freedom += int(at.sum()) - 1
            differences = difference(other[at], base[at])
            sums += [_squares(base[at]) + _squares(other[at]), _squares(differences)]
    independent, paired = sums / freedom if freedom else (math.nan, math.nan)
    return float(independent), float(paired)


def _pooled(both: Iterable[tuple[float, float]]) -> float:
    independent, paired = np.sum(list(both), axis=0)
    return float(independent / paired) if paired > 0 else math.inf


def _without(sample: Sample, seed: int) -> Sample:
    keep = [pair[0] != seed for pair in sample[2]]
    return sample[0][keep], sample[1][keep], [pair for pair, kept in zip(sample[2], keep, strict=True) if kept]


def _squares(values: np.ndarray) -> float:
    return float(((values - values.mean()) ** 2).sum())
