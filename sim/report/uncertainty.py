"""The section about intervals: where they come from, and what pairing buys. The command line says the same in its own lines."""

from __future__ import annotations

from typing import Any

from sim.analysis.contrast import Comparison, ScenarioResult
from sim.analysis.headline import NET, SHORTAGE
from sim.analysis.metrics import METRICS
from sim.analysis.pairing import BAR, Pairing, Pairings
from sim.analysis.uncertainty import LUCK, PARTS, PER_HEAD, Uncertainties, Uncertainty
from sim.report.charts.parts import part_label
from sim.report.numbers import Numbers
from sim.report.tables import Cell, cell
from sim.report.words import Words

BY_YEAR = ("shortage_fte.crucial", "employed", "tension")
"""Metrics whose ratio is shown by year."""
SMALLEST = 0.005
"""Shares below it are not named in a sentence."""
MOST = 0.5
"""Share from which a part is most of it."""
NEARLY_ALL = 0.8
"""Share of luck from which it hides the rest."""


def section(words: Words, numbers: Numbers, comparison: Comparison) -> dict[str, Any]:
    """Return what the page shows: titles, notes and tables; parts that are not known are None."""
    found, pairing = comparison.uncertainty, comparison.pairing
    return {
        "parts": None if found is None else _parts(words, numbers, comparison, found),
        "pairing": None if pairing is None else _pairing(words, numbers, comparison, pairing),
    }


def _parts(words: Words, numbers: Numbers, comparison: Comparison, found: Uncertainties) -> dict[str, Any]:
    shown = [(result, found.scenarios[result.name]) for result in comparison.scenarios if result.name in found.scenarios]
    columns = [part for part in PARTS if any(part in one.parts for _, outcomes in shown for one in outcomes.values())]
    rows = [
        {"label": f"{result.label[words.language]}: {outcome_label(words, outcome)}", "cells": _shares(words, numbers, columns, one)}
        for result, outcomes in shown
        for outcome, one in outcomes.items()
    ]
    return {
        "title": title(words, numbers, shown[0][0], shown[0][1][NET]),
        "notes": notes(words, found),
        "table": {"columns": [part_label(words, part) for part in columns], "rows": rows, "below": words("uncertainty.cut")},
    }


def _shares(words: Words, numbers: Numbers, columns: list[str], one: Uncertainty) -> list[Cell]:
    shares = one.shares
    return [
        cell(numbers.share(shares[part]), shares[part], below=words("uncertainty.cut") if one.is_cut and shares[part] == 0 else "")
        if part in shares
        else cell(words("unknown"))
        for part in columns
    ]


def outcome_label(words: Words, outcome: str) -> str:
    """Name of a figure that is taken apart, or of which pairing is measured."""
    if outcome == NET:
        return words("by_seed.net")
    if outcome == PER_HEAD:
        return words("uncertainty.per_head")
    family, _, group = outcome.partition(".")
    if family == NET:
        return words("by_seed.net_group", group=words(f"groups.{group}"))
    if family == SHORTAGE:
        return words("uncertainty.shortage", group=words(f"groups.{group}"))
    return words("uncertainty.at_end", metric=words.metric_label(outcome)) if outcome in METRICS else outcome


def title(words: Words, numbers: Numbers, result: ScenarioResult, one: Uncertainty) -> str:
    """The part that most of an interval comes from, with its share."""
    share, part = max(((share, part) for part, share in one.shares.items()), default=(0.0, ""))
    scenario = result.label[words.language]
    if share < SMALLEST:
        return words("uncertainty.title_nothing", scenario=scenario)
    key = "title" if share > MOST else "title_largest"
    return words(f"uncertainty.{key}", scenario=scenario, part=part_label(words, part), share=numbers.share(share))


def sentence(words: Words, numbers: Numbers, one: Uncertainty) -> str:
    """``luck 20 %, expert judgement 80 %``: the shares that count, largest first."""
    shares = sorted(((share, part) for part, share in one.shares.items() if share >= SMALLEST), reverse=True)
    return ", ".join(f"{part_label(words, part)} {numbers.share(share)}" for share, part in shares) or words("uncertainty.nothing")


