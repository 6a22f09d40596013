"""Where the model and its twin differ: month, line, table, column, who, and both values."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from twin.line import plain
from twin.market import ReferenceMarket

from sim.codes import month_label
from sim.model import LabourMarket
from sim.state.ledger import N_PEOPLE_SECTORS, N_PLACES, Cause

TABLES = ("people", "employers", "institutes", "openings")


class Difference(NamedTuple):
    """The first thing that is not the same. ``where`` : table and column, flow, or attribute of a line; ``who`` : the number of the row."""

    month: str
    line: str
    where: str
    who: Any
    model: Any
    twin: Any
    others: int

    def __str__(self) -> str:
        return (
            f"{self.month}, after {self.line}: {self.where} of {self.who}: the model says {self.model}, the twin {self.twin}"
            f" ({self.others} more differ there)"
        )


def tables_of(model: LabourMarket) -> dict[str, Any]:
    """The tables of a model by the names they have here."""
    return {"people": model.people, "employers": model.employers, "institutes": model.institutes, "openings": model.vacancies}


def flows_of(model: LabourMarket) -> dict[tuple[Any, ...], int]:
    """The movements of the month, by the keys of `twin.books.Books.flows`."""
    found = {}
    for position, persons in zip(*model.ledger.movements(), strict=True):
        cause, origin, destination = np.unravel_index(position, (len(Cause), N_PLACES, N_PLACES))
        places = *divmod(int(origin), N_PEOPLE_SECTORS), *divmod(int(destination), N_PEOPLE_SECTORS)
        found[Cause(int(cause)).name.lower(), *places] = int(persons)
    return found


def difference(
    model: LabourMarket, twin: ReferenceMarket, line: str, *, programmes: bool = True, of: Iterable[str] | None = None
) -> Difference | None:
    """The first difference between a model and its twin, now, after `line`; None: they are equal.

    Tables person by person, movements, levers, what the month is given, and what lines compare of themselves: the names `of`, or this one;
    of all `programmes` what they count and book.
    """
    month = month_label(model.month)
    for table, columns in tables_of(model).items():
        agents = getattr(twin, table)
        if len(columns) != len(agents):
            return Difference(month, line, f"number of {table}", "all", len(columns), len(agents), 0)
        for name, values in twin.columns(agents).items():
            mine = columns[name].tolist()
            if mine != values:
                wrong = [number for number, pair in enumerate(zip(mine, values, strict=True)) if pair[0] != pair[1]]
                return Difference(month, line, f"{table}.{name}", wrong[0], mine[wrong[0]], values[wrong[0]], len(wrong) - 1)
    counted, booked = flows_of(model), {key: n for key, n in twin.books.flows.items() if n}
    if counted != booked:
        wrong = sorted(key for key in counted.keys() | booked.keys() if counted.get(key, 0) != booked.get(key, 0))
        return Difference(month, line, "flow", wrong[0], counted.get(wrong[0], 0), booked.get(wrong[0], 0), len(wrong) - 1)
    for name, values in twin.levers.items():
        if plain(getattr(model.levers, name)) != values:
            return Difference(month, line, f"lever {name}", "all", plain(getattr(model.levers, name)), values, 0)
    if twin.now is not None:
        given, taken = ({name: plain(value) for name, value in vars(now).items()} for now in (model.now, twin.now))
        if given != taken:
            return Difference(month, line, "what the month is given", "all", given, taken, 0)
    for each in of or (line,):
        for name, mine in twin.lines[each].figures(model.phase(each)).items():
            other = getattr(twin.lines[each], name)
            if mine != other:
                if not (isinstance(mine, list) and len(mine) == len(other)):
                    return Difference(month, line, f"{each}.{name}", "all", mine, other, 0)
                wrong = [number for number, pair in enumerate(zip(mine, other, strict=True)) if pair[0] != pair[1]]
                return Difference(month, line, f"{each}.{name}", wrong[0], mine[wrong[0]], other[wrong[0]], len(wrong) - 1)
    if programmes:
        for mine, other in zip(model.programmes, twin.programmes, strict=True):
            for name in other.compares:
                pair = plain(getattr(mine, name)), getattr(other, name)
                if pair[0] != pair[1]:
                    return Difference(month, line, f"programme {mine.policy.name}: {name}", "all", *pair, 0)
    return None


def read(twin: ReferenceMarket, model: LabourMarket) -> None:
    """Bring the twin to the state of the model, whatever it was: for testing one line alone."""
    from twin.agents import Opening

    twin.month = model.month
    while len(twin.openings) > len(model.vacancies):
        twin.openings.pop().remove()
    while len(twin.openings) < len(model.vacancies):
        twin.openings.append(Opening(twin))
    for table, columns in tables_of(model).items():
        twin._fill(getattr(twin, table), {name: columns[name] for name in columns})
    twin.books.flows.clear()
    twin.books.flows.update(flows_of(model))
    twin.now = copy.copy(getattr(model, "now", None))  # the line of the model goes on writing to its own
    twin.levers = {name: plain(getattr(model.levers, name)) for name in twin.levers}
    twin.lines["demography"].n_present = model.n_present  # type: ignore[attr-defined]
    for line in twin.lines.values():
        line.read(model.phase(line.name))
    for mine, other in zip(model.programmes, twin.programmes, strict=True):
        other.read(mine)


class OneLine:
    """Looks on while the model walks the month (`LabourMarket.observer`), lets the twin do one line beside it, and compares.

    ``differences`` : one per month at most; the twin starts from the state of the model every time. ``months`` : compared so far.
    """

    def __init__(self, twin: ReferenceMarket, line: str) -> None:
        self.twin, self.name = twin, line
        self.differences: list[Difference] = []
        self.months = 0

    def before(self, line: Any) -> None:
        """Bring the twin to where the model is."""
        if line.name == self.name:
            read(self.twin, line.model)

    def after(self, line: Any) -> None:
        """Let it do the line, and compare."""
        if line.name == self.name:
            self.twin.lines[self.name].run()
            self.months += 1
            found = difference(line.model, self.twin, self.name, programmes=self.name == "policies")
            if found is not None:
                self.differences.append(found)


class Whole:
    """Looks on while the model walks the month, and lets the twin walk it beside the model, from the world alone: nothing is read from it.

    Compares everything after every month, or after every line (twice as slow). ``first`` : the first difference, None as long as there is
    none; nothing is done after it. ``months`` : equal so far.
    """

    def __init__(self, twin: ReferenceMarket, *, every_line: bool = False) -> None:
        self.twin, self.every_line = twin, every_line
        self.model: LabourMarket | None = None
        self.first: Difference | None = None
        self.months = 0

    def before(self, line: Any) -> None:
        """A month begins with its first line."""
        self.model = line.model
        if self.first is None and line.name == next(iter(self.twin.lines)):
            self.twin.open_month()

    def after(self, line: Any) -> None:
        """Let the twin do the same line, and compare."""
        is_last = line.name == next(reversed(self.twin.lines))
        if self.first is None:
            self.twin.lines[line.name].run()
            if is_last or self.every_line:
                self.first = difference(line.model, self.twin, line.name, of=self.twin.lines if is_last else None)
            self.months += is_last and self.first is None
