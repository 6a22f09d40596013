"""Everybody aged 15-74 at the start: who they are, where they live, what they do.

Each step gives one column by `fitting.assign`: shares from fitted tables, whole counts that keep every used margin, dealt out at random.
Sectors are dealt before provinces of work, these before employers (`sim.world.employers`), so that people and jobs agree by construction.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sim.codes import N_PROVINCES, N_SECTORS, NO_SECTOR, Contract, State, month_index
from sim.world import sources
from sim.world.demography import present_at
from sim.world.fitting import assign, fit, round_stochastic
from sim.world.jobs import JobTargets, job_targets
from sim.world.states import labour_states, pension_age_months, retired_share, states_table

Columns = dict[str, np.ndarray]
OUT_OF_WORK = 2
"""Third state of the survey tables: neither in work nor looking for it."""


def class_of(age: np.ndarray) -> np.ndarray:
    """Five-year age class 0-11 of ages 15-74."""
    return np.clip((age - 15) // 5, 0, 11)


@lru_cache(maxsize=2)
def targets(start: str) -> JobTargets:
    """The job tables of a start, fitted once."""
    return job_targets(start)


@lru_cache(maxsize=2)
def _states(start: str) -> tuple[np.ndarray, np.ndarray]:
    return labour_states(start), states_table(start)


def present_people(start: str, scale: float, rng: np.random.Generator) -> Columns:
    """Columns of the people present at the start, in random order.

    Returns
    -------
    dict of (n,) arrays: birth_month, sex, age (years at the end of the month before the start), province, state, contract (NONE,
    SELF_EMPLOYED, or PERMANENT for every employee until `sim.world.work` tells them apart), sector, work_province.
    """
    first = month_index(start)
    births, expected = present_at(first)
    counts = round_stochastic(expected * scale, rng)
    order = rng.permutation(int(counts.sum()))
    people: Columns = {"birth_month": np.repeat(np.repeat(births, 2), counts.ravel()).astype(np.int16)[order]}
    people["sex"] = np.repeat(np.tile(np.arange(2, dtype=np.uint8), len(births)), counts.ravel())[order]
    people["age"] = ((first - 1 - people["birth_month"]) // 12).astype(np.int16)
    _give_states(people, start, rng)
    _give_jobs(people, start, rng)
    _give_last_sector(people, start, rng)
    return people


def _give_states(people: Columns, start: str, rng: np.random.Generator) -> None:
    by_age, table = _states(start)
    cell = (people["age"].astype(np.int32) - 15) * 2 + people["sex"]
    state = assign(cell, by_age.reshape(120, 3), rng)
    by_state = np.moveaxis(table, 2, 3).reshape(360, N_PROVINCES)
    # cells of one state follow each other, so that remainders of a province balance within the state
    order = np.arange(360).reshape(120, 3).T.ravel()
    people["province"] = assign(cell * 3 + state, by_state, rng, order).astype(np.uint8)
    people["state"] = np.array([State.EMPLOYED, State.UNEMPLOYED, State.INACTIVE], dtype=np.uint8)[state]
    rest = np.flatnonzero(state == OUT_OF_WORK)
    months = month_index(start) - 1 - people["birth_month"][rest].astype(np.int32)
    ages = np.arange(900)
    retired = retired_share(ages, int(pension_age_months(month_index(start), month_index(start))[0]))
    is_retired = assign(months, np.column_stack([1 - retired, retired]), rng)
    people["state"][rest[is_retired == 1]] = State.RETIRED


@lru_cache(maxsize=2)
def sector_table(start: str) -> np.ndarray:
    """(12, 2, 12, 40) float64 - persons in work by age class, sex, province and sector as employee (0-19) or self-employed (20-39)."""
    jobs = targets(start)
    by_kind = np.concatenate([jobs.employees, jobs.self_employed], axis=2)
    employed = _states(start)[1][:, :, :, State.EMPLOYED].reshape(12, 5, 2, N_PROVINCES).sum(axis=1)
    homes = np.concatenate([jobs.commuting.sum(axis=1), _self_employed_by_home(employed.sum(axis=(0, 1)), jobs)], axis=1)
    guess = employed[:, :, :, None] * by_kind[:, :, None, :] * (homes / homes.sum(axis=1, keepdims=True))[None, None]
    return fit(guess, [((0, 1, 2), employed), ((2, 3), homes), ((0, 1, 3), by_kind)], tolerance=1e-6)


def _self_employed_by_home(employed: np.ndarray, jobs: JobTargets) -> np.ndarray:
    """(12, 20) self-employed by province and sector: persons in work who are not employees, sectors as in the country (assumption)."""
    own = employed - jobs.commuting.sum(axis=(1, 2))
    sectors = jobs.self_employed.sum(axis=(0, 1))
    return np.outer(own, sectors / sectors.sum())


def _give_jobs(people: Columns, start: str, rng: np.random.Generator) -> None:
    n = len(people["age"])
    rows = np.flatnonzero(people["state"] == State.EMPLOYED)
    cell = (class_of(people["age"][rows]).astype(np.int32) * 2 + people["sex"][rows]) * N_PROVINCES + people["province"][rows]
    job = assign(cell, sector_table(start).reshape(288, 40), rng)
    people["sector"] = np.full(n, NO_SECTOR, np.uint8)
    people["sector"][rows] = job % N_SECTORS
    people["contract"] = np.full(n, Contract.NONE, np.uint8)
    people["contract"][rows] = np.where(job < N_SECTORS, Contract.PERMANENT, Contract.SELF_EMPLOYED)
    people["work_province"] = people["province"].copy()
    employees = rows[job < N_SECTORS]
    flow = np.moveaxis(targets(start).commuting, 2, 0).reshape(N_SECTORS * N_PROVINCES, N_PROVINCES)
    cell = people["sector"][employees].astype(np.int32) * N_PROVINCES + people["province"][employees]
    people["work_province"][employees] = assign(cell, flow, rng)


def _give_last_sector(people: Columns, start: str, rng: np.random.Generator) -> None:
    """Sector of the last job of those without one; the unemployed come more often from sectors with flexible contracts."""
    jobs = targets(start)
    worked = (jobs.employees + jobs.self_employed).reshape(24, N_SECTORS)
    flexible = sources.sector_shape("flexible_relative")
    for states, weight, category in (
        ((State.UNEMPLOYED,), flexible, "unemployed"),
        ((State.INACTIVE, State.RETIRED), np.ones(N_SECTORS), "inactive"),
    ):
        rows = np.flatnonzero(np.isin(people["state"], states))
        shares = worked * weight
        never = np.repeat(sources.profile_class("never_worked", category=category), 2)
        shares = np.column_stack([shares / shares.sum(axis=1, keepdims=True) * (1 - never)[:, None], never])
        cell = class_of(people["age"][rows]).astype(np.int32) * 2 + people["sex"][rows]
        people["sector"][rows] = assign(cell, shares, rng)
