"""Sheets of what stands behind the figures: scenarios, parameters, runs, and every column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.analysis.runs import CENTRAL
from sim.export.effects import WHO, who
from sim.export.sheet import GENERAL, HUNDREDTH, Cell, Column, Material, Row, Sheet
from sim.report.assumptions import ABSENT, Assumption, Setting, behaviour, differences, policies


def scenarios(of: Material) -> Sheet:
    """What every scenario asks, and its settings beside those of its reference."""
    comparison = of.comparison
    columns = (*WHO, Column("question"), Column("source"), Column("against"), Column("evidence"), Column("seeds"), Column("settings"))
    rows: list[Row] = []
    for name, positions in comparison.positions.items():
        heading = comparison.configs[name].get("scenario") or {}
        against = comparison.against(name)
        is_reference = name == comparison.baseline
        changed = (
            [] if is_reference or against not in comparison.configs else differences(comparison.configs[against], comparison.configs[name])
        )
        settings = "; ".join(_told(setting) for setting in changed if not (_empty(setting.scenario) and _empty(setting.baseline)))
        question = (heading.get("question") or {}).get(of.report.language)
        start: tuple[Cell, ...] = (*who(of, name), question, heading.get("source"), None if is_reference else against)
        rows.append((*start, comparison.run_of(name).evidence, ranges(seed for seed, _ in positions), settings or None))
    return Sheet("scenarios", columns, rows)


def _told(setting: Setting) -> str:
    own, other = ("-" if _empty(value) else str(value) for value in (setting.scenario, setting.baseline))
    return f"{setting.path} = {own}" if setting.baseline is ABSENT else f"{setting.path} = {own} ({other})"


def _empty(value: Any) -> bool:
    return value is ABSENT or value in ([], {}, None)


def ranges(numbers: Iterable[int]) -> str:
    """Whole numbers as short text.

    >>> ranges([3, 1, 2, 7])
    '1-3, 7'
    """
    parts: list[list[int]] = []
    for value in sorted(set(numbers)):
        if parts and value == parts[-1][-1] + 1:
            parts[-1].append(value)
        else:
            parts.append([value])
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in parts)


def parameters(of: Material) -> Sheet:
    """Every parameter as used in these runs, those of the policies first."""
    columns = (
        Column("path"),
        Column("meaning"),
        Column("value", "", GENERAL),
        Column("from", "", GENERAL),
        Column("to", "", GENERAL),
        Column("unit"),
        Column("central", "", GENERAL),
        Column("parameter_grade"),
        Column("status"),
        Column("source"),
        Column("scenarios"),
    )
    return Sheet("parameters", columns, [_parameter(of, used) for used in (*policies(of.comparison), *behaviour(of.comparison))])


def _parameter(of: Material, used: Assumption) -> Row:
    p, say = used.parameter, of.report
    value = used.value if isinstance(used.value, int | float | str) and not isinstance(used.value, bool) else str(used.value)
    where = ", ".join(used.scenarios)
    if p is None:
        return (used.path, None, value, None, None, None, None, None, say("assumptions.ungraded"), None, where)
    status = say("assumptions.changed") if used.is_changed else say(f"statuses.{p.status}")
    if used.end != CENTRAL:
        status = say(f"evidence.end.{used.end}")
    return (used.path, p.meaning, value, p.low, p.high, p.unit, p.central, say(f"grades.{p.grade}"), status, p.source, where)


def runs(of: Material) -> Sheet:
    """Every run, with the digest of its results."""
    columns = (Column("scenario"), Column("evidence"), Column("seed", "", GENERAL), Column("draw", "", GENERAL), Column("key"),
               Column("digest"), Column("created"), Column("wall_s", "seconds", HUNDREDTH))  # fmt: skip
    rows = [
        (
            run.scenario,
            run.evidence,
            *run.pair,
            str(run.record.get("key") or ""),
            str(run.record.get("digest") or ""),
            str(run.record.get("created") or ""),
            run.record.get("wall_s"),
        )
        for run in of.comparison.frames.runs
    ]
    return Sheet("runs", columns, rows)


def dictionary(of: Material, sheets: Iterable[Sheet]) -> Sheet:
    """Every column of every sheet: unit and meaning."""
    columns = (Column("sheet"), Column("column"), Column("column_unit"), Column("column_meaning"))
    say = of.words
    rows = [
        (sheet.title(say), column.heading(say), column.unit_in(say) or None, column.meaning(say))
        for sheet in sheets
        for column in sheet.columns
    ]
    return Sheet("columns", columns, rows)