def in_order(words: Words, numbers: Numbers, one: Uncertainty) -> str:
    """The same in the order of the bar."""
    shares = one.shares
    named = [f"{part_label(words, part)} {numbers.share(shares[part])}" for part in PARTS if shares.get(part, 0.0) >= SMALLEST]
    return ", ".join(named) or words("uncertainty.nothing")


def notes(words: Words, found: Uncertainties) -> list[str]:
    """What the shares mean, and what they cannot tell."""
    said = [words("uncertainty.note", draws=found.n_draws, seeds=found.n_seeds)] if found.has_draws else []
    if found.luck_is_hidden:
        said.append(words("uncertainty.one_seed"))
    if found.has_draws:
        said.append(words("uncertainty.grades" if found.has_grades else "uncertainty.few_draws", draws=found.n_draws))
    whole = [outcomes[NET] for outcomes in found.scenarios.values() if NET in outcomes]
    if found.has_draws and any(one.shares.get(LUCK, 0.0) > NEARLY_ALL for one in whole):
        said.append(words("uncertainty.hidden"))
    if any(one.n_settings > 1 for outcomes in found.scenarios.values() for one in outcomes.values()):
        said.append(words("uncertainty.settings"))
    return said


def _pairing(words: Words, numbers: Numbers, comparison: Comparison, found: Pairings) -> dict[str, Any]:
    columns = ("ratio", "interval", "lowest", "highest")
    rows = [{"label": outcome_label(words, name), "cells": _ratios(words, numbers, one)} for name, one in found.figures.items()]
    years = sorted({year for name in BY_YEAR for year in found.years.get(name, {})})
    by_year = [
        {
            "label": words.metric_label(name),
            "cells": [cell(numbers.plain(of[year].ratio, 1), of[year].ratio) if year in of else cell(words("unknown")) for year in years],
        }
        for name in BY_YEAR
        if (of := found.years.get(name))
    ]
    seeds = max(one.seeds for one in found.figures.values())
    return {
        "title": words("pairing.title", n=found.reach, all=len(found.figures), bar=numbers.plain(BAR)),
        "note": words("pairing.note", seeds=seeds),
        "table": {"columns": [words(f"pairing.{column}") for column in columns], "rows": rows},
        "years": {"columns": [str(year) for year in years], "rows": by_year},
    }


def _ratios(words: Words, numbers: Numbers, one: Pairing) -> list[Cell]:
    lowest, highest = min(one.by_scenario.values()), max(one.by_scenario.values())
    shown = words("range", low=numbers.plain(one.low, 1), high=numbers.plain(one.high, 1))
    return [
        cell(numbers.plain(one.ratio, 1), one.ratio, bold=one.low > 1),
        cell(shown, one.low),
        *(cell(numbers.plain(end, 1), end) for end in (lowest, highest)),
    ]


def lines(words: Words, numbers: Numbers, comparison: Comparison) -> list[str]:
    """What the command line says: one line per scenario about its interval, one about pairing; nothing without draws or few seeds."""
    said: list[str] = []
    found, pairing = comparison.uncertainty, comparison.pairing
    if found is not None:
        said += [
            words("uncertainty.line", scenario=_name(words, result), parts=sentence(words, numbers, found.scenarios[result.name][NET]))
            for result in comparison.scenarios
            if NET in found.scenarios.get(result.name, {})
        ]
        said += notes(words, found)
    if pairing is not None and NET in pairing.figures:
        one = pairing.figures[NET]
        ends = {"ratio": numbers.plain(one.ratio, 1), "low": numbers.plain(one.low, 1), "high": numbers.plain(one.high, 1)}
        said.append(words("pairing.line", **ends, n=pairing.reach, all=len(pairing.figures), bar=numbers.plain(BAR)))
    return said


def _name(words: Words, result: ScenarioResult) -> str:
    return result.label[words.language]
