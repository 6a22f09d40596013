"""The pairs of one scenario: their seeds and parameter draws, and what in them is uncertain. They say how wide an interval is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from sim.analysis.intervals import LEVEL, Interval, paired_interval
from sim.analysis.runs import Pair, Run
from sim.analysis.spread import Spread, spread
from sim.evidence.parameters import Parameter

PRICES_ONLY = "budget."
"""Rows that change what an outcome is worth to public budgets, and nothing that happens."""


@dataclass(frozen=True)
class Repetitions:
    """Pairs (seed, draw) in the order of the differences, and the grades of evidence in which something is uncertain.

    Attributes
    ----------
    grades : of what happens. grades_of_money : with those of prices and benefits.
    """

    pairs: tuple[Pair, ...]
    grades: frozenset[str] = frozenset()
    grades_of_money: frozenset[str] = frozenset()

    @property
    def has_draws(self) -> bool:
        """Whether there is more than one parameter draw."""
        return len({draw for _, draw in self.pairs if draw is not None}) > 1

    @property
    def n_seeds(self) -> int:
        """Number of seeds."""
        return len({seed for seed, _ in self.pairs})

    def spread(self, differences: np.ndarray, *, money: bool = False) -> Spread | None:
        """Where the spread of differences (n_pairs, n_figures) comes from; None without two draws to compare."""
        return spread(differences, self.pairs, self.grades_of_money if money else self.grades) if self.has_draws else None

    def interval(self, differences: Sequence[float] | np.ndarray, *, family: int = 1, money: bool = False) -> Interval:
        """Mean and 95 % interval of paired differences (n_pairs,): over luck, and with draws over what the evidence leaves open.

        Without draws it is that of `paired_interval`. `money` : whether the figure depends on prices, costs or benefits.
        """
        values = np.asarray(differences, dtype=np.float64)
        found = self.spread(values[:, None], money=money)
        if found is None:
            return paired_interval(values, family=family)
        mean, half = float(found.mean[0]), float(half_widths(found, family)[0])
        return Interval(mean, mean - half, mean + half, found.n_seeds * found.n_draws)


def half_widths(found: Spread, family: int = 1) -> np.ndarray:
    """Half widths of the 95 % intervals, (n_figures,); `family` of them hold together (Bonferroni)."""
    return np.asarray(stdtrit(found.freedom, 1 - (1 - LEVEL) / 2 / family) * np.sqrt(found.variance))


def repetitions(runs: Sequence[Run], table: Mapping[str, Parameter]) -> Repetitions:
    """The repetitions that some runs of one scenario are, in their order."""
    paths = {path for run in runs for path in run.record.get("drawn") or ()} & set(table)
    physical = {path for path in paths if not path.startswith(PRICES_ONLY)}
    return Repetitions(
        tuple(run.pair for run in runs), frozenset(table[path].grade for path in physical), frozenset(table[path].grade for path in paths)
    )
