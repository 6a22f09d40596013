"""Every column of every file of a run folder, declared once as data (``columns.yaml``): type, unit, meaning in English and Dutch.

`sim schema tables` prints the declaration, `sim explain panel.employed` one line of it, and `sim.open_runs` reads the files by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sim.config.errors import unknown

if TYPE_CHECKING:
    import polars as pl

FILE = Path(__file__).with_name("columns.yaml")
RECORD = "run"
"""Name under which the keys of ``run.json`` stand; every other table is a Parquet file."""
KINDS = {"key": "key", "stock": "stock at the end of the month", "flow": "flow in the month"}


@dataclass(frozen=True)
class Column:
    """One column of a Parquet file, or one key of ``run.json``.

    Attributes
    ----------
    type : name of a Polars type; for ``run.json`` a word for the type in JSON.
    kind : ``key``, ``stock`` (at the end of the month) or ``flow`` (during the month).
    unit : key of `units` in sim/report/locale.
    meaning : by language.
    """

    table: str
    name: str
    type: str
    kind: str
    unit: str
    meaning: Mapping[str, str]

    @property
    def path(self) -> str:
        """Name for `sim explain`: ``panel.employed``."""
        return f"{self.table}.{self.name}"

    @property
    def weighted(self) -> bool:
        """Whether the figure stands for the whole country, and not for the simulated people."""
        return self.table != RECORD and self.kind != "key"

    def unit_in(self, language: str) -> str:
        """The unit in words."""
        from sim.report.words import words

        return words(language).unit(self.unit)

    def to_json(self) -> dict[str, Any]:
        """The entry of `sim schema tables --json`."""
        return {
            "table": self.table,
            "name": self.name,
            "type": self.type,
            "kind": self.kind,
            "unit": self.unit_in("en"),
            "weighted": self.weighted,
            "meaning": dict(self.meaning),
        }


@dataclass(frozen=True)
class Table:
    """A file of a run folder: what a row is, and its columns in order."""

    name: str
    meaning: Mapping[str, str]
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        """Name of the file."""
        return "run.json" if self.name == RECORD else f"{self.name}.parquet"


@cache
def tables() -> dict[str, Table]:
    """All tables by name; ``run`` (run.json) is the last."""
    declared = yaml.load(FILE.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {name: _table(name, content) for name, content in declared.items()}


def _table(name: str, content: Mapping[str, Any]) -> Table:
    columns = tuple(
        Column(name, column, facts["type"], facts["kind"], facts["unit"], _meaning(facts)) for column, facts in content["columns"].items()
    )
    return Table(name, _meaning(content), columns)


def _meaning(facts: Mapping[str, str]) -> dict[str, str]:
    return {language: facts[language] for language in ("en", "nl")}


def schema(table: str) -> dict[str, pl.DataType]:
    """Polars types of the columns of a Parquet file, in order.

    Raises
    ------
    UserError
        There is no such file.
    """
    import polars as pl

    parquet = {name: found for name, found in tables().items() if name != RECORD}
    if table not in parquet:
        raise unknown("table", table, parquet)
    return {column.name: getattr(pl, column.type)() for column in parquet[table].columns}


def names() -> list[str]:
    """Dotted names of all columns, as `sim explain` takes them."""
    return [column.path for table in tables().values() for column in table.columns]


def explain(path: str) -> str:
    """What a column means, or all columns of a file (``panel``); empty when nothing has that name."""
    table, _, name = path.partition(".")
    found = tables().get(table)
    if found is None:
        return ""
    if not name:
        return text([found])
    column = next((column for column in found.columns if column.name == name), None)
    if column is None:
        return ""
    weighted = "weighted to the country" if column.weighted else "not weighted"
    kind = f"\n  {KINDS[column.kind]}, {weighted}" if found.name != RECORD else ""
    meaning = "\n  ".join(column.meaning.values())
    return f"{path}: column of {found.file}, {column.type}\n  {meaning}\n  unit: {column.unit_in('en')}{kind}"


def text(chosen: list[Table] | None = None) -> str:
    """The declaration as people read it."""
    from sim.runs.tell import columns

    parts = []
    for table in chosen or list(tables().values()):
        rows = [
            (column.name, column.type, column.unit_in("en"), column.kind if table.name != RECORD else "", column.meaning["en"])
            for column in table.columns
        ]
        parts.append(f"{table.file}: {table.meaning['en']}\n{columns([('column', 'type', 'unit', 'kind', 'meaning'), *rows])}")
    return "\n\n".join(parts)


def to_json() -> list[dict[str, Any]]:
    """The declaration as ``--json`` prints it."""
    return [
        {"file": table.file, "meaning": dict(table.meaning), "columns": [column.to_json() for column in table.columns]}
        for table in tables().values()
    ]
