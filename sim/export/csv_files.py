"""Sheets as CSV files, one per sheet, and the notes as text; as the Excel of the language reads them at a double click."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sim.export.notes import Note, notes
from sim.export.sheet import Cell, Material, Sheet

NOTES = "notes.txt"
ENCODING = "utf-8-sig"
"""UTF-8 with a byte order mark; without it Excel takes the letters for another alphabet."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins like this would be run as a formula."""


class Manner(NamedTuple):
    """How a language writes lists and decimals."""

    separator: str
    decimal: str


MANNERS = {"en": Manner(",", "."), "nl": Manner(";", ",")}


def names(of: Material, book: Sequence[Sheet]) -> list[str]:
    """Names of the files that `write` makes, the notes first."""
    return [NOTES, *(file_name(sheet.title(of.words)) for sheet in book)]


def every_name(of: Material) -> list[str]:
    """Names of the files of all sheets that an export can have."""
    return [file_name(of.words(f"sheets.{key}.title")) for key in of.words.raw("sheets")]


def file_name(title: str) -> str:
    """File of a sheet: its name in lower case, with _ for spaces.

    >>> file_name("Programma's per jaar")
    'programmas_per_jaar.csv'
    """
    return "".join(letter if letter.isalnum() else "_" if letter == " " else "" for letter in title.lower()) + ".csv"


def write(folder: Path, of: Material, book: Sequence[Sheet]) -> None:
    """Write notes and sheets into a folder that exists."""
    manner = MANNERS[of.words.language]
    about = (of.words("notes.csv"), of.words("notes.csv_text", separator=manner.separator, decimal=manner.decimal))
    (folder / NOTES).write_text(text(notes(of, book, [about])), encoding=ENCODING)
    for sheet in book:
        with (folder / file_name(sheet.title(of.words))).open("w", encoding=ENCODING, newline="") as file:
            writer = csv.writer(file, delimiter=manner.separator)
            writer.writerow(sheet.headings(of.words))
            writer.writerows([shown(value, manner) for value in row] for row in sheet.rows)


def shown(value: Cell, manner: Manner) -> str:
    """A value as it stands in the file; numbers to twelve digits, which is far beyond what they are good for.

    >>> shown(-1234.5, MANNERS["nl"]), shown("=1+1", MANNERS["nl"]), shown(None, MANNERS["nl"])
    ('-1234,5', "'=1+1", '')
    """
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if isinstance(value, int):
        return str(value)
    digits = f"{value:.12g}"
    return (digits if "e" not in digits else f"{value:f}").replace(".", manner.decimal)


def text(lines: Sequence[Note]) -> str:
    """Notes as plain text: a heading, and its texts below it."""
    parts, before = list[str](), ""
    for heading, body in lines:
        if heading != before:
            parts.append(f"\n{heading}" if parts else heading)
        parts.append(f"  {body}")
        before = heading
    return "\n".join(parts) + "\n"
