"""The comparison: every scenario against its reference, pair by pair.

The same seed gives the same luck to the same people in every scenario, so the difference within a pair is the effect of what the
scenario changes; its spread over the pairs gives the interval. The reference is the baseline, unless the scenario names another
(``scenario.against``, such as a pandemic with which its policy has to do).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.budget import Budget, budget
from sim.analysis.frames import GROUPS, Frames, gather
from sim.analysis.grades import weakest_grade
from sim.analysis.intervals import Interval, difference
from sim.analysis.metrics import METRICS, last_year, series
from sim.analysis.pairing import Pairings, pairings
from sim.analysis.prices import Price, price
from sim.analysis.programmes import Programme, programme_totals
from sim.analysis.repetitions import Repetitions, repetitions
from sim.analysis.runs import BASELINE, CENTRAL, Pair, Run, by_scenario, check_comparable, marked, read_config, read_runs
from sim.analysis.uncertainty import Uncertainties, uncertainties
from sim.codes import SECTORS
from sim.config.draws import central
from sim.config.errors import UserError
from sim.evidence.parameters import Parameter, load_parameters


@dataclass(frozen=True)
class ScenarioResult:
    """One scenario against its reference.

    Attributes
    ----------
    against : name of the reference. evidence : ``central``, ``low`` or ``high``. of : name of the scenario without its evidence.
    pairs, missing : pairs (seed, draw) compared, and those present in only one of the two scenarios.
    net_fte_months : extra FTE-months at work or in reserve over the whole horizon, all sectors; with `net_by_group` and
        `shortage_prevented` it has intervals that hold for all scenarios of the comparison together.
    net_by_group : the same by group of sectors.
    shortage_change : change of the shortage by group, FTE, mean of the last twelve months.
    shortage_prevented : FTE-months of shortage over the whole horizon that the reference has and the scenario has not, by group.
    outcomes : change of every metric, mean of the last twelve months, in the unit of the metric.
    programme : participants, cost, gross outcome and effect per head of the scenario's policies, over the pairs.
    cost_eur : extra cost of programmes compared with the reference, euros over the whole horizon.
    budget : the same with what public budgets save or lose.
    grade : weakest grade of evidence among the parameters of the scenario's policies; None without policies.
    is_identical : whether every figure of every pair equals the reference's.
    """

    name: str
    label: dict[str, str]
    question: dict[str, str]
    against: str
    evidence: str
    of: str
    pairs: tuple[Pair, ...]
    missing: tuple[Pair, ...]
    net_fte_months: Interval
    net_by_group: dict[str, Interval]
    shortage_change: dict[str, Interval]
    shortage_prevented: dict[str, Interval]
    outcomes: dict[str, Interval]
    programme: Programme
    cost_eur: float
    budget: Budget
    grade: str | None
    is_identical: bool
    config: Mapping[str, Any] = field(repr=False)

    @property
    def n_seeds(self) -> int:
        """Number of seeds of the pairs."""
        return len({seed for seed, _ in self.pairs})

    @property
    def n_draws(self) -> int:
        """Number of parameter draws of the pairs; 0 at central values."""
        return len({draw for _, draw in self.pairs if draw is not None})

    @property
    def cost_per_net_fte_month(self) -> Price | None:
        """Euros of programmes per net FTE-month; None when the interval of the net effect covers zero, or the effect is a loss."""
        return price(self.cost_eur, self.net_fte_months)

    @property
    def cost_per_net_fte_month_eur(self) -> float | None:
        """The same without its range."""
        return None if self.cost_per_net_fte_month is None else self.cost_per_net_fte_month.mean

    @property
    def net_cost_per_net_fte_month(self) -> Price | None:
        """As `cost_per_net_fte_month`, of the net public cost; below zero when public budgets gain."""
        return price(self.budget.net_eur.mean, self.net_fte_months)

    def cost_per_shortage_month(self, group: str) -> Price | None:
        """Euros of programmes per FTE-month of shortage prevented in a group of sectors; None when that is not clearly a gain."""
        return price(self.cost_eur, self.shortage_prevented[group])

    def net_cost_per_shortage_month(self, group: str) -> Price | None:
        """The same of the net public cost."""
        return price(self.budget.net_eur.mean, self.shortage_prevented[group])

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the JSON of ``sim compare``."""
        bounds = self.cost_per_net_fte_month
        return {
            "name": self.name,
            "against": self.against,
            "evidence": self.evidence,
            "net_fte_months": self.net_fte_months.to_json(),
            "gross": self.programme.gross_share,
            "gross_persons": self.programme.gross_outcome,
            "gross_observed": self.programme.gross_count,
            "comparison_group": self.programme.control_share,
            "net_per_head": None if self.programme.per_head is None else self.programme.per_head.to_json(),
            "participants": self.programme.participants,
            "cost_eur": self.cost_eur,
            "cost_per_net_fte_month_eur": self.cost_per_net_fte_month_eur,
            "cost_per_net_fte_month_range_eur": None if bounds is None else {"low": bounds.low, "high": bounds.high},
            "net_fte_months_by_group": {group: interval.to_json() for group, interval in self.net_by_group.items()},
            "shortage_change": {group: interval.to_json() for group, interval in self.shortage_change.items()},
            "shortage_months_prevented": {group: interval.to_json() for group, interval in self.shortage_prevented.items()},
            "budget": self.budget.to_json(),
            "net_cost_per_net_fte_month_eur": _json(self.net_cost_per_net_fte_month),
            "cost_per_shortage_month_eur": {group: _json(self.cost_per_shortage_month(group)) for group in GROUPS},
            "net_cost_per_shortage_month_eur": {group: _json(self.net_cost_per_shortage_month(group)) for group in GROUPS},
            "grade": self.grade,
            "pairs": len(self.pairs),
            "missing_pairs": [{"seed": seed, "draw": draw} for seed, draw in self.missing],
            "identical_to_baseline": self.is_identical,
        }


