"""Moves of people are counted: cause, from (state, sector), to (state, sector), persons of this month."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sim.codes import State

if TYPE_CHECKING:
    from twin.agents import Person


class Books:
    """Counts of one month. ``flows`` : (cause, from state, from sector, to state, to sector) -> persons."""

    def __init__(self) -> None:
        self.flows: Counter[tuple[str, int, int, int, int]] = Counter()

    def open_month(self) -> None:
        """Nothing has happened yet."""
        self.flows.clear()

    def move(self, person: Person, state: State, sector: int, cause: str) -> None:
        """Bring a person to a state and sector. `cause` is the name of the line, as in `sim.state.ledger.Cause`, in small letters."""
        self.flows[cause, person.state, person.sector, int(state), sector] += 1
        if person.state != state:
            person.state, person.state_since = int(state), person.model.month
        person.sector = sector
