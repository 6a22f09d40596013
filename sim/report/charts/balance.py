"""Balance sheet: net FTE-months or people by line, gains to the right and losses to the left, with their 95 % intervals."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sim.analysis.balance_sheet import OTHER, BalanceSheet
from sim.analysis.intervals import Interval
from sim.report.charts import Figure, changes, ref
from sim.report.charts.changes import FADED
from sim.report.numbers import places, rounded
from sim.report.theme import colour, plain
from sim.report.words import Words

ROW_HEIGHT = 25
Sheets = dict[str, dict[str, BalanceSheet]]
"""Sheets of one scenario by unit and split."""


def line_label(words: Words, split: str, key: str) -> str:
    """Return the name of a line of a balance sheet."""
    if key == OTHER:
        return words("balance.other")
    if split == "sector":
        return words(f"sectors.{key}")
    if split == "sex":
        return words(f"sexes.{key}")
    return key.replace("-", words("ages.separator")) if split == "age" else key


def ordered(sheet: BalanceSheet) -> list[str]:
    """Lines from the largest gain to the largest loss; ages and sexes in their own order."""
    if sheet.split in ("age", "sex"):
        return list(sheet.lines)
    return sorted(sheet.lines, key=lambda key: -sheet.lines[key].mean)


def figure(separators: str) -> Figure:
    """Return the figure, for any scenario, unit and split."""
    choice = "{scenario}/{unit}/{split}"
    return changes.figure(separators, f"balance/{choice}", f"balance_lines/{choice}", ref("balance_axis/{unit}"))


def data(sheets: dict[str, Sheets]) -> dict[str, Any]:
    """Return the bars by scenario id, unit and split."""
    return {"balance": {sid: _each(by_unit, _bars) for sid, by_unit in sheets.items()}}


def labels(words: Words, sheets: dict[str, Sheets]) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return the names of the lines in the order of the bars, by scenario id, unit and split."""
    return {sid: _each(by_unit, partial(_names, words)) for sid, by_unit in sheets.items()}


def _each[T](sheets: Sheets, of: Callable[[BalanceSheet], T]) -> dict[str, dict[str, T]]:
    """`of` every sheet, by unit and split."""
    return {unit: {split: of(sheet) for split, sheet in by_split.items()} for unit, by_split in sheets.items()}


def _names(words: Words, sheet: BalanceSheet) -> list[str]:
    return [plain(line_label(words, sheet.split, key)) for key in ordered(sheet)]


def _bars(sheet: BalanceSheet) -> dict[str, Any]:
    """Bars and the columns of their table, rounded to their intervals; ``total`` and ``total_digits`` for its last row."""
    lines, total = [sheet.lines[key] for key in ordered(sheet)], sheet.total
    return {
        "mean": [rounded(line.mean, line.half_width) for line in lines],
        "half": [rounded(line.half_width or 0.0, line.half_width) for line in lines],
        "low": [_bound(line, line.low) for line in lines],
        "high": [_bound(line, line.high) for line in lines],
        "digits": [places(line.mean, line.half_width) for line in lines],
        "clear": [int(line.is_clear) for line in lines],
        "total": {
            "mean": rounded(total.mean, total.half_width),
            "low": _bound(total, total.low),
            "high": _bound(total, total.high),
            "digits": places(total.mean, total.half_width),
            "clear": int(total.is_clear),
        },
        "colour": [colour("accent" if line.mean >= 0 else "loss") for line in lines],
        "opacity": [1.0 if line.is_clear else FADED for line in lines],
        "height": 62 + ROW_HEIGHT * len(lines),
    }


def _bound(line: Interval, bound: float | None) -> float | None:
    return None if bound is None else rounded(bound, line.half_width)
