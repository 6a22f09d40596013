"""The cells of the accounts: labour state x sector x province x age band, as positions in one long list, as the model lays them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.codes import AGE_BAND_STARTS, N_AGE_BANDS, N_PROVINCES, N_SECTORS, State

if TYPE_CHECKING:
    from twin.agents import Employer, Person

N_SECTORS_OF_PEOPLE = N_SECTORS + 1
"""The sectors, and that of who never worked."""
N_WORK_CELLS = N_SECTORS_OF_PEOPLE * N_PROVINCES * N_AGE_BANDS
"""Cells of one state."""
N_CELLS = State.OUTSIDE * N_WORK_CELLS
"""Cells of all states in which people are there."""
N_MARKET_CELLS = N_SECTORS * N_PROVINCES
"""Cells of employers: sector x province."""


def age_band(age_months: int) -> int:
    """Number of the band that an age falls in."""
    return max(sum(age_months >= 12 * start for start in AGE_BAND_STARTS) - 1, 0)


def work_cell(person: Person) -> int:
    """Where somebody stands among the people of the same state: by sector, province of residence and age band."""
    return (person.sector * N_PROVINCES + person.province) * N_AGE_BANDS + age_band(person.age)


def cell(person: Person) -> int:
    """Where somebody stands in the accounts."""
    return person.state * N_WORK_CELLS + work_cell(person)


def market_cell(employer: Employer) -> int:
    """Where an employer stands."""
    return employer.sector * N_PROVINCES + employer.province
