"""The job somebody has, or had last: contract, hours, wage, tenure, and how long the current state has lasted."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sim.codes import N_SECTORS, NEVER, NO_SECTOR, SECTORS, Contract, State, month_index
from sim.world import sources
from sim.world.fitting import assign, fit, normal_quantiles
from sim.world.jobs import split_defence
from sim.world.people import Columns, class_of, targets

HOURS = np.array([7, 15, 22, 27, 32, 36, 40], dtype=np.uint8)
"""Contract hours that stand for the classes under 12, 12-20, 20-25, 25-30, 30-35 and 35 or more (36 and 40)."""
N_WAGE_STEPS = 32
"""Steps of the wage distribution within a sector and age class, equally likely."""
LOWEST_WAGE_CENTS = 400
"""Floor of a wage: about the minimum youth wage of a 15-year-old."""
TENURE_YEARS = ((0, 1), (1, 2), (2, 5), (5, 10), (10, 20), (20, 40))


def flexible_share(start: str) -> np.ndarray:
    """(12, 20) share of employees with a flexible contract by age class and sector, shifted to the national total."""
    employees = targets(start).employees.sum(axis=1)
    odds = sources.profile_class("flexible_odds")[:, None] * sources.sector_shape("flexible_relative")[None, :]
    low, high = 1e-3, 1e3
    for _ in range(80):
        middle = np.sqrt(low * high)
        share = odds * middle / (1 + odds * middle)
        low, high = (middle, high) if (share * employees).sum() < 1000 * sources.fact("flexible_employees_k", start) else (low, middle)
    return np.asarray(share)


def second_job_hours() -> np.ndarray:
    """(7,) shares of second jobs over `HOURS`."""
    short, middle = sources.fact("second_job_hours_under_12"), sources.fact("second_job_hours_12_20")
    return np.array([short, middle, 1 - short - middle, 0, 0, 0, 0])


def _hours_by_sector(jobs: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(20, 7) main jobs by sector and hours: all jobs as published for 2022, less second jobs."""
    shares = sources.hours_classes()
    shares = shares / shares.sum(axis=1, keepdims=True)
    full = sources.fact("defence_full_time_share")
    defence = np.array([0.0, 0.01, 0.01, 0.02, 1 - full - 0.04, full])
    in_section = {key: jobs[code] for code, key in enumerate(SECTORS)}
    published = np.array(
        [shares[row] * (in_section[key] + (in_section["DEF"] if key == "O" else 0)) for row, key in enumerate(sources.SECTIONS)]
    )
    six = split_defence(published, defence * in_section["DEF"])
    forty = sources.sector_shape("share_of_40_hours")
    seven = np.column_stack([six[:, :5], six[:, 5] * (1 - forty), six[:, 5] * forty])
    main = np.maximum(seven - second[:, None] * second_job_hours()[None, :], 0.02 * seven)
    return np.asarray(main / main.sum(axis=1, keepdims=True) * (jobs - second)[:, None])


def _tilted(shares: np.ndarray, mean: float) -> np.ndarray:
    """`shares` over `HOURS`, tilted exponentially to a mean."""
    low, high = -1.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        tilted = shares * np.exp(middle * (HOURS - 30.0))
        tilted /= tilted.sum()
        low, high = (middle, high) if (tilted * HOURS).sum() < mean else (low, middle)
    return tilted


@lru_cache(maxsize=2)
def hours_table(start: str) -> np.ndarray:
    """(20, 2, 12, 7) main jobs of employees by sector, sex, age class and contract hours.

    Fitted to hours by sector (CBS 2022), persons by sector, sex and age, and mean hours by age (CBS 2022, paid hours brought to contract
    hours by their ratio over all jobs).
    """
    jobs = targets(start)
    people = np.transpose(jobs.employees, (2, 1, 0))
    by_sector = _hours_by_sector(jobs.employees.sum(axis=(0, 1)) + jobs.second.sum(axis=1), jobs.second.sum(axis=1))
    by_sector *= (people.sum(axis=(1, 2)) / by_sector.sum(axis=1))[:, None]
    paid = sources.jobs_by_age("paid_hours_2022", "2022")
    weight = sources.jobs_by_age("jobs_k", "2022")
    mean = (paid * weight).sum(axis=0) / np.where(paid > 0, weight, 0).sum(axis=0)
    mean = np.append(mean[:10], [mean[10], mean[10]])
    national = by_sector.sum(axis=0) / by_sector.sum()
    heads = people.sum(axis=(0, 1))
    mean *= (national * HOURS).sum() / ((mean * heads).sum() / heads.sum())
    by_age = np.array([_tilted(national, value) for value in np.minimum(mean, 37.0)]) * heads[:, None]
    by_age = fit(by_age, [((0,), heads), ((1,), by_sector.sum(axis=0))])
    women = np.interp(HOURS, [7, 15, 22, 27, 32, 38], sources.profile("hours_women_factor", np.array([7, 15, 22, 27, 32, 38])))
    guess = by_sector[:, None, None, :] * np.array([np.ones(7), women])[None, :, None, :] * (by_age / national)[None, None]
    return fit(guess, [((0, 3), by_sector), ((2, 3), by_age), ((0, 1, 2), people)], tolerance=1e-5)


