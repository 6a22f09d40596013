"""Heatmap of tightness, sector by province, as a table: the class stands in the cell in words as well as in colour."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.tightness import Tightness
from sim.codes import PROVINCES, SECTORS
from sim.report.numbers import Numbers
from sim.report.words import Words


@dataclass(frozen=True)
class Cell:
    """One cell of the heatmap: the style class, the words and the number."""

    style: str
    words: str
    ratio: str


@dataclass(frozen=True)
class Row:
    """One sector."""

    sector: str
    cells: list[Cell]


def rows(words: Words, numbers: Numbers, tightness: Tightness) -> list[Row]:
    """Return the rows of the table, in the order of sectors."""
    return [
        Row(words(f"sectors.{key}"), [_cell(words, numbers, tightness, sector, province) for province in range(len(PROVINCES))])
        for sector, key in enumerate(SECTORS)
    ]


def _cell(words: Words, numbers: Numbers, tightness: Tightness, sector: int, province: int) -> Cell:
    name = tightness.class_of(sector, province)
    if name is None:
        return Cell("too_few", words("tightness.too_few"), "")
    return Cell(name, words(f"tightness.{name}"), numbers.plain(float(tightness.ratio[sector, province]), 1))
