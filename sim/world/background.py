"""What people bring with them: education, studies, health, taste for work, licences."""

from __future__ import annotations

import numpy as np

from sim.codes import LICENSED_SECTORS, N_SECTORS, NEVER, NO_SECTOR, SECTOR, State, month_index
from sim.world import sources
from sim.world.fitting import assign, deal, fit, normal_quantiles
from sim.world.people import Columns, class_of, targets

MIDDLE = 1
"""Education level of vocational training (mbo) and upper secondary school."""
STUDY_AGES = np.arange(15, 31)
"""Ages at which somebody may be in initial education."""
GRADUATION_MONTH = 6
"""Courses end in July (0 = January)."""


def education_by_age() -> np.ndarray:
    """(12, 3) shares of education levels by age class (assumption, see ``profiles.csv``)."""
    low, high = (sources.profile_class("education", category=level) for level in ("low", "high"))
    return np.column_stack([low, 1 - low - high, high])


def _education_of_workers(counts: np.ndarray, by_age: np.ndarray) -> np.ndarray:
    """(12, 20, 3) persons in work by age class, sector and level; under 25 the sector says little, many are students."""
    low, high = sources.sector_shape("low_education_share"), sources.sector_shape("high_education_share")
    by_sector = np.column_stack([low, 1 - low - high, high])
    pull = np.where(np.arange(12) < 2, 0.3, 1.0)[:, None, None]
    counts = np.maximum(counts, 1e-6)
    guess = by_sector[None] ** pull * by_age[:, None, :] * counts[:, :, None]
    return fit(guess, [((0, 2), by_age * counts.sum(axis=1, keepdims=True)), ((0, 1), counts)], tolerance=1e-5)


def give_education(people: Columns, rng: np.random.Generator) -> None:
    """Level reached or being followed: by age; those in work higher, by sector of work."""
    age = class_of(people["age"])
    working = people["state"] == State.EMPLOYED
    heads = np.column_stack([np.bincount(age[working == flag], minlength=12) for flag in (True, False)]).astype(float)
    levels = education_by_age()
    odds = np.column_stack([sources.profile("employment_odds", np.arange(3)), np.ones(3)])
    guess = levels[:, :, None] * odds[None] * np.maximum(heads, 1e-6)[:, None, :]
    split = fit(
        guess, [((0, 1), levels * np.maximum(heads, 1e-6).sum(axis=1, keepdims=True)), ((0, 2), np.maximum(heads, 1e-6))], tolerance=1e-5
    )
    people["education"] = np.zeros(len(age), np.uint8)
    rows = np.flatnonzero(working)
    cell = age[rows].astype(np.int32) * N_SECTORS + people["sector"][rows]
    counts = np.bincount(cell, minlength=240).reshape(12, N_SECTORS).astype(float)
    by_level = split[:, :, 0] / split[:, :, 0].sum(axis=1, keepdims=True)
    people["education"][rows] = assign(cell, _education_of_workers(counts, by_level).reshape(240, 3), rng)
    rest = np.flatnonzero(~working)
    people["education"][rest] = assign(age[rest], split[:, :, 1], rng)


def in_education_share() -> np.ndarray:
    """(3, 16) share still in initial education by level and age 15-30 (assumption)."""
    return np.array([sources.profile("in_education", STUDY_AGES, category=level) for level in ("low", "middle", "high")])


def _years_left_shares() -> np.ndarray:
    """(3 x 16, 16) shares of full years until graduation, by level and age, of those in education."""
    still = np.column_stack([in_education_share(), np.zeros((3, 16))])
    leaving = still[:, :-1] - still[:, 1:]
    shares = np.zeros((3, 16, 16))
    for age in range(16):
        shares[:, age, : 16 - age] = leaving[:, age:16]
    return np.maximum(shares, 0.0).reshape(48, 16)


