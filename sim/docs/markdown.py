"""Markdown of the documents: tables, numbers, one style for all. It is the plain subset that every reader knows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

CODE = re.compile(r"`+[^`]*`+")


def table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a cell that is None is empty, a line end in one becomes a space."""
    lines = [_row(heading), "|" + "---|" * len(heading)]
    lines += [_row(row) for row in rows]
    return "\n".join(lines)


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).replace("|", "\\|").split())


def code(text: str) -> str:
    """A name as it stands in the code."""
    return f"`{text}`"


def plain(text: str) -> str:
    """Words of a data file, with the marks of Markdown written out outside of code; an asterisk in one is no emphasis."""
    spans = CODE.findall(text)
    parts = [re.sub(r"([*<>\[\]]|(?<!\w)_|_(?!\w))", r"\\\1", part) for part in CODE.split(text)]
    return "".join(part + span for part, span in zip(parts, [*spans, ""], strict=True))


def number(value: float) -> str:
    """A number as the tables have it: four digits, or all of a whole one, never in powers of ten.

    >>> number(12.0), number(0.0000653), number(0.065), number(60000.0), number(-2.5)
    ('12', '0.0000653', '0.065', '60,000', '-2.5')
    """
    if value == int(value):
        return f"{int(value):,}"
    digits = max(0, 3 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def bullets(items: Iterable[str]) -> str:
    """A list; the lines of a long item are put together."""
    return "\n".join(f"* {' '.join(item.split())}" for item in items)


def joined(names: Sequence[str]) -> str:
    """Names of the code in a row; a dash for none.

    >>> joined(["LIFE", "SHOCK"]), joined([])
    ('`LIFE`, `SHOCK`', '-')
    """
    return ", ".join(code(name) for name in names) or "-"
