"""The ledger: people are neither made nor lost. For every cell, every month: opening + in - out = closing, exactly.

A cell is labour state x sector (of the current or last job) x province of residence x age band. Every change of a person goes through
`move`, `start_job` or `pass_birthday`, which book it twice: out of one cell and into another. Contract hours and wages of those at work
are booked along, and so are heads and contract hours at work by sex. As often as ``checks`` asks, everybody is counted
(`sim.phases.accounts`), and the count must agree with the books.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from sim.codes import (
    AGE_BAND_STARTS,
    AGE_BANDS,
    MAX_AGE,
    N_AGE_BANDS,
    N_PROVINCES,
    N_SECTORS,
    N_SEXES,
    N_STATES,
    PROVINCES,
    SECTORS,
    SEXES,
    State,
)
from sim.numerics.jit import inline, serial
from sim.numerics.types import int16s, int32s, int32s3, int64s, uint8s

if TYPE_CHECKING:
    from sim.state.people import People

EMPLOYED, OUTSIDE = int(State.EMPLOYED), int(State.OUTSIDE)
N_INSIDE = N_STATES - 1
N_PEOPLE_SECTORS = N_SECTORS + 1
"""Sectors of people: the sectors, and NO_SECTOR for somebody who never worked."""
N_CELLS = N_INSIDE * N_PEOPLE_SECTORS * N_PROVINCES * N_AGE_BANDS
CELL_SHAPE = (N_INSIDE, N_PEOPLE_SECTORS, N_PROVINCES, N_AGE_BANDS)
N_WORK_CELLS = N_PEOPLE_SECTORS * N_PROVINCES * N_AGE_BANDS
N_PLACES = N_STATES * N_PEOPLE_SECTORS
"""Rows and columns of the flow table: state x sector."""

STATE_KEYS = tuple(state.name.lower() for state in State)
PEOPLE_SECTOR_KEYS = (*SECTORS, "none")

_AGES = np.arange((MAX_AGE + 2) * 12)
BAND_OF_AGE = (np.searchsorted(np.array(AGE_BAND_STARTS) * 12, _AGES, side="right") - 1).clip(0).astype(np.uint8)
"""(912,) uint8: age band by age in months."""


class Cause(IntEnum):
    """The line of the month that moved somebody."""

    DEMOGRAPHY = 0
    SEPARATIONS = 1
    RETIREMENT = 2
    TRAINING = 3
    SEARCH = 4
    MATCHING = 5


N_COLUMNS = 8
"""Fields of `Books` that are columns of people; the others are sums."""


class Books(NamedTuple):
    """What `move` reads and writes; passed to kernels as one argument.

    state, state_since, sector, province, birth_month, sex, hours, wage_cents : the columns of people.
    inflow, outflow : (N_CELLS,) int32 - persons of this month.
    work_hours, wage_bill : (N_WORK_CELLS,) int64 - contract hours, and wages in cents, per week in main jobs now, by residence.
    sex_heads, sex_hours : (N_SEXES,) int64 - persons at work now, and their contract hours per week in main jobs, by sex.
    flows : (len(Cause), N_PLACES, N_PLACES) int32 - persons of this month by line, from place, to place.
    """

    state: uint8s
    state_since: int16s
    sector: uint8s
    province: uint8s
    birth_month: int16s
    sex: uint8s
    hours: uint8s
    wage_cents: int32s
    inflow: int32s
    outflow: int32s
    work_hours: int64s
    wage_bill: int64s
    sex_heads: int64s
    sex_hours: int64s
    flows: int32s3


@inline
def cell_of(state, sector, province, band):
    """Position of a cell in the ledger; for state 0, of a cell of those at work."""
    return ((np.int64(state) * N_PEOPLE_SECTORS + np.int64(sector)) * N_PROVINCES + np.int64(province)) * N_AGE_BANDS + np.int64(band)


@inline
def band_now(books, i, month):
    """Age band of person `i`."""
    return BAND_OF_AGE[min(max(month - np.int64(books.birth_month[i]), 0), BAND_OF_AGE.size - 1)]


@inline
def _book_pay(books, i, sector, band, sign):
    # head, hours and wage of somebody at work, into (1) or out of (-1) the cell and the sex
    cell, hours = cell_of(0, sector, books.province[i], band), sign * np.int64(books.hours[i])
    books.work_hours[cell] += hours
    books.wage_bill[cell] += hours * np.int64(books.wage_cents[i])
    books.sex_heads[books.sex[i]] += sign
    books.sex_hours[books.sex[i]] += hours


@inline
def _book_person(books, i, band, month, to_state, to_sector, cause):
    from_state, from_sector, province = np.int64(books.state[i]), np.int64(books.sector[i]), books.province[i]
    if from_state != OUTSIDE:
        books.outflow[cell_of(from_state, from_sector, province, band)] += 1
    if to_state != OUTSIDE:
        books.inflow[cell_of(to_state, to_sector, province, band)] += 1
    books.flows[cause, from_state * N_PEOPLE_SECTORS + from_sector, np.int64(to_state) * N_PEOPLE_SECTORS + np.int64(to_sector)] += 1
    if from_state != to_state:
        books.state[i] = to_state
        books.state_since[i] = month
    books.sector[i] = to_sector


@inline
def move(books, i, month, to_state, to_sector, cause):
    """Bring person `i` to another state and sector, and book it out of one cell and into another. Nobody starts work here."""
    band = band_now(books, i, month)
    if books.state[i] == EMPLOYED:
        _book_pay(books, i, books.sector[i], band, -1)
    _book_person(books, i, band, month, to_state, to_sector, cause)


@inline
def start_job(books, i, month, sector, hours, wage_cents, cause):
    """Bring person `i` into a main job of `hours` per week at `wage_cents` per hour, from another job or from none."""
    band = band_now(books, i, month)
    if books.state[i] == EMPLOYED:
        _book_pay(books, i, books.sector[i], band, -1)
    books.hours[i] = hours
    books.wage_cents[i] = wage_cents
    _book_pay(books, i, sector, band, 1)
    _book_person(books, i, band, month, EMPLOYED, sector, cause)


@inline
def change_hours(books, i, month, hours):
    """Change the contract hours of person `i`, who is at work, to `hours` per week."""
    band = band_now(books, i, month)
    _book_pay(books, i, books.sector[i], band, -1)
    books.hours[i] = hours
    _book_pay(books, i, books.sector[i], band, 1)


@inline
def raise_wage(books, i, month, by_cents):
    """Raise the hourly wage of person `i`, who is at work."""
    books.wage_bill[cell_of(0, books.sector[i], books.province[i], band_now(books, i, month))] += np.int64(books.hours[i]) * by_cents
    books.wage_cents[i] += by_cents


@inline
def pass_birthday(books, i, month):
    """Book person `i`, who comes of the first month of an age band, from the band below into it."""
    age = month - np.int64(books.birth_month[i])
    if books.state[i] != OUTSIDE:
        books.outflow[cell_of(books.state[i], books.sector[i], books.province[i], BAND_OF_AGE[age - 1])] += 1
        books.inflow[cell_of(books.state[i], books.sector[i], books.province[i], BAND_OF_AGE[age])] += 1
    if books.state[i] == EMPLOYED:
        _book_pay(books, i, books.sector[i], BAND_OF_AGE[age - 1], -1)
        _book_pay(books, i, books.sector[i], BAND_OF_AGE[age], 1)


SUMS = Books._fields[N_COLUMNS:]
"""The parts of `Books` that are not columns of people."""
STOCKS = {"work_hours": "contract hours", "wage_bill": "wages", "sex_heads": "heads at work by sex", "sex_hours": "contract hours by sex"}
"""Sums that are not of one month, and what they are called."""


def _empty_sums() -> list[np.ndarray]:
    movements, stocks = [np.zeros(N_CELLS, np.int32) for _ in range(2)], [np.zeros(N_WORK_CELLS, np.int64) for _ in range(2)]
    by_sex = [np.zeros(N_SEXES, np.int64) for _ in range(2)]
    return [*movements, *stocks, *by_sex, np.zeros((len(Cause), N_PLACES, N_PLACES), np.int32)]


@serial
def _non_zero(flows: int32s, where: int32s, persons: int32s):
    n = 0
    for k in range(flows.size):
        if flows[k] != 0:
            where[n], persons[n] = k, flows[k]
            n += 1
    return n


class LedgerError(AssertionError):
    """The books do not balance: a fault of ours, never of the user."""


class Ledger:
    """Opening balance, this month's movements, closing balance.

    Attributes
    ----------
    opening, closing : (N_CELLS,) int64 persons, by the books.
    desks : `Books`, one for each thread that books (`sim.numerics.desks`): the columns are the same, the sums are its own.
    """

    def __init__(self, people: People, n_desks: int = 1) -> None:
        self.opening = np.zeros(N_CELLS, np.int64)
        self.closing = np.zeros(N_CELLS, np.int64)
        columns = [people[name] for name in Books._fields[:N_COLUMNS]]
        self.desks = [Books(*columns, *_empty_sums()) for _ in range(n_desks)]

    @property
    def books(self) -> Books:
        """The columns, and the sums of all desks."""
        first, *others = self.desks
        if not others:
            return first
        sums = (sum(desk[k] for desk in others) + first[k] for k in range(N_COLUMNS, len(Books._fields)))
        return Books(*first[:N_COLUMNS], *sums)

    def take_stock(self, heads: np.ndarray, stocks: Mapping[str, np.ndarray]) -> None:
        """Start the books from a count of everybody; arguments as in `check`."""
        self.closing[:] = heads
        self.put_sums(stocks)

    def put_sums(self, sums: Mapping[str, np.ndarray]) -> None:
        """Let the books hold these sums (names of `SUMS`; the others are left alone), all at the first desk."""
        for name, values in sums.items():
            for desk in self.desks:
                getattr(desk, name)[:] = 0
            getattr(self.desks[0], name)[:] = values

    def open_month(self) -> None:
        """The old closing balance becomes the opening balance; movements start at zero."""
        self.opening[:] = self.closing
        for desk in self.desks:
            for movements in (desk.inflow, desk.outflow, desk.flows):
                movements[:] = 0

    def close_month(self) -> None:
        """Closing balance = opening + in - out."""
        self.closing[:] = self.opening
        for desk in self.desks:
            self.closing += desk.inflow
            self.closing -= desk.outflow

    def check(self, heads: np.ndarray, stocks: Mapping[str, np.ndarray], month_label: str) -> None:
        """Raise LedgerError unless the count of everybody agrees with the books, cell by cell, and no cell is below zero.

        Parameters
        ----------
        heads : (N_CELLS,) persons. stocks : the arrays of `STOCKS`. month_label : for the message.
        """
        books = self.books
        wrong = np.flatnonzero((heads != self.closing) | (self.closing < 0))
        if wrong.size:
            cell = int(wrong[0])
            state, sector, province, band = np.unravel_index(cell, CELL_SHAPE)
            name = f"{STATE_KEYS[state]}, sector {PEOPLE_SECTOR_KEYS[sector]}, {PROVINCES[province]}, {AGE_BANDS[band]}"
            raise LedgerError(
                f"{month_label}: {wrong.size} cells of the ledger do not balance; first: {name}: opening {self.opening[cell]} "
                f"+ in {books.inflow[cell]} - out {books.outflow[cell]} = {self.closing[cell]}, counted {heads[cell]}"
            )
        for stock, what in STOCKS.items():
            counted, booked = stocks[stock], getattr(books, stock)
            wrong = np.flatnonzero(counted != booked)
            if wrong.size:
                cell = int(wrong[0])
                if booked.size == N_SEXES:
                    name = SEXES[cell]
                else:
                    sector, province, band = np.unravel_index(cell, CELL_SHAPE[1:])
                    name = f"sector {PEOPLE_SECTOR_KEYS[sector]}, {PROVINCES[province]}, {AGE_BANDS[band]}"
                raise LedgerError(
                    f"{month_label}: {what} do not balance in {wrong.size} cells; first: {name}: "
                    f"booked {booked[cell]}, counted {counted[cell]}"
                )

    def movements(self) -> tuple[np.ndarray, np.ndarray]:
        """This month's movements: position in the flattened `Books.flows`, persons simulated; see `flow_table`."""
        flows = self.books.flows.ravel()
        where, persons = np.empty(flows.size, np.int32), np.empty(flows.size, np.int32)
        n = _non_zero(flows, where, persons)
        return where[:n].copy(), persons[:n].copy()


def flow_table(where: np.ndarray, persons: np.ndarray) -> pl.DataFrame:
    """Movements with their keys: cause, from_state, from_sector, to_state, to_sector, persons (as given)."""
    cause, origin, destination = np.unravel_index(where, (len(Cause), N_PLACES, N_PLACES))
    causes, states, sectors = (pl.Series(keys) for keys in ([c.name.lower() for c in Cause], STATE_KEYS, PEOPLE_SECTOR_KEYS))
    return pl.DataFrame(
        {
            "cause": causes.gather(cause),
            "from_state": states.gather(origin // N_PEOPLE_SECTORS),
            "from_sector": sectors.gather(origin % N_PEOPLE_SECTORS),
            "to_state": states.gather(destination // N_PEOPLE_SECTORS),
            "to_sector": sectors.gather(destination % N_PEOPLE_SECTORS),
            "persons": persons,
        }
    )