def graduation_months(age: np.ndarray, education: np.ndarray, from_month: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n,) int16 - July in which people of these ages and levels, in education in `from_month`, finish."""
    cell = education.astype(np.int32) * 16 + np.minimum(age - 15, 15)
    years = assign(cell, _years_left_shares(), rng).astype(np.int32)
    first_july = from_month + (GRADUATION_MONTH - from_month) % 12
    return np.asarray((first_july + 12 * years).astype(np.int16))


def give_studies(people: Columns, start: str, rng: np.random.Generator) -> None:
    """Who is in initial education, until when, and for which sector; the inactive are students more often than the employed."""
    n = len(people["age"])
    people["graduation_month"] = np.full(n, NEVER, np.int16)
    people["study_field"] = np.full(n, NO_SECTOR, np.uint8)
    young = np.flatnonzero(people["age"] <= STUDY_AGES[-1])
    state = np.minimum(people["state"][young], State.INACTIVE)
    cell = (people["age"][young].astype(np.int32) - 15) * 9 + people["education"][young] * 3 + state
    counts = np.maximum(np.bincount(cell, minlength=144).reshape(16, 3, 3).astype(float), 1e-6)
    share = np.clip(in_education_share().T, 1e-6, 1 - 1e-6)
    odds = sources.profile("student_state_odds", np.arange(3))
    guess = np.stack([counts, counts * (share / (1 - share))[:, :, None] * odds], axis=3)
    by_level = np.stack([1 - share, share], axis=2) * counts.sum(axis=2)[:, :, None]
    studying = assign(cell, fit(guess, [((0, 1, 3), by_level), ((0, 1, 2), counts)], tolerance=1e-5).reshape(144, 2), rng)
    rows = young[studying == 1]
    rows = rows[in_education_share()[people["education"][rows], people["age"][rows] - 15] > 0]
    when = np.full(len(rows), month_index(start), np.int32)
    people["graduation_month"][rows] = graduation_months(people["age"][rows], people["education"][rows], when, rng)
    people["study_field"][rows] = study_fields(people["education"][rows], people["sex"][rows], start, rng)


def first_job_shares(start: str) -> np.ndarray:
    """(3, 2, 20) sector that initial education prepares for, by level and sex.

    The sectors where people of 25-34 work, by level and sex, with more care for vocational and higher education (CBS: one third of new
    mbo students) and hardly any temp-agency work.
    """
    jobs = targets(start)
    young = (jobs.employees + 0.5 * jobs.self_employed)[2:4].sum(axis=0)
    low, high = sources.sector_shape("low_education_share"), sources.sector_shape("high_education_share")
    by_level = np.array([low, 1 - low - high, high])[:, None, :] * young[None]
    by_level[1:, :, SECTOR["Q"]] *= sources.fact("study_care_factor")
    by_level[:, :, SECTOR["N"]] *= sources.fact("study_agency_factor")
    return np.asarray(by_level / by_level.sum(axis=2, keepdims=True))


def study_fields(education: np.ndarray, sex: np.ndarray, start: str, rng: np.random.Generator) -> np.ndarray:
    """(n,) uint8 - sector that the initial education prepares for."""
    return assign(education.astype(np.int32) * 2 + sex, first_job_shares(start).reshape(6, N_SECTORS), rng).astype(np.uint8)


def give_health(people: Columns, rng: np.random.Generator) -> None:
    """Whether a long-term condition limits work, by age and whether in work (assumption)."""
    shares = np.concatenate([sources.profile_class("health_limited", category=name) for name in ("not_employed", "employed")])
    cell = class_of(people["age"]).astype(np.int32) + 12 * (people["state"] == State.EMPLOYED)
    people["health"] = assign(cell, np.column_stack([1 - shares, shares]), rng).astype(np.uint8)


def taste_steps() -> np.ndarray:
    """(1024,) int8 - equally likely values of the taste for work, normal, in hundredths of log-odds."""
    values = normal_quantiles(1024) * sources.fact("taste_for_work_sd")
    return np.clip(np.round(values), -127, 127).astype(np.int8)


def give_taste(people: Columns, rng: np.random.Generator) -> None:
    """Personal deviation of the log-odds of retiring."""
    people["taste_for_work"] = taste_steps()[rng.integers(0, 1024, len(people["age"]))]


def give_licences(people: Columns, rng: np.random.Generator) -> None:
    """Licences for DEF, P and Q: all who work there or worked there last, and an assumed stock at work elsewhere or at home."""
    people["qualifications"] = np.zeros(len(people["age"]), np.uint32)
    adult = (people["age"] >= 23) & (people["age"] <= 69) & (people["education"] >= MIDDLE)
    for key in LICENSED_SECTORS:
        bit = np.uint32(1 << SECTOR[key])
        here = people["sector"] == SECTOR[key]
        people["qualifications"][here] |= bit
        staff = int((here & (people["state"] == State.EMPLOYED)).sum())
        elsewhere = adult & ~here & (people["sector"] != NO_SECTOR)
        for share, pool in (
            (sources.fact(f"licence_elsewhere_{key}"), elsewhere & (people["state"] == State.EMPLOYED)),
            (sources.fact("licence_at_home"), elsewhere & (people["state"] != State.EMPLOYED)),
        ):
            people["qualifications"][pick(np.flatnonzero(pool), round(staff * share), rng)] |= bit


def pick(rows: np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
    """`number` of `rows` at random, each at most once, in order of row (all of them when there are fewer)."""
    if number >= len(rows):
        return rows
    counts = np.array([[len(rows) - number, number]])
    return rows[deal(np.zeros(len(rows), np.int32), counts, rng) == 1]
