"""The ledger: people are neither made nor lost. For every cell, every month: opening + in - out = closing, exactly.

A cell is labour state x sector (of the current or last job) x province of residence x age band. Every change of a person goes through
`move` (or `pass_birthday`), which books it twice: out of one cell and into another. The closing balance is counted independently, by
a scan over everybody (`sim.phases.accounts`), and must agree.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.codes import AGE_BAND_STARTS, AGE_BANDS, MAX_AGE, N_AGE_BANDS, N_PROVINCES, N_SECTORS, N_STATES, PROVINCES, SECTORS, State
from sim.numerics.jit import inline

OUTSIDE = int(State.OUTSIDE)
N_INSIDE = N_STATES - 1
N_PEOPLE_SECTORS = N_SECTORS + 1
"""Sectors of people: the sectors, and NO_SECTOR for somebody who never worked."""
N_CELLS = N_INSIDE * N_PEOPLE_SECTORS * N_PROVINCES * N_AGE_BANDS
CELL_SHAPE = (N_INSIDE, N_PEOPLE_SECTORS, N_PROVINCES, N_AGE_BANDS)
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


class Books(NamedTuple):
    """What `move` reads and writes; passed to kernels as one argument.

    state, state_since, sector, province, birth_month : the columns of people.
    inflow, outflow : (N_CELLS,) int32 - persons of this month.
    flows : (len(Cause), N_PLACES, N_PLACES) int32 - persons of this month by line, from place, to place.
    """

    state: np.ndarray
    state_since: np.ndarray
    sector: np.ndarray
    province: np.ndarray
    birth_month: np.ndarray
    inflow: np.ndarray
    outflow: np.ndarray
    flows: np.ndarray


@inline
def cell_of(state, sector, province, band):
    """Position of a cell in the ledger."""
    return ((np.int64(state) * N_PEOPLE_SECTORS + np.int64(sector)) * N_PROVINCES + np.int64(province)) * N_AGE_BANDS + np.int64(band)


@inline
def move(books, i, month, to_state, to_sector, cause):
    """Bring person `i` to another state and sector, and book it out of one cell and into another."""
    from_state, from_sector = np.int64(books.state[i]), np.int64(books.sector[i])
    band = BAND_OF_AGE[min(max(month - np.int64(books.birth_month[i]), 0), BAND_OF_AGE.size - 1)]
    province = books.province[i]
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
def pass_birthday(books, i, month):
    """Book person `i`, who comes of the first month of an age band, from the band below into it."""
    age = month - np.int64(books.birth_month[i])
    if books.state[i] != OUTSIDE:
        books.outflow[cell_of(books.state[i], books.sector[i], books.province[i], BAND_OF_AGE[age - 1])] += 1
        books.inflow[cell_of(books.state[i], books.sector[i], books.province[i], BAND_OF_AGE[age])] += 1


class LedgerError(AssertionError):
    """The books do not balance: a fault of ours, never of the user."""


class Ledger:
    """Opening balance, this month's movements, closing balance.

    Attributes
    ----------
    opening, closing : (N_CELLS,) int64 persons.
    books : `Books`, for kernels.
    """

    def __init__(self, people: object) -> None:
        self.opening = np.zeros(N_CELLS, np.int64)
        self.closing = np.zeros(N_CELLS, np.int64)
        self.books = Books(
            people.state, people.state_since, people.sector, people.province, people.birth_month,  # type: ignore[attr-defined]
            np.zeros(N_CELLS, np.int32), np.zeros(N_CELLS, np.int32), np.zeros((len(Cause), N_PLACES, N_PLACES), np.int32),
        )  # fmt: skip

    def open_month(self) -> None:
        """The old closing balance becomes the opening balance; movements start at zero."""
        self.opening[:] = self.closing
        self.books.inflow[:] = 0
        self.books.outflow[:] = 0
        self.books.flows[:] = 0

    def check(self, month_label: str) -> None:
        """Raise LedgerError unless every cell balances and none is below zero."""
        expected = self.opening + self.books.inflow - self.books.outflow
        wrong = np.flatnonzero((expected != self.closing) | (self.closing < 0))
        if wrong.size:
            cell = int(wrong[0])
            state, sector, province, band = np.unravel_index(cell, CELL_SHAPE)
            name = f"{STATE_KEYS[state]}, sector {PEOPLE_SECTOR_KEYS[sector]}, {PROVINCES[province]}, {AGE_BANDS[band]}"
            raise LedgerError(
                f"{month_label}: {wrong.size} cells of the ledger do not balance; first: {name}: opening {self.opening[cell]} "
                f"+ in {self.books.inflow[cell]} - out {self.books.outflow[cell]} = {expected[cell]}, counted {self.closing[cell]}"
            )

    def movements(self) -> tuple[np.ndarray, np.ndarray]:
        """This month's movements: position in the flattened `Books.flows`, persons simulated; see `flow_table`."""
        flows = self.books.flows.ravel()
        where = np.flatnonzero(flows)
        return where, flows[where]


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
