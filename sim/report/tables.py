"""Rows of the tables of the page, as text in one language."""

from __future__ import annotations

from typing import Any

from sim.analysis.balance_sheet import BalanceSheet
from sim.analysis.contrast import ScenarioResult
from sim.analysis.frames import GROUPS
from sim.analysis.intervals import Interval
from sim.analysis.metrics import METRICS
from sim.analysis.prices import Price
from sim.analysis.runs import CENTRAL
from sim.codes import SECTORS
from sim.report.assumptions import ABSENT, Assumption, Setting
from sim.report.charts.balance import line_label, ordered
from sim.report.charts.paired import interval_of, outcome_unit
from sim.report.findings import Findings
from sim.report.numbers import NO_BREAK, PRICE_DIGITS, Numbers, is_nil, rounded, significant
from sim.report.words import Words

CARDS = ("shortage_fte.crucial", "shortage_fte.care", "employed", "unemployment_rate", "vacancies_open", "retirement_age")
NOTHING = "\N{EN DASH}"
MILLION = 1e6
Cell = dict[str, Any]


def cell(shown: str, value: float | None = None, *, bold: bool = False, below: str = "") -> Cell:
    """Return a cell: what is shown, the number for sorting and CSV (rounded as shown), whether it stands out, and a second line."""
    return {"text": shown, "value": value, "bold": bold, "below": below, "number": value is not None or shown == NOTHING}


def amount(numbers: Numbers, interval: Interval) -> Cell:
    """Return the mean of an interval, bold when the interval leaves out zero."""
    return cell(numbers.mean(interval), rounded(interval.mean, interval.half_width), bold=interval.is_clear)


def bounds(numbers: Numbers, interval: Interval) -> list[Cell]:
    """Return the two bounds of an interval; dashes when there are none."""
    if interval.low is None or interval.high is None:
        return [cell(numbers.words("unknown"))] * 2
    half = interval.half_width
    return [cell(numbers.uncertain(bound, half), rounded(bound, half)) for bound in (interval.low, interval.high)]


def count(numbers: Numbers, value: float) -> Cell:
    """Return a number of people or pairs to three digits."""
    return cell(numbers.uncertain(value, None), rounded(value))


def euros(numbers: Numbers, price: Price) -> Cell:
    """Return a price, and below it the price at the ends of the interval of the gain."""
    ends = numbers.words("range", low=numbers.eur(price.low), high=numbers.eur(price.high))
    return cell(numbers.eur(price.mean), significant(price.mean, PRICE_DIGITS), below=ends)


def millions(numbers: Numbers, found: Interval) -> Cell:
    """Return millions of euros with their interval; never bold, since money that is spent is no finding."""
    low, high = (None if bound is None else bound / MILLION for bound in (found.low, found.high))
    return change(numbers, Interval(found.mean / MILLION, low, high, found.n), signed=False) | {"bold": False}


