"""Future entrants: everybody who turns 15 or immigrates before the end of the run, in order of month."""

from __future__ import annotations

import numpy as np

from sim.codes import NEVER, NO_SECTOR, SECTOR, State, month_index
from sim.world import sources
from sim.world.background import MIDDLE, education_by_age, graduation_months, in_education_share, pick, study_fields, taste_steps
from sim.world.demography import expected_entrants
from sim.world.fitting import assign, round_stochastic
from sim.world.people import Columns, class_of


def build_newcomers(start: str, until: str, scale: float, present: Columns, rng: np.random.Generator) -> Columns:
    """Columns of the entrants: who they are, what they study; never a job (they enter INACTIVE or UNEMPLOYED)."""
    first = month_index(start)
    people = _who(first, month_index(until), scale, rng)
    n = len(people["entry_month"])
    entry = people["entry_month"].astype(np.int32)
    age = np.clip((entry - people["birth_month"]) // 12, 15, 74)
    born_here = entry - people["birth_month"] == 180
    people["province"] = _homes(present, born_here, rng)
    people["education"] = _levels(age, born_here, rng)
    people["graduation_month"] = np.full(n, NEVER, np.int16)
    people["study_field"] = np.full(n, NO_SECTOR, np.uint8)
    rows = np.flatnonzero(born_here | (age < 18))
    students = np.flatnonzero(~born_here & (age >= 18) & (age < 25) & (people["education"] >= MIDDLE))
    abroad = pick(students, round(len(students) * sources.fact("student_share_of_young_immigrants")), rng)
    rows = np.sort(np.concatenate([rows, abroad]))
    rows = rows[in_education_share()[people["education"][rows], np.minimum(age[rows], 30) - 15] > 0]
    people["graduation_month"][rows] = graduation_months(age[rows], people["education"][rows], entry[rows], rng)
    people["study_field"][rows] = study_fields(people["education"][rows], people["sex"][rows], start, rng)
    limited = sources.profile_class("health_limited", category="employed")
    people["health"] = assign(class_of(age), np.column_stack([1 - limited, limited]), rng).astype(np.uint8)
    people["taste_for_work"] = taste_steps()[rng.integers(0, 1024, n)]
    people["qualifications"] = np.zeros(n, np.uint32)
    adults = np.flatnonzero(~born_here & (age >= 25) & (people["education"] >= MIDDLE))
    for key in ("P", "Q"):
        chosen = pick(adults, round(len(adults) * sources.fact(f"licence_immigrants_{key}")), rng)
        people["qualifications"][chosen] |= np.uint32(1 << SECTOR[key])
    return people


def _who(first: int, last: int, scale: float, rng: np.random.Generator) -> Columns:
    """Month of entry and of birth, and sex, in order of month of entry (15th birthdays before immigrants)."""
    birthdays, immigrants = expected_entrants(first, last)
    months, sexes, births = immigrants.shape
    young = round_stochastic(birthdays * scale, rng)
    old = round_stochastic(immigrants * scale, rng)
    entry, sex, birth = [], [], []
    for counts, born in ((young.ravel(), None), (old.ravel(), np.arange(births) + first - 900)):
        cells = np.repeat(np.arange(len(counts)), counts)
        per_month = len(counts) // months
        month = cells // per_month + first
        entry.append(month)
        sex.append(cells % per_month if born is None else cells // births % sexes)
        birth.append(month - 180 if born is None else born[cells % births])
    order = np.argsort(np.concatenate(entry), kind="stable")
    return {
        "entry_month": np.concatenate(entry)[order].astype(np.int16),
        "birth_month": np.concatenate(birth)[order].astype(np.int16),
        "sex": np.concatenate(sex)[order].astype(np.uint8),
    }


def _homes(present: Columns, born_here: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Province: 15-year-olds where the young live, immigrants where the unemployed of 25-44 live (cities; assumption)."""
    young = present["age"] < 20
    mobile = (present["state"] == State.UNEMPLOYED) & (present["age"] < 45)
    shares = np.array([np.bincount(present["province"][mask], minlength=12) + 1e-6 for mask in (mobile, young)], dtype=float)
    return assign(born_here.astype(np.int32), shares, rng).astype(np.uint8)


def _levels(age: np.ndarray, born_here: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Education level by age at entry; immigrants somewhat more often high (assumption)."""
    shares = education_by_age()
    abroad = shares * np.array([1.0, 1.0, sources.fact("immigrant_high_education_factor")])
    cell = class_of(age) + 12 * born_here.astype(np.int32)
    return assign(cell, np.concatenate([abroad, shares]), rng).astype(np.uint8)