@dataclass(frozen=True)
class Comparison:
    """All scenarios against their references, ranked: clear gains first, then no clear effect, then clear losses; by net FTE-months within.

    ``unpaired`` : scenarios whose reference has no runs here, with its name; they have levels, but no effect.
    """

    baseline: str
    scenarios: list[ScenarioResult]
    frames: Frames
    failed: list[Run]
    configs: dict[str, dict[str, Any]]
    parameters: dict[str, Parameter] = field(repr=False)
    unpaired: dict[str, str] = field(default_factory=dict)

    @cached_property
    def values(self) -> np.ndarray:
        """All metrics, (n_runs, n_months, n_metrics)."""
        return series(self.frames)

    @cached_property
    def positions(self) -> dict[str, dict[Pair, int]]:
        """Row of each run in the arrays, by scenario and pair."""
        return _positions(self.frames.runs)

    @property
    def has_baseline(self) -> bool:
        """Whether there are runs of the baseline to compare with."""
        return self.baseline in self.positions

    def run_of(self, name: str) -> Run:
        """The first run of a scenario."""
        return self.frames.runs[next(iter(self.positions[name].values()))]

    def against(self, name: str) -> str:
        """Name of the scenario that a scenario is compared with: its own reference, or `baseline`."""
        own = self.run_of(name).against
        return self.baseline if own == BASELINE else own

    @cached_property
    def pairing(self) -> Pairings | None:
        """What pairing buys here; None when there are too few seeds to say."""
        return pairings(self)

    @cached_property
    def uncertainty(self) -> Uncertainties | None:
        """Where the intervals come from; None with neither parameter draws nor several settings."""
        return uncertainties(self)

    @property
    def family(self) -> int:
        """Scenarios in the ranking: its intervals hold for all of them together, or one of several would look clear by chance."""
        return max(sum(self.against(name) != self.run_of(name).of for name in self.positions), 1)

    def rows(self, name: str) -> tuple[list[int], list[int]]:
        """Rows of the reference and of the scenario, in the same order of pairs."""
        return _paired_rows(self.positions[self.against(name)], self.positions[name])

    def repetitions(self, name: str) -> Repetitions:
        """The pairs of a scenario, in the order of `rows`."""
        return repetitions([self.frames.runs[row] for row in self.rows(name)[1]], self.parameters)

    def to_json(self) -> dict[str, Any]:
        """Return the parts of the JSON of ``sim compare`` about all scenarios: effects, what pairing buys, where intervals come from."""
        pairing = None if self.pairing is None else self.pairing.to_json()
        uncertainty = None if self.uncertainty is None else self.uncertainty.to_json()
        return {"scenarios": [result.to_json() for result in self.scenarios], "pairing": pairing, "uncertainty": uncertainty}


def compare(run_dirs: Iterable[Path], baseline: str = "baseline") -> Comparison:
    """Compare finished runs with those of the baseline; failed runs are set aside in `Comparison.failed`.

    Raises
    ------
    UserError : when runs differ in version, start, horizon or sample, when the baseline or another reference is absent, or when no seed is
        shared.
    """
    comparison = load(run_dirs, baseline)
    if not comparison.has_baseline:
        names = ", ".join(by_scenario(comparison.frames.runs))
        raise UserError(
            f"No finished run of the baseline '{baseline}' among the runs (there are: {names}). Run it with `sim run {baseline}`."
        )
    for name, reference in comparison.unpaired.items():
        raise UserError(
            f"Scenario '{name}' is compared with '{reference}', of which there is no finished run with central evidence. "
            f"Run it with `sim run {reference}`."
        )
    return comparison


