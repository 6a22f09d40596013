"""Line 14, accounts: everybody is counted, and the count must be what was there a month ago and what has moved since.

    closing(cell) = opening(cell) + in(cell) - out(cell)

Here nothing is booked cell by cell: the closing balance is a count of everybody, afresh each month. It is compared with what the model's
ledger has booked. Moves between states and sectors are counted (`twin.books`), so by state and sector the equation is checked here as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cells import N_CELLS, N_SECTORS_OF_PEOPLE, N_WORK_CELLS, cell, work_cell
from twin.line import Line, plain

from sim.codes import N_AGE_BANDS, N_PROVINCES, N_SEXES, State

if TYPE_CHECKING:
    from twin.market import ReferenceMarket

CELLS_OF_SECTOR = N_PROVINCES * N_AGE_BANDS
"""Cells of one state and sector; they lie beside one another."""


class Accounts(Line):
    """What there is at the end of the month.

    closing : people by cell. work_hours, wage_bill : contract hours, and wages in cents, per week in main jobs, by cell of those at work.
    sex_heads, sex_hours : people at work, and their contract hours per week in main jobs, by sex.
    """

    name = "accounts"
    compares = ("closing", "work_hours", "wage_bill", "sex_heads", "sex_hours")

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        self.closing: list[int] = []

    def start(self) -> None:
        """Count for the first time, and tell employers how many hours their staff work for them."""
        for employer in self.market.employers:
            employer.filled_hours = 0
        for person in self.market.present:
            if person.employer is not None:
                person.employer.filled_hours += person.hours
            if person.second_employer is not None:
                person.second_employer.filled_hours += person.second_hours
        self.count()

    def run(self) -> None:
        """Count everybody; AssertionError when people came from nowhere or went nowhere."""
        opening = self.closing
        self.count()
        for state in range(State.OUTSIDE):
            for sector in range(N_SECTORS_OF_PEOPLE):
                expected = heads(opening, state, sector) + self.net_inflow(state, sector)
                found = heads(self.closing, state, sector)
                assert found == expected, f"{State(state).name}, sector {sector}: {found} people, {expected} by what has moved"

    def count(self) -> None:
        """Count everybody who is there."""
        self.closing, self.work_hours, self.wage_bill = [0] * N_CELLS, [0] * N_WORK_CELLS, [0] * N_WORK_CELLS
        self.sex_heads, self.sex_hours = [0] * N_SEXES, [0] * N_SEXES
        for person in self.market.present:
            if person.state != State.OUTSIDE:
                self.closing[cell(person)] += 1
            if person.state == State.EMPLOYED:
                self.work_hours[work_cell(person)] += person.hours
                self.wage_bill[work_cell(person)] += person.hours * person.wage_cents
                self.sex_heads[person.sex] += 1
                self.sex_hours[person.sex] += person.hours

    def net_inflow(self, state: int, sector: int) -> int:
        """People who moved into a state and sector this month less those who moved out."""
        flows, place = self.market.books.flows, (state, sector)
        return sum(n * ((key[3:] == place) - (key[1:3] == place)) for key, n in flows.items())

    def figures(self, line: Any) -> dict[str, Any]:
        """What the model's ledger says: it books along, where this line counts."""
        ledger = line.model.ledger
        booked = ledger.books
        return {"closing": plain(ledger.closing)} | {name: plain(getattr(booked, name)) for name in self.compares[1:]}


def heads(closing: list[int], state: int, sector: int) -> int:
    """People of a state and sector."""
    first = state * N_WORK_CELLS + sector * CELLS_OF_SECTOR
    return sum(closing[first : first + CELLS_OF_SECTOR])