def wage_levels(start: str) -> np.ndarray:
    """(20, 12) float64 - mean gross hourly wage in euro cents of the start year by sector and age class (whole cents).

    CBS 81431ned: the register year, moved to the start; 2015 has the age profile of 2019, the first published. Cells too small to be
    published take the age profile of all sectors. Defence has the wages of section O.
    """
    year = sources.register_year(start)
    wage, jobs = sources.jobs_by_age("wage_eur", year), sources.jobs_by_age("jobs_k", year)
    hours = sources.jobs_by_age("paid_hours_2022", year)
    sector = sources.by_section("employee_jobs.csv", "wage_eur", year)
    weight = jobs * hours
    national = (wage * weight).sum(axis=0) / np.where(wage > 0, weight, 0).sum(axis=0)
    national /= (national * weight.sum(axis=0)).sum() / weight.sum()
    wage = np.where(wage > 0, wage, sector[:, None] * national[None, :])
    wage *= (sector / ((wage * weight).sum(axis=1) / weight.sum(axis=1)))[:, None]
    wage = np.column_stack([wage[:, :10], wage[:, 10], wage[:, 10]]) * 100 * sources.fact("wage_growth_to_start", start)
    out = split_defence(wage, np.zeros(12))
    out[SECTORS.index("DEF")] = out[SECTORS.index("O")]
    return np.round(out)


def wage_steps() -> np.ndarray:
    """(32,) wage relative to the mean of its sector and age class in thousandths, lognormal, mean 1000."""
    steps = np.exp(sources.fact("wage_spread_log_sd") * normal_quantiles(N_WAGE_STEPS))
    return np.asarray(np.round(steps / steps.mean() * 1000).astype(np.int64))


def give_contracts(people: Columns, start: str, rng: np.random.Generator) -> None:
    """Permanent or flexible for every employee, by age class and sector."""
    rows = np.flatnonzero(people["contract"] == Contract.PERMANENT)
    share = flexible_share(start).T.reshape(240)
    cell = people["sector"][rows].astype(np.int32) * 12 + class_of(people["age"][rows])
    flexible = assign(cell, np.column_stack([1 - share, share]), rng)
    people["contract"][rows[flexible == 1]] = Contract.FLEXIBLE


def give_hours(people: Columns, start: str, rng: np.random.Generator) -> None:
    """Contract hours of the current or last job, by sector, sex and age class (the self-employed like employees: assumption)."""
    people["hours"] = np.zeros(len(people["age"]), np.uint8)
    for rows in _workers_and_others(people):
        cell = (people["sector"][rows].astype(np.int32) * 2 + people["sex"][rows]) * 12 + class_of(people["age"][rows])
        people["hours"][rows] = HOURS[assign(cell, hours_table(start).reshape(480, 7), rng)]


def _workers_and_others(people: Columns) -> list[np.ndarray]:
    """Rows of employees, self-employed, and others who ever worked; separate, so that the margins of employees are exact."""
    self_employed = people["contract"] == Contract.SELF_EMPLOYED
    employee = (people["contract"] != Contract.NONE) & ~self_employed
    other = (people["contract"] == Contract.NONE) & (people["sector"] != NO_SECTOR)
    return [np.flatnonzero(mask) for mask in (employee, self_employed, other)]


def _wage_shares(counts: np.ndarray) -> np.ndarray:
    """(cells, 3, 32) shares of wage steps by education: uniform over each cell, the better educated higher up."""
    position = (np.arange(N_WAGE_STEPS) + 0.5) / N_WAGE_STEPS - 0.5
    tilt = np.exp(2 * sources.fact("wage_education_tilt") * (np.arange(3) - 1)[:, None] * position[None, :])
    table = np.broadcast_to(tilt, (*counts.shape, N_WAGE_STEPS)) * np.maximum(counts, 1e-6)[:, :, None]
    total = np.maximum(counts, 1e-6).sum(axis=1)
    for _ in range(60):
        table = table * (np.maximum(counts, 1e-6) / table.sum(axis=2))[:, :, None]
        table = table * (total[:, None] / N_WAGE_STEPS / table.sum(axis=1))[:, None, :]
    return table


