"""The Netherlands at the start month: people, employers, institutes and tables, built from the public data in ``sim/world/nl``.

Read `build_world` below, then in order of what depends on what: `sources` (the data), `fitting` (margins into whole people),
`demography`, `states`, `jobs`, `trends`, `drivers` (tables for the country), `people`, `work`, `background`, `extra_jobs`, `employers`,
`institutes`, `newcomers` (the sample), `tables` (what the model reads beside them), `margins` (does it all add up).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace

import numpy as np

from sim.codes import NEVER, NO_SECTOR, NOBODY, State, month_index
from sim.config.outlook import Outlook
from sim.world import sources
from sim.world.background import give_education, give_health, give_licences, give_studies, give_taste
from sim.world.employers import give_vacancies, place_people
from sim.world.extra_jobs import give_reserves, give_second_jobs
from sim.world.institutes import build_institutes
from sim.world.newcomers import build_newcomers
from sim.world.people import Columns, present_people, targets
from sim.world.tables import Tables, build_tables
from sim.world.work import give_contracts, give_hours, give_spells, give_wages

__all__ = ["Tables", "World", "build_world"]

NEWCOMER_FILL = {
    "state": State.OUTSIDE,
    "state_since": NEVER,
    "sector": NO_SECTOR,
    "employer": NOBODY,
    "contract": 0,
    "job_since": NEVER,
    "hours": 0,
    "wage_cents": 0,
    "commitments": 0,
    "second_employer": NOBODY,
    "second_hours": 0,
}
"""What people have who are not there yet."""
PEOPLE_COLUMNS = (
    "birth_month", "entry_month", "sex", "province", "education", "health", "taste_for_work", "state", "state_since", "sector",
    "qualifications", "employer", "contract", "job_since", "hours", "wage_cents", "commitments", "second_employer", "second_hours",
    "graduation_month", "study_field",
)  # fmt: skip
"""Columns of `sim.state.people.People` that the world sets."""


@dataclass(frozen=True)
class World:
    """A synthetic Netherlands.

    Attributes
    ----------
    start, until : first and last month simulated (months since January 1900).
    scale : share of the people simulated.
    seed : which synthetic sample.
    digest : SHA-256 of all arrays.
    people : columns of `People`: `n_present` people present at the start by month of birth, then all entrants in order of entry.
    employers : columns of `Employers`, in order of sector, then province.
    open_vacancies : (n_employers,) int32 - vacancies open at the start.
    institutes : columns of `Institutes`.
    tables : see `Tables`.
    is_given : whether the model may take over the columns of people; see `give`.
    """

    start: int
    until: int
    scale: float
    seed: int
    digest: str
    people: dict[str, np.ndarray]
    n_present: int
    employers: dict[str, np.ndarray]
    open_vacancies: np.ndarray
    institutes: dict[str, np.ndarray]
    tables: Tables
    is_given: bool = False

    def give(self) -> World:
        """This world for a last run: the model takes over its columns instead of copying them, which saves 0.6 GB for the whole country.

        After that run this world is not the one of the start any more.
        """
        return replace(self, is_given=True)


def build_world(*, scale: float, start: str, until: str, seed: int = 0, outlook: Outlook) -> World:
    """Build the Netherlands as it was at the beginning of the start month.

    Parameters
    ----------
    scale : share of the people simulated, 0.001 to 1.
    start : "2015-01" or "2023-10"; until : last month simulated, at most "2035-12".
    seed : which synthetic sample; the same for every run that is to be compared.
    outlook : demand for labour after September 2023.

    Raises
    ------
    UserError : a start without data, or damaged data files.

    Examples
    --------
    >>> world = build_world(scale=0.001, start="2023-10", until="2024-12", outlook=Outlook())
    >>> round(world.n_present / 0.001 / 1e6, 1)
    13.5
    """
    sources.check_start(start)
    rng = np.random.Generator(np.random.PCG64([seed, month_index(start), round(scale * 1_000_000)]))
    present = present_people(start, scale, rng)
    give_contracts(present, start, rng)
    give_hours(present, start, rng)
    give_education(present, rng)
    give_wages(present, start, rng)
    give_spells(present, start, rng)
    give_studies(present, start, rng)
    give_health(present, rng)
    give_taste(present, rng)
    give_licences(present, rng)
    give_second_jobs(present, start, scale, rng)
    employers = place_people(present, rng)
    give_reserves(present, start, scale, rng)
    open_vacancies = give_vacancies(employers, start, scale, targets(start).work, rng)
    newcomers = build_newcomers(start, until, scale, present, rng)
    people = _joined(present, newcomers)
    institutes = build_institutes(start, scale)
    tables = build_tables(start, until, outlook)
    digest = world_digest(people, employers, open_vacancies, institutes, tables)
    first, last = month_index(start), month_index(until)
    return World(first, last, scale, seed, digest, people, len(present["age"]), employers, open_vacancies, institutes, tables)


def _joined(present: Columns, newcomers: Columns) -> Columns:
    """Columns of everybody: those present by month of birth, then the entrants by month of entry.

    Oldest first, because most lines of the month ask for an age: neighbours then take the same branch, which makes their scans faster.
    """
    by_age = np.argsort(present["birth_month"], kind="stable")
    n = len(newcomers["entry_month"])
    present["entry_month"] = np.full(len(present["age"]), NEVER, np.int16)
    people: Columns = {}
    for name in PEOPLE_COLUMNS:
        here = present.pop(name)[by_age]
        later = newcomers.get(name)
        if later is None:
            later = np.full(n, NEWCOMER_FILL[name], here.dtype)
        people[name] = np.concatenate([here, later.astype(here.dtype)])
    return people


def world_digest(people: Columns, employers: Columns, open_vacancies: np.ndarray, institutes: Columns, tables: Tables) -> str:
    """SHA-256 of all arrays, names and bytes."""
    digest = hashlib.sha256()
    for table in (people, employers, {"open_vacancies": open_vacancies}, institutes):
        for name in sorted(table):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(table[name]).data)
    for field in fields(tables):
        digest.update(field.name.encode())
        digest.update(np.ascontiguousarray(getattr(tables, field.name)).tobytes())
    return digest.hexdigest()
