"""Where two traces part: the first month and line of the month, the first column, and the first person, employer, institute or opening."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.baseline.trace import COUNT, TABLES, Trace
from sim.codes import EDUCATION_LEVELS, NEVER, NOBODY, PROVINCES, SECTORS, SEXES, Contract, State, month_date

ROW_OF = {"people": "person", "employers": "employer", "institutes": "institute", "vacancies": "opening"}
CODES: dict[str, tuple[str, ...]] = {
    "SECTORS": (*SECTORS, "none"),
    "PROVINCES": PROVINCES,
    "SEXES": SEXES,
    "EDUCATION_LEVELS": EDUCATION_LEVELS,
    "State": tuple(state.name.lower() for state in State),
    "Contract": tuple(contract.name.lower() for contract in Contract),
}
"""Names of the codes in columns with this unit."""


@dataclass(frozen=True)
class Divergence:
    """The first difference.

    month : ``2023-12``. phase : line of the month; ``world``: before the first month. column : ``people.wage_cents``.
    row : of its table, the number of the person. stored, now : value after the line, None where there is no such row.
    more : further rows of the column that differ after the same line. others : other columns that differ then, with their numbers of rows.
    """

    month: str
    phase: str
    column: str
    row: int
    stored: int | None
    now: int | None
    more: int
    others: tuple[tuple[str, int], ...] = ()

    @property
    def sentence(self) -> str:
        """In words: ``2023-12, matching: people.wage_cents of person 417 is 2,312, stored 2,298; 14 more of that column``."""
        at = f"{self.month}, before the first month" if self.phase == "world" else f"{self.month}, {self.phase}"
        now, stored = shown(self.column, self.now), shown(self.column, self.stored)
        if self.column == COUNT:
            return f"{at}: there are {now} openings, stored {stored}{self._others()}"
        what = f"{self.column} of {ROW_OF[self.column.partition('.')[0]]} {self.row}"
        return f"{at}: {what} is {now}, stored {stored}; {self.more or 'no'} more of that column{self._others()}"

    def _others(self) -> str:
        if not self.others:
            return ""
        shown = ", ".join(f"{name} ({count})" for name, count in self.others[:4])
        return f"; also {shown}{f' and {len(self.others) - 4} more columns' if len(self.others) > 4 else ''}"


def shown(column: str, value: int | None) -> str:
    """A value of a column as people write it."""
    if value is None:
        return "not there"
    unit = unit_of(column)
    if unit == "month":
        return "never" if value == NEVER else f"{month_date(value):%Y-%m}"
    if value == NOBODY and unit.startswith("row of"):
        return "none"
    if unit in CODES and 0 <= value < len(CODES[unit]):
        return CODES[unit][value]
    if unit == "id":
        return f"{value % 2**64:x}"
    return f"{value:,}"


def unit_of(column: str) -> str:
    """Unit of ``table.column``; empty when this version has no such column."""
    from sim.state.employers import Employers
    from sim.state.institutes import Institutes
    from sim.state.people import People
    from sim.state.vacancies import Vacancies

    table, _, name = column.partition(".")
    declared = dict(zip(TABLES, (People, Employers, Institutes, Vacancies), strict=True))[table].columns if table in TABLES else {}
    return declared[name].unit if name in declared else ""


def not_comparable(stored: Trace, now: Trace) -> str | None:
    """Why two traces have no first difference; None when they do."""
    if stored.of != now.of:
        return f"the stored trace is of another run ({stored.of}); this one of {now.of}"
    if stored.opening != now.opening:
        return f"the stored trace begins after {stored.where(0)[0]}, this one after {now.where(0)[0]}"
    if stored.phases != now.phases:
        return f"the lines of the month are others: stored {', '.join(stored.phases)}; now {', '.join(now.phases)}"
    return None


def first_divergence(stored: Trace, now: Trace) -> Divergence | None:
    """The first difference between two traces that can be compared (`not_comparable`), in the columns that both have; None without one.

    What is written down after a step follows from the state before and after it, so the first step with other entries is the first with
    another state, and every entry that only one trace has is a value that differs.
    """
    names = tuple(name for name in now.columns if name in stored.columns)
    one, other = _changes(stored, names), _changes(now, names)
    for step in range(int(max(one[-1, 0], other[-1, 0])) + 1):
        a, b = ({(int(c), int(r)): int(v) for _, c, r, v in _at(table, step)} for table in (one, other))
        if a == b:
            continue
        found = np.array(sorted(key for key in a.keys() | b.keys() if a.get(key) != b.get(key)), np.int64)
        columns, first, counts = np.unique(found[:, 0], return_index=True, return_counts=True)
        column, row = int(columns[0]), int(found[first[0], 1])
        before, after = _value(one, step, column, row, names), _value(other, step, column, row, names)
        others = tuple((names[c], int(n)) for c, n in zip(columns[1:], counts[1:], strict=True))
        return Divergence(*now.where(step), names[column], row, before, after, int(counts[0]) - 1, others)
    return None


def _changes(trace: Trace, names: tuple[str, ...]) -> np.ndarray:
    """(n, 4) int64: step, place in `names`, row, value; sorted by the first three."""
    place = np.array([names.index(name) if name in names else -1 for name in trace.columns])
    table = np.stack([trace.step, place[trace.column], trace.row, trace.value], axis=1)
    table = table[table[:, 1] >= 0]
    return np.asarray(table[np.lexsort((table[:, 2], table[:, 1], table[:, 0]))])


def _at(table: np.ndarray, step: int) -> np.ndarray:
    """The entries of a step."""
    return np.asarray(table[slice(*np.searchsorted(table[:, 0], [step, step + 1]))])


def _last(table: np.ndarray, step: int, column: int, row: int) -> int | None:
    """The value of a cell after `step`; None when it was never written."""
    written = table[(table[:, 0] <= step) & (table[:, 1] == column) & (table[:, 2] == row)]
    return int(written[-1, 3]) if len(written) else None


def _value(table: np.ndarray, step: int, column: int, row: int, names: tuple[str, ...]) -> int | None:
    """`_last`, but None for an opening that is not there."""
    if names[column].startswith("vacancies.") and names[column] != COUNT and row >= (_last(table, step, names.index(COUNT), 0) or 0):
        return None
    return _last(table, step, column, row)