def load(run_dirs: Iterable[Path], baseline: str = "baseline") -> Comparison:
    """As `compare`, but scenarios whose reference is absent are set aside in `Comparison.unpaired` instead of raising an error."""
    everything = read_runs(run_dirs)
    runs = [run for run in everything if run.is_ok]
    failed = [run for run in everything if not run.is_ok]
    if not runs:
        raise UserError(f"None of the {len(failed)} runs finished; the first error: {failed[0].record.get('error')}")
    check_comparable(runs)
    groups = by_scenario(runs)
    configs = {name: central(read_config(members[0])) for name, members in groups.items()}
    comparison = Comparison(baseline, [], gather(runs), failed, configs, load_parameters())
    for name in groups:
        if name != baseline and (reference := comparison.against(name)) not in groups:
            comparison.unpaired[name] = reference
    compared = [name for name in groups if name not in comparison.unpaired and comparison.against(name) != groups[name][0].of]
    comparison.scenarios.extend(ranked([_result(comparison, name) for name in compared]))
    return comparison


def _positions(runs: list[Run]) -> dict[str, dict[Pair, int]]:
    positions: dict[str, dict[Pair, int]] = {}
    for row, run in enumerate(runs):
        positions.setdefault(run.scenario, {})[run.pair] = row
    return positions


def _paired_rows(base: dict[Pair, int], other: dict[Pair, int]) -> tuple[list[int], list[int]]:
    shared = [pair for pair in base if pair in other]
    return [base[pair] for pair in shared], [other[pair] for pair in shared]


def ranked(results: list[ScenarioResult]) -> list[ScenarioResult]:
    """Clear gains, then no clear effect, then clear losses; by net FTE-months within."""
    return sorted(results, key=lambda result: (-result.net_fte_months.sign, -result.net_fte_months.mean, result.name))


def _result(comparison: Comparison, name: str) -> ScenarioResult:
    reference = comparison.against(name)
    base, other = comparison.positions[reference], comparison.positions[name]
    base_rows, rows = comparison.rows(name)
    if not rows:
        raise UserError(
            f"Scenario '{name}' and its reference '{reference}' share no seed: {_seeds(other)} against {_seeds(base)}. "
            "Run both with the same seeds."
        )
    frames, values, family = comparison.frames, last_year(comparison.values), comparison.family
    repeated = comparison.repetitions(name)
    fte = difference(frames.market_fte[rows].sum(axis=2), frames.market_fte[base_rows].sum(axis=2))
    ends = difference(values[rows], values[base_rows])
    outcomes = {metric: repeated.interval(ends[:, column]) for column, metric in enumerate(METRICS)}
    programme = programme_totals(frames.programmes, rows, repeated)
    months = comparison.values[:, :, [list(METRICS).index(f"shortage_fte.{group}") for group in GROUPS]].sum(axis=1)
    shortage = difference(months[rows], months[base_rows])
    run = frames.runs[rows[0]]
    record = run.record
    config = comparison.configs[name]
    costs = budget(frames, base_rows, rows, config, repeated)
    return ScenarioResult(
        name=name,
        label=label_of(run),
        question=_bilingual(record.get("question"), ""),
        against=reference,
        evidence=run.evidence,
        of=run.of,
        pairs=tuple(frames.runs[row].pair for row in rows),
        missing=tuple(sorted(set(base) ^ set(other), key=str)),
        net_fte_months=repeated.interval(fte.sum(axis=1), family=family),
        net_by_group={
            group: repeated.interval(fte[:, [SECTORS.index(key) for key in keys]].sum(axis=1), family=family)
            for group, keys in GROUPS.items()
        },
        shortage_change={group: outcomes[f"shortage_fte.{group}"] for group in GROUPS},
        shortage_prevented={group: repeated.interval(-shortage[:, column], family=family) for column, group in enumerate(GROUPS)},
        outcomes=outcomes,
        programme=programme,
        cost_eur=costs.programme_eur.mean,
        budget=costs,
        grade=weakest_grade(config.get("policies") or {}, comparison.parameters),
        is_identical=not fte.any() and _same(comparison.values[rows], comparison.values[base_rows]),
        config=config,
    )


def label_of(run: Run) -> dict[str, str]:
    """Label of the scenario of a run in both languages, with the end of the evidence when that is not the centre."""
    from sim.report.words import words

    label = {
        language: marked(text, run.setting) for language, text in _bilingual(run.record.get("label"), str(run.record["scenario"])).items()
    }
    if run.evidence == CENTRAL:
        return label
    return {language: words(language)(f"evidence.{run.evidence}", scenario=text) for language, text in label.items()}


def _json(found: Price | None) -> dict[str, float] | None:
    return None if found is None else found.to_json()


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return not np.nan_to_num(difference(a, b)).any()


def _seeds(pairs: Iterable[Pair]) -> str:
    return ", ".join(str(seed) for seed, _ in sorted(pairs, key=lambda pair: pair[0]))


def _bilingual(value: object, fallback: str) -> dict[str, str]:
    known = value if isinstance(value, dict) else {}
    english = str(known.get("en") or known.get("nl") or fallback)
    return {"en": english, "nl": str(known.get("nl") or english)}
