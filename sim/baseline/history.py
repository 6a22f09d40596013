"""``history.csv``: every value at every update that changed it, so that one can see how a figure came to be what it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.baseline.item import Item
from sim.baseline.store import damaged, text_of

FILE = "history.csv"
COLUMNS = ("update", "id", "value", "unit")
GONE = "gone"
DIGITS = 9


@dataclass(frozen=True)
class Past:
    """A value from an update on. update : place in the history of the baseline, from 0. value : as text, or ``gone``."""

    update: int
    id: str
    value: str
    unit: str


def read(folder: Path) -> list[Past]:
    """All values in order of update; none when there is no file yet. `NoBaseline` when it is damaged."""
    path = folder / FILE
    if not path.exists():
        return []
    rows = list(csv.reader(text_of(path).splitlines()))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise damaged(path, f"its columns should be {', '.join(COLUMNS)}")
    try:
        return [Past(int(update), name, value, unit) for update, name, value, unit in rows[1:]]
    except ValueError as error:
        raise damaged(path, str(error)) from None


def with_update(past: list[Past], update: int, items: Iterable[Item]) -> list[Past]:
    """The values with those that an update changed; `items` compare what was stored with what is now, of the tiers that were measured."""
    last = {entry.id: entry.value for entry in past}
    changed = []
    for item in sorted(items, key=lambda item: item.id):
        value = text_of_value(item.now)
        if last.get(item.id, GONE) != value:
            changed.append(Past(update, item.id, value, item.unit))
    return past + changed


def text_of_value(value: float | str | None) -> str:
    """A value as it is written here."""
    return GONE if value is None else value if isinstance(value, str) else f"{value:.{DIGITS}g}"


def text(past: Iterable[Past]) -> str:
    """The file."""
    content = io.StringIO()
    rows = csv.writer(content, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows((entry.update, entry.id, entry.value, entry.unit) for entry in past)
    return content.getvalue()