def by_scenario(columns: list[str], rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a table with a row per scenario (or several): it can be sorted, and shows its first rows until all are asked for."""
    return {"columns": columns, "rows": rows, "by_scenario": True, **more}


# --- key figures ------------------------------------------------------------------------------------------------------------------
def cards(findings: Findings, result: ScenarioResult | None) -> list[dict[str, Any]]:
    """Return the cards of key figures of a scenario; levels only when `result` is None."""
    metrics = [_card(findings, metric, result) for metric in CARDS]
    return metrics if result is None else [_net_card(findings, result), _cost_card(findings, result), *metrics]


def _card(findings: Findings, metric: str, result: ScenarioResult | None) -> dict[str, Any]:
    say, numbers, comparison = findings.words, findings.numbers, findings.comparison
    name = next(iter(comparison.positions)) if result is None else result.against
    level, half = findings.baseline_level(metric, name)
    unit = say.unit(METRICS[metric].unit)
    shown = numbers.uncertain(level, half, decimals=METRICS[metric].decimals)
    card = {"label": say.metric_label(metric), "title": METRICS[metric].meaning(say.language), "lines": []}
    if result is None:
        return card | {"value": shown, "unit": unit, "verdict": None, "tone": "none"}
    change = result.outcomes[metric]
    value, unit_of_change = numbers.mean(change), say.unit(METRICS[metric].unit, difference=True)
    return card | {
        "value": value,
        "unit": unit_of_change,
        "lines": [_reference_line(findings, result, f"{shown}{NO_BREAK}{unit}"), _interval_line(findings, change)],
        **_verdict(findings, result, change),
    }


def _reference_line(findings: Findings, result: ScenarioResult, level: str) -> str:
    if result.against == findings.comparison.baseline:
        return findings.words("key_figures.baseline", value=level)
    return findings.words("key_figures.reference", value=level, reference=findings.label(result.against))


def _net_card(findings: Findings, result: ScenarioResult) -> dict[str, Any]:
    say, net = findings.words, result.net_fte_months
    value, unit = findings.numbers.mean(net), say("key_figures.net_unit")
    return {
        "label": say("key_figures.net"),
        "title": "",
        "value": value,
        "unit": unit,
        "lines": [_interval_line(findings, net)],
        **_verdict(findings, result, net),
    }


def _cost_card(findings: Findings, result: ScenarioResult) -> dict[str, Any]:
    say, numbers = findings.words, findings.numbers
    price, of_public = result.cost_per_net_fte_month, result.net_cost_per_net_fte_month
    public = result.budget.net_eur
    lines = [
        say("key_figures.cost_total", value=numbers.eur(result.cost_eur)),
        say("key_figures.cost_public", value=numbers.eur(public.mean)),
    ]
    if price is None or of_public is None:
        lines.append(say("key_figures.cost_why"))
    else:
        interval = say("range", low=numbers.eur(price.low), high=numbers.eur(price.high))
        lines += [say("key_figures.cost_range", interval=interval), say("key_figures.cost_of_public", value=numbers.eur(of_public.mean))]
    value = say("key_figures.cost_none") if price is None else numbers.eur(price.mean)
    return {"label": say("key_figures.cost"), "title": "", "value": value, "unit": "", "lines": lines, "verdict": None, "tone": "none"}


def _interval_line(findings: Findings, change: Interval) -> str:
    if change.low is None:
        return findings.words("key_figures.no_interval")
    if change.mean == 0 and not change.half_width:
        return ""
    return findings.words("key_figures.interval", interval=findings.numbers.interval(change))


def _verdict(findings: Findings, result: ScenarioResult, change: Interval) -> dict[str, str]:
    reference = findings.reference(result)
    if change.mean == 0 and not change.half_width:
        return {"verdict": findings.words("key_figures.same", reference=reference), "tone": "none"}
    tone = {1: "higher", -1: "lower", 0: "unclear"}[change.sign]
    return {"verdict": findings.words(f"key_figures.{tone}", reference=reference), "tone": tone}


def change(numbers: Numbers, interval: Interval, *, signed: bool = True) -> Cell:
    """Mean, and its bounds below it, in one cell; no bounds when every pair says the same."""
    spread = "" if is_nil(interval.mean, interval.half_width) else numbers.interval(interval)
    value = rounded(interval.mean, interval.half_width)
    return cell(numbers.mean(interval, signed=signed), value, bold=interval.is_clear, below=spread)


def shortages(say: Words, numbers: Numbers, results: list[ScenarioResult]) -> dict[str, Any]:
    """Return the change of the shortage by group of sectors for all scenarios."""
    rows = [
        {"label": result.label[say.language], "cells": [change(numbers, result.shortage_change[group]) for group in GROUPS]}
        for result in results
    ]
    return by_scenario([say(f"groups.{group}") for group in GROUPS], rows, unit=say("units.fte"))


# --- other tables -----------------------------------------------------------------------------------------------------------------
def outcomes(say: Words, numbers: Numbers, results: list[ScenarioResult], outcome: str) -> dict[str, Any]:
    """Return the twin of the chart of paired differences for one outcome."""
    found = [(result, interval_of(result, outcome)) for result in results]
    rows = [
        {
            "label": result.label[say.language],
            "cells": [amount(numbers, interval), *bounds(numbers, interval), cell(numbers.plain(interval.n), interval.n)],
        }
        for result, interval in found
    ]
    return by_scenario([f"{say('by_seed.mean')} ({outcome_unit(say, outcome)})", *ends(say), say("by_seed.pairs")], rows)


def ends(say: Words) -> list[str]:
    """Return the headings of the two bounds of a 95 % interval."""
    return [say("over_time.low95"), say("over_time.high95")]


def balance(say: Words, numbers: Numbers, sheet: BalanceSheet) -> dict[str, Any]:
    """Return the twin of a balance sheet, its total last."""
    mean = say(f"balance.means.{sheet.unit}")
    rows = [
        {"label": line_label(say, sheet.split, key), "cells": [amount(numbers, sheet.lines[key]), *bounds(numbers, sheet.lines[key])]}
        for key in ordered(sheet)
    ]
    total = {"label": say("balance.total"), "cells": [amount(numbers, sheet.total), *bounds(numbers, sheet.total)], "total": True}
    return {"columns": [mean, *ends(say)], "rows": [*rows, total]}


def all_balances(say: Words, numbers: Numbers, results: list[ScenarioResult], sheets: dict[str, BalanceSheet]) -> dict[str, Any]:
    """Return net FTE-months by sector for all scenarios."""
    rows = [
        {
            "label": result.label[say.language],
            "cells": [amount(numbers, sheets[result.name].lines[key]) for key in SECTORS] + [amount(numbers, result.net_fte_months)],
        }
        for result in results
    ]
    return by_scenario([say(f"sectors.{key}") for key in SECTORS] + [say("balance.total")], rows, unit=say("by_seed.net_unit"))


def settings(say: Words, numbers: Numbers, differing: list[tuple[str, Setting]], reference: str) -> dict[str, Any]:
    """Return the settings that differ from the `reference` (heading of its column), with the label of the scenario."""
    rows = []
    for label, setting in differing:
        values = [
            say("difference.absent") if value is ABSENT or value == [] else numbers.anything(value)
            for value in (setting.baseline, setting.scenario)
        ]
        rows.append({"label": label, "cells": [cell(text) | {"number": False} for text in (setting.path, *values)]})
    return by_scenario([say("difference.setting"), reference, say("difference.scenario")], rows)


def assumptions(say: Words, numbers: Numbers, used: list[Assumption], labels: dict[str, str]) -> list[dict[str, Any]]:
    """Return the rows of a table of parameters."""
    return [_assumption(say, numbers, assumption, labels) for assumption in used]


def _assumption(say: Words, numbers: Numbers, used: Assumption, labels: dict[str, str]) -> dict[str, Any]:
    p = used.parameter
    row: dict[str, Any] = {
        "path": used.path,
        "value": numbers.anything(used.value),
        "scenarios": say.listed([labels[name] for name in used.scenarios]),
        "flags": [],
    }
    if p is None:
        return row | {"meaning": "", "range": "", "unit": "", "grade": "", "status": "", "source": say("assumptions.ungraded")}
    if used.is_changed:
        row["flags"] += [say("assumptions.changed"), say("assumptions.central", central=numbers.anything(p.central))]
    if used.end != CENTRAL:
        row["flags"].append(say(f"evidence.end.{used.end}"))
    if used.is_outside:
        row["flags"].append(say("assumptions.outside"))
    return row | {
        "meaning": p.meaning,
        "range": say("range", low=numbers.anything(p.low), high=numbers.anything(p.high)),
        "unit": p.unit,
        "grade": say(f"grades.{p.grade}"),
        "status": say("assumptions.changed") if used.is_changed else say(f"statuses.{p.status}"),
        "source": p.source,
    }
