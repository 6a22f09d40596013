"""Beside the main job: second jobs, and the reserves of care and defence."""

from __future__ import annotations

import numpy as np

from sim.codes import N_PROVINCES, N_SECTORS, NO_SECTOR, SECTOR, Commitment, State
from sim.world import sources
from sim.world.background import pick
from sim.world.fitting import assign, deal, fit, whole
from sim.world.people import Columns, class_of, targets
from sim.world.work import HOURS, second_job_hours


def give_second_jobs(people: Columns, start: str, scale: float, rng: np.random.Generator) -> None:
    """Who has a second job as an employee, in which sector and province, for how many hours.

    Holders by age (CBS) and sex; sectors where small jobs are; the province follows from the holder's home and the sector like a main
    job. Sets commitments, second_sector (NO_SECTOR: none), second_province and second_hours.
    """
    n = len(people["age"])
    people["commitments"] = np.zeros(n, np.uint8)
    people["second_sector"] = np.full(n, NO_SECTOR, np.uint8)
    people["second_province"] = people["province"].copy()
    people["second_hours"] = np.zeros(n, np.uint8)
    jobs = targets(start)
    table = second_job_table(start)
    working = np.flatnonzero(people["state"] == State.EMPLOYED)
    place = class_of(people["age"][working]).astype(np.int32) * N_PROVINCES + people["province"][working]
    cell = place * 2 + people["sex"][working]
    heads = np.bincount(cell, minlength=288).reshape(144, 2)
    odds = np.array([1.0, sources.fact("second_job_women_odds")])
    share = table.sum(axis=2).ravel() * scale / np.maximum((heads * odds).sum(axis=1), 1.0)
    share = np.minimum(share[:, None] * odds, 1.0).reshape(288)
    holders = assign(cell, np.column_stack([1 - share, share]), rng) == 1
    rows = working[holders]
    people["commitments"][rows] |= np.uint8(Commitment.SECOND_JOB)
    sector = assign(place[holders], table.reshape(144, N_SECTORS), rng)
    people["second_sector"][rows] = sector
    flow = np.moveaxis(jobs.commuting, 2, 0).reshape(N_SECTORS * N_PROVINCES, N_PROVINCES)
    home = sector.astype(np.int32) * N_PROVINCES + people["province"][rows]
    people["second_province"][rows] = assign(home, flow, rng)
    everyone = np.zeros(len(rows), np.int32)
    people["second_hours"][rows] = HOURS[deal(everyone, whole(second_job_hours()[None, :], np.array([len(rows)])), rng)]


def second_job_table(start: str) -> np.ndarray:
    """(12, 12, 20) second jobs by age class and province of the holder and sector; provinces as for main jobs of the sector."""
    jobs = targets(start)
    homes = jobs.commuting.sum(axis=1)
    homes = homes / homes.sum(axis=0) * jobs.second.sum(axis=1)
    guess = jobs.second.T[:, None, :] * homes[None]
    return fit(guess, [((0, 2), jobs.second.T), ((1, 2), homes)])


def give_reserves(people: Columns, start: str, scale: float, rng: np.random.Generator) -> None:
    """Care reservists: licensed for care, 20-69, not at work in care. Defence reservists: at work outside defence, 20-54, half of them
    with defence experience (assumption); 8 % of the headcount of defence.
    """
    age, sector, employed = people["age"], people["sector"], people["state"] == State.EMPLOYED
    licensed = {key: (people["qualifications"] >> np.uint32(SECTOR[key])) & 1 == 1 for key in ("DEF", "Q")}
    care = licensed["Q"] & (age >= 20) & (age < 70) & ~(employed & (sector == SECTOR["Q"])) & (people["second_sector"] != SECTOR["Q"])
    wanted = round(sources.fact("care_reservists", start) * scale)
    people["commitments"][pick(np.flatnonzero(care), wanted, rng)] |= np.uint8(Commitment.CARE_RESERVE)
    free = (people["commitments"] & np.uint8(Commitment.CARE_RESERVE)) == 0
    pool = employed & (sector != SECTOR["DEF"]) & (age >= 20) & (age < 55) & free
    wanted = round(1000 * sources.fact("headcount_defence_k", start) * sources.fact("reservist_share_of_defence") * scale)
    veterans = pick(np.flatnonzero(pool & licensed["DEF"]), wanted // 2, rng)
    others = pick(np.flatnonzero(pool & ~licensed["DEF"]), wanted - len(veterans), rng)
    people["commitments"][veterans] |= np.uint8(Commitment.DEFENCE_RESERVE)
    people["commitments"][others] |= np.uint8(Commitment.DEFENCE_RESERVE)
