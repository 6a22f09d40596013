"""Where the interval of an answer comes from: luck, each grade of evidence, what grades do together, and the settings of the model.

Luck and evidence are those of `sim.analysis.spread`: they make up the interval. Settings are others under which the same scenario was run
too (``structure.matching``, the economy): the variance between the means, less the variance of those means by luck. It stands beside the
interval, which holds under one setting; shares are of all of it together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.frames import GROUPS
from sim.analysis.headline import NET, SHORTAGE, levels, per_head
from sim.analysis.intervals import difference
from sim.analysis.runs import CENTRAL
from sim.evidence.draws import BLOCK
from sim.evidence.parameters import GRADES

if TYPE_CHECKING:
    from sim.analysis.contrast import Comparison

PER_HEAD = "net_per_head"
OUTCOMES = (NET, PER_HEAD, *(f"{SHORTAGE}.{group}" for group in GROUPS))
"""Figures that are taken apart."""
LUCK, EVIDENCE, TOGETHER, SETTINGS = "luck", "evidence", "together", "settings"
PARTS = (LUCK, *GRADES, EVIDENCE, TOGETHER, SETTINGS)
"""Parts in the order in which they are shown; `EVIDENCE` as a whole when the draws do not tell grades apart."""


@dataclass(frozen=True)
class Uncertainty:
    """The variance of one figure of one scenario.

    Attributes
    ----------
    scenario, outcome : names. parts : variance by part of `PARTS`, in the squared unit of the figure; what cannot be known is absent.
    is_cut : whether a part was estimated below zero, and so is given as zero. n_seeds, n_draws, n_settings : how many there are.
    """

    scenario: str
    outcome: str
    parts: dict[str, float]
    is_cut: bool
    n_seeds: int
    n_draws: int
    n_settings: int

    @property
    def shares(self) -> dict[str, float]:
        """Share of each part, adding up to 1; all zero when nothing varies."""
        total = sum(self.parts.values())
        return {name: variance / total if total > 0 else 0.0 for name, variance in self.parts.items()}

    def to_json(self) -> dict[str, Any]:
        """Return shares and standard deviations by part."""
        return {
            "shares": self.shares,
            "sd": {name: float(np.sqrt(variance)) for name, variance in self.parts.items()},
            "cut_at_zero": self.is_cut,
            "settings": self.n_settings,
        }


@dataclass(frozen=True)
class Uncertainties:
    """All figures of all scenarios, by scenario and outcome; `n_draws`, `n_seeds` are the most of any scenario."""

    scenarios: dict[str, dict[str, Uncertainty]]
    n_seeds: int
    n_draws: int

    @property
    def has_draws(self) -> bool:
        """Whether there are parameter draws at all."""
        return self.n_draws > 1

    @property
    def has_grades(self) -> bool:
        """Whether the draws tell the grades apart."""
        return self.n_draws >= BLOCK

    @property
    def luck_is_hidden(self) -> bool:
        """Whether luck and evidence cannot be told apart: draws with one seed."""
        return self.has_draws and self.n_seeds == 1

    def to_json(self) -> dict[str, Any]:
        """Return the part ``uncertainty`` of the JSON of ``sim compare``."""
        scenarios = {name: {outcome: found.to_json() for outcome, found in outcomes.items()} for name, outcomes in self.scenarios.items()}
        return {"seeds": self.n_seeds, "draws": self.n_draws, "luck_known": not self.luck_is_hidden, "scenarios": scenarios}


def uncertainties(comparison: Comparison) -> Uncertainties | None:
    """Take the figures of a comparison apart; None when there are neither draws nor several settings of one scenario."""
    whole, head = levels(comparison.frames, comparison.values), per_head(comparison.frames)
    kin: dict[str, list[str]] = {}  # the same scenario under all its settings
    bare = {result.name: str(comparison.run_of(result.name).record["scenario"]) for result in comparison.scenarios}
    for result in comparison.scenarios:
        if result.evidence == CENTRAL:
            kin.setdefault(bare[result.name], []).append(result.name)
    shown = [
        result
        for result in comparison.scenarios
        if not result.is_identical and (comparison.repetitions(result.name).has_draws or len(kin.get(bare[result.name], ())) > 1)
    ]
    if not shown:
        return None

    def effects(name: str, outcome: str) -> np.ndarray:
        base, rows = comparison.rows(name)
        return head[rows] if outcome == PER_HEAD else difference(whole[outcome][rows], whole[outcome][base])

    found = {
        result.name: {
            outcome: one
            for outcome in OUTCOMES
            if (one := _of(comparison, result.name, outcome, kin.get(bare[result.name], [result.name]), effects)) is not None
        }
        for result in shown
    }
    every = [comparison.repetitions(result.name) for result in shown]
    draws = max(len({draw for _, draw in one.pairs if draw is not None}) for one in every)
    return Uncertainties(found, max(one.n_seeds for one in every), draws)


Effects = Callable[[str, str], np.ndarray]


def _of(comparison: Comparison, name: str, outcome: str, kin: list[str], effects: Effects) -> Uncertainty | None:
    values = effects(name, outcome)
    if not np.isfinite(values).any():
        return None
    repeated = comparison.repetitions(name)
    spread = repeated.spread(values[:, None])
    known = values[np.isfinite(values)]
    parts: dict[str, float] = {}
    is_cut = False
    if spread is not None:
        one_more = 1 + 1 / spread.n_draws
        if repeated.n_seeds > 1:
            parts[LUCK] = float(spread.luck[0])
        if spread.grades:
            parts |= {grade: float(variance[0]) * one_more for grade, variance in spread.grades.items()}
            parts[TOGETHER] = float(spread.rest[0]) * one_more
        else:
            parts[EVIDENCE] = float(spread.evidence[0]) * one_more
        is_cut = bool(spread.is_cut[0])
    elif known.size > 1:
        parts[LUCK] = float(known.var(ddof=1)) / known.size
    if len(kin) > 1:
        between = _between([effects(one, outcome) for one in kin], [_luck_of(comparison, one, effects(one, outcome)) for one in kin])
        is_cut |= between < 0
        parts[SETTINGS] = max(between, 0.0)
    n_draws = 0 if spread is None else spread.n_draws
    return Uncertainty(name, outcome, parts, is_cut, repeated.n_seeds, n_draws, len(kin)) if parts else None


def _luck_of(comparison: Comparison, name: str, values: np.ndarray) -> float:
    """Variance of the mean of a scenario by luck."""
    spread = comparison.repetitions(name).spread(values[:, None])
    known = values[np.isfinite(values)]
    return float(spread.luck[0]) if spread is not None else float(known.var(ddof=1)) / known.size if known.size > 1 else 0.0


def _between(effects: list[np.ndarray], luck: list[float]) -> float:
    """Variance between the means of some settings, less what luck does to those means; may be below zero."""
    means = [float(values[np.isfinite(values)].mean()) for values in effects if np.isfinite(values).any()]
    return float(np.var(means, ddof=1)) - float(np.mean(luck)) if len(means) > 1 else 0.0
