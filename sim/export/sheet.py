"""A sheet: columns with unit and meaning, and rows of plain values. Excel and CSV are two ways to write the same sheets."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sim.analysis.contrast import Comparison
from sim.analysis.intervals import Interval
from sim.analysis.prices import Price
from sim.report.numbers import Numbers
from sim.report.words import Words, words

LOCALE = Path(__file__).with_name("locale")
Cell = str | int | float | dt.date | None
Row = tuple[Cell, ...]
TEXT, WHOLE, TENTH, HUNDREDTH, ADAPTIVE, GENERAL = "text", "whole", "tenth", "hundredth", "adaptive", "general"
"""How a column is shown: text; numbers with 0, 1 or 2 decimals; without decimals from 100 on and with two below; as they are."""
YEAR, MONTH = "year", "month"
LOW, HIGH = "low", "high"
MILLION = 1e6


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Attributes
    ----------
    key : of `columns` in the locale files: heading and meaning.
    unit : key of `units` there; empty for names and codes.
    form : how it is shown.
    end : ``low`` or ``high`` for an end of the 95 % interval of the column `key`.
    """

    key: str
    unit: str = ""
    form: str = TEXT
    end: str = ""

    def name(self, say: Words) -> str:
        """Heading without unit."""
        name = say(f"columns.{self.key}.name")
        return say(self.end, name=name) if self.end else name

    def unit_in(self, say: Words) -> str:
        """Unit in words; empty for names and codes."""
        return say(f"units.{self.unit}") if self.unit else ""

    def heading(self, say: Words) -> str:
        """Heading with the unit beside it."""
        return f"{self.name(say)} ({self.unit_in(say)})" if self.unit else self.name(say)

    def meaning(self, say: Words) -> str:
        """What the column holds."""
        if self.end:
            return say(f"{self.end}_meaning", name=say(f"columns.{self.key}.name"))
        return say(f"columns.{self.key}.meaning")


@dataclass(frozen=True)
class Sheet:
    """A table under a name; `key` is that of `sheets` in the locale files."""

    key: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]

    def title(self, say: Words) -> str:
        """Name of the sheet."""
        return say(f"sheets.{self.key}.title")

    def about(self, say: Words) -> str:
        """What a row is, and what to mind."""
        return say(f"sheets.{self.key}.about")

    def headings(self, say: Words) -> list[str]:
        """Headings with units."""
        return [column.heading(say) for column in self.columns]


@dataclass(frozen=True)
class Material:
    """What all sheets are made from, in one language.

    Attributes
    ----------
    comparison : of all runs, as the dashboard shows it.
    words, report : words of the sheets, and those that they share with the dashboard.
    failures : runs that failed (`sim.runs.select.Selection`). left_out : runs that cannot be compared with these.
    """

    comparison: Comparison
    words: Words
    report: Words
    failures: Sequence[Mapping[str, Any]] = ()
    left_out: int = 0

    @property
    def numbers(self) -> Numbers:
        """Numbers as text, for sentences."""
        return Numbers(self.report)

    def label(self, name: str) -> str:
        """Label of a scenario."""
        from sim.analysis.contrast import label_of

        return label_of(self.comparison.run_of(name))[self.report.language]

    def yes(self, value: bool) -> str:
        """Yes or no."""
        return self.words("is_yes" if value else "is_no")


def material(comparison: Comparison, language: str, failures: Sequence[Mapping[str, Any]] = (), left_out: int = 0) -> Material:
    """What the sheets are made from, in ``en`` or ``nl``."""
    return Material(comparison, sheet_words(language), words(language), failures, left_out)


@cache
def sheet_words(language: str) -> Words:
    """Words of the sheets by key; raises KeyError for a language that does not exist."""
    words(language)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Words(language, yaml.load((LOCALE / f"{language}.yaml").read_text(encoding="utf-8"), Loader=loader))


def with_interval(key: str, unit: str, form: str = WHOLE) -> tuple[Column, Column, Column]:
    """Columns of a mean and of both ends of its interval."""
    return Column(key, unit, form), Column(key, unit, form, LOW), Column(key, unit, form, HIGH)


def three(value: Interval | Price | None, size: float = 1.0) -> tuple[float | None, float | None, float | None]:
    """Mean and both ends in units of `size`; None where they do not exist."""
    if value is None:
        return None, None, None
    mean, low, high = (number(end, size) for end in (value.mean, value.low, value.high))
    return mean, low, high


def number(value: float | None, size: float = 1.0) -> float | None:
    """A number in units of `size`; None for one that is not defined."""
    return None if value is None or not math.isfinite(value) else float(value) / size


def percent(share: float | None) -> float | None:
    """A share in percent."""
    return None if share is None else 100 * share


def flat(rows: Iterable[Iterable[Cell]]) -> list[Row]:
    """Rows as tuples."""
    return [tuple(row) for row in rows]
