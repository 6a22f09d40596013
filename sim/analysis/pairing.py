"""What pairing buys: how much less a difference varies between pairs with the same seed than between runs with seeds of their own.

    ratio = (variance of the baseline + variance of the scenario) / variance of the difference within pairs

Variances are over seeds, at the same parameter draw. With independent seeds the difference would have the sum of the two variances, so a
comparison with pairs is as sharp as one with `ratio` times as many independent seeds (common random numbers: Law (2015), "Simulation
Modeling and Analysis", 5th ed., section 11.2). Over scenarios, the variances are added before they are divided: the ratio of the worst
counts most. Scenarios that change nothing, whose ratio would be infinite, are left out.
"""

from __future__ import annotations

import math
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
    seeds = {name: sorted({seed for seed, _ in pairs}) for name, (_, _, pairs) in known.items()}
    whole = {name: variances(*sample) for name, sample in known.items()}
    names = [name for name, (_, paired) in whole.items() if paired > 0]
    if not names:
        return None
    every = sorted({seed for name in names for seed in seeds[name]})
    left_out = np.zeros((len(every), 2))
    for name in names:
        of = np.array([seed for seed, _ in known[name][2]])
        left_out += variances_of_sets(*known[name], of != np.array(every)[:, None])
    n, ratio = len(every), _ratio(np.sum([whole[name] for name in names], axis=0))
    logs = np.log([_ratio(both) for both in left_out])
    if not np.isfinite(logs).all():
        return None
    error = math.sqrt((n - 1) / n * float(((logs - logs.mean()) ** 2).sum()))
    reach = math.exp(float(stdtrit(n - 1, 1 - (1 - LEVEL) / 2)) * error)
    by_scenario = {name: float(whole[name][0] / whole[name][1]) for name in names}
    return Pairing(ratio, ratio / reach, ratio * reach, by_scenario, n)


def variances(base: np.ndarray, other: np.ndarray, pairs: list[tuple[int, int | None]]) -> tuple[float, float]:
    """Variance over seeds of a difference between independent runs, and of one within pairs; pooled over the draws.

    A draw with one seed says nothing. Nan when none has two.
    """
    independent, paired = variances_of_sets(base, other, pairs, np.ones((1, len(pairs)), bool))[0]
    return float(independent), float(paired)


def variances_of_sets(base: np.ndarray, other: np.ndarray, pairs: list[tuple[int, int | None]], kept: np.ndarray) -> np.ndarray:
    """The same for several sets of pairs at once, (n_sets, 2).

    Parameters
    ----------
    kept : (n_sets, n_pairs) bool - the pairs of each set.
    """
    draw = np.array([-1 if number is None else number for _, number in pairs])
    squares, freedom = np.zeros((len(kept), 2)), np.zeros(len(kept))
    for number in np.unique(draw):
        at = draw == number
        mine, counts = kept[:, at], kept[:, at].sum(axis=1)
        enough = counts > 1
        freedom += np.where(enough, counts - 1, 0)
        independent = _squares(base[at], mine) + _squares(other[at], mine)
        squares += np.where(enough[:, None], np.column_stack([independent, _squares(difference(other[at], base[at]), mine)]), 0.0)
    return np.asarray(np.divide(squares, freedom[:, None], out=np.full_like(squares, math.nan), where=freedom[:, None] > 0))


def _ratio(both: np.ndarray) -> float:
    independent, paired = both
    return float(independent / paired) if paired > 0 else math.inf


def _squares(values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Sum of squared deviations from their mean, of the values kept in each set."""
    mean = kept @ values / np.maximum(kept.sum(axis=1), 1)
    return np.asarray((kept * (values - mean[:, None]) ** 2).sum(axis=1))
