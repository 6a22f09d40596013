"""Sheets of what scenarios change: ranking, effects by group of sectors and year, key figures, who gains and who loses.

Every figure is that of the dashboard (`sim.analysis.contrast`); only effects by calendar year are added, with the same paired differences.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from sim.analysis.balance_sheet import SPLITS, UNITS, balance_sheets
from sim.analysis.contrast import Comparison, ScenarioResult
from sim.analysis.frames import GROUPS
from sim.analysis.intervals import Interval, difference
from sim.analysis.metrics import METRICS, last_year
from sim.export.sheet import (
    ADAPTIVE,
    MILLION,
    TENTH,
    WHOLE,
    YEAR,
    Cell,
    Column,
    Material,
    Row,
    Sheet,
    flat,
    number,
    percent,
    three,
    with_interval,
)
from sim.report.charts.balance import line_label, ordered

WHO = (Column("scenario"), Column("label"))
NET, SHORTAGE = "filled_fte", "shortage_fte"


def ranking(of: Material) -> Sheet:
    """One row per scenario, in the order of the ranking."""
    columns = (
        Column("rank", "", WHOLE),
        *WHO,
        Column("against"),
        Column("evidence"),
        Column("pairs", "", WHOLE),
        Column("verdict"),
        *with_interval("net", "fte_months"),
        *with_interval("net_care", "fte_months"),
        *with_interval("prevented_crucial", "fte_months"),
        Column("gross", "percent", TENTH),
        Column("control", "percent", TENTH),
        *with_interval("per_head", "points", TENTH),
        Column("participants", "persons", WHOLE),
        Column("programme_cost", "million_eur", TENTH),
        *with_interval("net_public", "million_eur", TENTH),
        *with_interval("price", "eur_per_fte_month"),
        Column("grade"),
    )
    return Sheet("ranking", columns, flat(_rank(of, place, result) for place, result in enumerate(of.comparison.scenarios, start=1)))


def _rank(of: Material, place: int, result: ScenarioResult) -> Iterator[Cell]:
    programme = result.programme
    yield from (place, result.name, result.label[of.report.language], result.against, result.evidence, len(result.pairs))
    yield verdict(of, result)
    yield from three(result.net_fte_months)
    yield from three(result.net_by_group["care"])
    yield from three(result.shortage_prevented["crucial"])
    yield from (percent(programme.gross_share), percent(programme.control_share))
    yield from three(programme.per_head_points)
    yield from (number(programme.participants), number(result.cost_eur, MILLION))
    yield from three(result.budget.net_eur, MILLION)
    yield from three(result.cost_per_net_fte_month)
    yield None if result.grade is None else of.report(f"grades.{result.grade}")


def verdict(of: Material, result: ScenarioResult) -> str:
    """Gain, loss, no clear effect, or identical."""
    sign = result.net_fte_months.sign
    return of.report(f"ranking.{'identical' if result.is_identical else {1: 'gain', -1: 'loss', 0: 'unclear'}[sign]}")


def effects(of: Material) -> Sheet:
    """Scenario by group of sectors, whole period."""
    columns = (
        *WHO,
        Column("group"),
        *with_interval("net", "fte_months"),
        *with_interval("prevented", "fte_months"),
        *with_interval("shortage_change", "fte"),
        *with_interval("group_price", "eur_per_fte_month"),
    )
    rows = [
        (
            *who(of, result.name),
            of.report(f"groups.{group}"),
            *three(result.net_by_group[group]),
            *three(result.shortage_prevented[group]),
            *three(result.shortage_change[group]),
            *three(result.cost_per_shortage_month(group)),
        )
        for result in of.comparison.scenarios
        for group in GROUPS
    ]
    return Sheet("effects", columns, rows)


def who(of: Material, name: str) -> tuple[str, str]:
    """Name and label of a scenario."""
    return name, of.label(name)


def effects_by_year(of: Material) -> Sheet:
    """Scenario by group of sectors and calendar year; the years add up to the whole period."""
    columns = (
        *WHO,
        Column("group"),
        Column("year", "", YEAR),
        Column("months", "", WHOLE),
        *with_interval("year_net", "fte_months"),
        *with_interval("year_shortage", "fte"),
    )
    return Sheet("effects_by_year", columns, [row for result in of.comparison.scenarios for row in _by_year(of, result)])


def _by_year(of: Material, result: ScenarioResult) -> Iterator[Row]:
    (base, rows), repeated = of.comparison.rows(result.name), of.comparison.repetitions(result.name)
    for group in GROUPS:
        work, shortage = (monthly(of.comparison, f"{family}.{group}") for family in (NET, SHORTAGE))
        for year, here in years(of.comparison.frames.months).items():
            net = repeated.interval(difference(work[rows][:, here].sum(axis=1), work[base][:, here].sum(axis=1)))
            less = repeated.interval(difference(shortage[rows][:, here].mean(axis=1), shortage[base][:, here].mean(axis=1)))
            yield (*who(of, result.name), of.report(f"groups.{group}"), year, len(here), *three(net), *three(less))


def monthly(comparison: Comparison, metric: str) -> np.ndarray:
    """(n_runs, n_months) float64 of one metric."""
    return np.asarray(comparison.values[:, :, list(METRICS).index(metric)])


def years(months: list[dt.date]) -> dict[int, list[int]]:
    """Positions of the months by calendar year."""
    found: dict[int, list[int]] = {}
    for position, month in enumerate(months):
        found.setdefault(month.year, []).append(position)
    return found


def outcomes(of: Material) -> Sheet:
    """Scenario by metric: level of the reference, and the paired difference, at the end of the period."""
    columns = (*WHO, Column("metric"), Column("unit"), Column("reference_level", "", ADAPTIVE), *with_interval("change", "", ADAPTIVE),
               Column("is_clear"))  # fmt: skip
    ends = last_year(of.comparison.values)
    rows: list[Row] = []
    for result in of.comparison.scenarios:
        base, _ = of.comparison.rows(result.name)
        for column, (key, metric) in enumerate(METRICS.items()):
            change = result.outcomes[key]
            level, unit = number(float(ends[base, column].mean())), of.report.unit(metric.unit)
            difference_unit = of.report.unit(metric.unit, difference=True)
            named = unit if unit == difference_unit else f"{unit}; {difference_unit}"
            rows.append((*who(of, result.name), of.report.metric_label(key), named, level, *three(change), clear(of, change)))
    return Sheet("outcomes", columns, rows)


def clear(of: Material, found: Interval) -> str | None:
    """Whether an interval leaves out zero; None when there is no interval."""
    return None if found.low is None else of.yes(found.is_clear)


def gains(of: Material) -> Sheet:
    """Scenario by line of every balance sheet, its total last."""
    columns = (*WHO, Column("counted"), Column("split"), Column("line"), *with_interval("gain", ""), Column("is_clear"))
    rows: list[Row] = []
    for result in of.comparison.scenarios:
        sheets = balance_sheets(of.comparison, result.name)
        for unit in UNITS:
            counted = of.words(f"units.{'fte_months' if unit == 'fte' else 'person_months'}")
            for split in SPLITS:
                sheet = sheets[unit][split]
                start = (*who(of, result.name), counted, of.report(f"balance.{split}"))
                lines = [(line_label(of.report, split, key), sheet.lines[key]) for key in ordered(sheet)]
                for line, found in [*lines, (of.report("balance.total"), sheet.total)]:
                    rows.append((*start, line, *three(found), clear(of, found)))
    return Sheet("gains", columns, rows)