def give_wages(people: Columns, start: str, rng: np.random.Generator) -> None:
    """Gross hourly wage: level of sector and age class times the person's step, in whole cents. Needs `education`."""
    people["wage_cents"] = np.zeros(len(people["age"]), np.int32)
    level, steps = wage_levels(start).astype(np.int64), wage_steps()
    for rows in _workers_and_others(people):
        age, sector = class_of(people["age"][rows]), people["sector"][rows]
        cell = (sector.astype(np.int32) * 12 + age) * 3 + people["education"][rows]
        counts = np.bincount(cell, minlength=N_SECTORS * 36).reshape(240, 3)
        step = assign(cell, _wage_shares(counts.astype(np.float64)).reshape(720, N_WAGE_STEPS), rng)
        people["wage_cents"][rows] = np.maximum(level[sector, age] * steps[step] // 1000, LOWEST_WAGE_CENTS)


def _tenure_shares(counts: np.ndarray) -> np.ndarray:
    """(12, 3, 6) tenure by age class and contract: the profile by age, flexible staff shorter."""
    names = ("under_1", "y1_2", "y2_5", "y5_10", "y10_20", "y20_40")
    by_age = np.column_stack([sources.profile_class("tenure", category=name) for name in names])
    classes = np.arange(6)
    tilt = np.array([np.ones(6), *(sources.profile(f"tenure_{kind}_factor", classes) for kind in ("flexible", "self_employed"))])
    counts = np.maximum(counts, 1e-6)
    guess = by_age[:, None, :] * tilt[None] * counts[:, :, None]
    target = by_age / by_age.sum(axis=1, keepdims=True) * counts.sum(axis=1, keepdims=True)
    return fit(guess, [((0, 2), target), ((0, 1), counts)], tolerance=1e-5)


def give_spells(people: Columns, start: str, rng: np.random.Generator) -> None:
    """Month in which the job and the state began. Employed: both with the job; retired: between 60 and now; never before 15."""
    first = month_index(start)
    n = len(people["age"])
    months_since_15 = first - people["birth_month"].astype(np.int32) - 180
    spell = np.ones(n, np.int32)
    working = np.flatnonzero(people["state"] == State.EMPLOYED)
    cell = class_of(people["age"][working]).astype(np.int32) * 3 + people["contract"][working] - 1
    counts = np.bincount(cell, minlength=36).reshape(12, 3).astype(np.float64)
    tenure = assign(cell, _tenure_shares(counts).reshape(36, 6), rng)
    lower, upper = (np.array(TENURE_YEARS) * 12).T
    spell[working] = lower[tenure] + 1 + rng.integers(0, (upper - lower)[tenure])
    seekers = np.flatnonzero(people["state"] == State.UNEMPLOYED)
    spell[seekers] = _months_unemployed(people["age"][seekers], start, rng)
    idle = np.flatnonzero(people["state"] == State.INACTIVE)
    spell[idle] = 1 + rng.integers(0, np.clip(months_since_15[idle], 1, 120))
    retired = np.flatnonzero(people["state"] == State.RETIRED)
    spell[retired] = 1 + rng.integers(0, np.clip(months_since_15[retired] - 45 * 12, 1, 180))
    spell = np.clip(spell, 1, np.maximum(months_since_15, 1))
    people["state_since"] = (first - spell).astype(np.int16)
    people["job_since"] = np.where(people["state"] == State.EMPLOYED, people["state_since"], NEVER).astype(np.int16)


def long_term_share(counts: np.ndarray, start: str) -> np.ndarray:
    """(12,) share of the unemployed over 12 months by age class: the national share holds.

    `counts` (13,) are unemployed by age class, the last those too young to be long-term unemployed.
    """
    odds = sources.profile_class("long_term_odds")
    national = sources.fact("unemployed_over_12m_share", start)
    low, high = 1e-3, 1e3
    for _ in range(80):
        middle = np.sqrt(low * high)
        share = odds * middle / (1 + odds * middle)
        low, high = (middle, high) if (share * counts[:12]).sum() < national * counts.sum() else (low, middle)
    return np.asarray(share)


def _months_unemployed(age: np.ndarray, start: str, rng: np.random.Generator) -> np.ndarray:
    # nobody under 17 can have looked for work for over a year since 15
    cell = np.where(age < 17, 12, class_of(age))
    long = np.append(long_term_share(np.bincount(cell, minlength=13), start), 0.0)
    months = np.arange(1, 61)
    short_weight = np.where(months <= 12, sources.profile("unemployed_months", months, category="short"), 0.0)
    long_weight = np.where(months > 12, sources.profile("unemployed_months", months, category="long"), 0.0)
    shares = (1 - long)[:, None] * (short_weight / short_weight.sum()) + long[:, None] * (long_weight / long_weight.sum())
    return months[assign(cell, shares, rng)]
