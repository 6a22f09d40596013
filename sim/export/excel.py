"""Sheets as an Excel workbook: numbers as numbers, months as dates, headings that stay in sight, columns that can be filtered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from sim.config.errors import UserError
from sim.export.notes import Note, date_of, notes
from sim.export.sheet import ADAPTIVE, GENERAL, HUNDREDTH, MONTH, TENTH, TEXT, WHOLE, YEAR, Column, Material, Sheet

MOST_ROWS = 1_048_575
"""Rows of a sheet of Excel below the heading."""
FORMATS = {
    TEXT: "@",
    WHOLE: "#,##0",
    TENTH: "#,##0.0",
    HUNDREDTH: "#,##0.00",
    GENERAL: "General",
    ADAPTIVE: "[>=100]#,##0;[<=-100]-#,##0;0.00",
    YEAR: "0",
    MONTH: "mmm yyyy",
}
"""Codes of number formats; Excel shows separators and names of months in the manner of the reader's country."""
WIDEST, NARROWEST = 60, 9
HEADING_LINES = 4
"""Lines over which a heading may wrap."""
NOTE_WIDTHS = (30, 120)
SAMPLE = 500
"""Rows looked at to choose the width of a column."""


def write(path: Path, of: Material, book: Sequence[Sheet]) -> None:
    """Write notes and sheets; rows go to disk as they come, so memory does not grow with them.

    Raises
    ------
    UserError
        A sheet has more rows than Excel can hold.
    """
    for sheet in book:
        if len(sheet.rows) > MOST_ROWS:
            raise UserError(f"The sheet '{sheet.title(of.words)}' has {len(sheet.rows):,} rows and Excel holds {MOST_ROWS:,}: "
                            "use --csv, leave out --all-months, or export fewer scenarios at a time.")  # fmt: skip
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"title": of.words("sheets.notes.title"), "author": "Loopbrug", "comments": date_of(of)})
        _write_notes(workbook, of.words("sheets.notes.title"), notes(of, book))
        for sheet in book:
            _write_sheet(workbook, of, sheet)


def _write_notes(workbook: Any, title: str, lines: Sequence[Note]) -> None:
    page = workbook.add_worksheet(title)
    bold = workbook.add_format({"bold": True, "valign": "top", "text_wrap": True})
    plain = workbook.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate(NOTE_WIDTHS):
        page.set_column(column, column, width)
    before = ""
    for row, (heading, text) in enumerate(lines):
        page.set_row(row, 15 * (1 + len(text) // NOTE_WIDTHS[1]))
        page.write_string(row, 0, "" if heading == before else heading, bold)
        page.write_string(row, 1, text, plain)
        before = heading
    page.hide_gridlines(2)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _write_sheet(workbook: Any, of: Material, sheet: Sheet) -> None:
    page = workbook.add_worksheet(sheet.title(of.words))
    heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8EEF4"})
    formats = [workbook.add_format({"num_format": FORMATS[column.form]}) for column in sheet.columns]
    headings = sheet.headings(of.words)
    for position, column in enumerate(sheet.columns):
        page.set_column(position, position, _width(sheet, position, column, headings[position]), formats[position])
    page.set_row(0, 15 * HEADING_LINES)
    for position, text in enumerate(headings):
        page.write_string(0, position, text, heading)
    for row, values in enumerate(sheet.rows, start=1):
        for position, value in enumerate(values):
            _write(page, row, position, value, formats[position])
    page.freeze_panes(1, _named(sheet))
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _write(page: Any, row: int, column: int, value: Any, form: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, dt.date):
        page.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), form)
    elif isinstance(value, str):
        page.write_string(row, column, value, form)
    else:
        page.write_number(row, column, value, form)


def _named(sheet: Sheet) -> int:
    """Columns on the left that say what a row is, which stay in sight: up to the label."""
    keys = [column.key for column in sheet.columns[:3]]
    return keys.index("label") + 1 if "label" in keys else 1


def _width(sheet: Sheet, position: int, column: Column, heading: str) -> float:
    """Wide enough for the longest value looked at, and for the heading over a few lines."""
    shown = {WHOLE: 12, TENTH: 12, HUNDREDTH: 12, GENERAL: 12, ADAPTIVE: 12, YEAR: 8, MONTH: 10}.get(column.form, 0)
    if column.form in (TEXT, GENERAL):
        shown = max((len(str(row[position])) for row in sheet.rows[:SAMPLE] if isinstance(row[position], str)), default=shown)
    words = max(len(word) for word in heading.split())
    return min(max(shown + 2, words + 2, len(heading) / (HEADING_LINES - 1) + 2, NARROWEST), WIDEST)
