"""Jobs at the start: three counts of employment that agree in one population.

* Persons in work (labour force survey) = employees + self-employed, by age and sex.
* Employee jobs in the register, less those of people outside the population, = main jobs of employees + second jobs.
* Jobs by province of work = main and second jobs of the people who live there or commute to it.

All tables are for the country, in persons or jobs. Age classes are the 12 five-year classes 15-19 ... 70-74.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.codes import N_PROVINCES, N_SECTORS, PROVINCES, SECTOR, SECTORS
from sim.world import sources
from sim.world.fitting import fit
from sim.world.states import labour_states, population_by_age


@dataclass(frozen=True)
class JobTargets:
    """What the jobs of the population must add up to.

    Attributes
    ----------
    register : (20, 12) employee jobs by sector and age class, brought to the start, people outside the population left out.
    second : (20, 12) of which second jobs.
    employees : (12, 2, 20) employees by age class, sex and sector of the main job.
    self_employed : (12, 2, 20) self-employed by age class, sex and sector.
    work : (20, 12) employee jobs by sector and province of work.
    commuting : (12, 12, 20) employees by province of residence, province of work and sector.
    """

    register: np.ndarray
    second: np.ndarray
    employees: np.ndarray
    self_employed: np.ndarray
    work: np.ndarray
    commuting: np.ndarray


def split_defence(by_section: np.ndarray, defence: np.ndarray) -> np.ndarray:
    """Rows by section (19, ...) to rows by sector (20, ...): defence taken out of O."""
    section = {key: row for row, key in enumerate(sources.SECTIONS)}
    table = np.array([defence if key == "DEF" else by_section[section[key]] for key in SECTORS], dtype=np.float64)
    table[SECTOR["O"]] -= defence
    return table


def defence_jobs(start: str) -> float:
    """Employee jobs in defence: the headcount without reservists (their main job is elsewhere)."""
    return 1000 * sources.fact("headcount_defence_k", start) * (1 - sources.fact("reservist_share_of_defence"))


def _register(start: str) -> np.ndarray:
    """(20, 12) employee jobs of people aged 15-74 by sector and age class, at the start."""
    year = sources.register_year(start)
    published = sources.jobs_by_age("jobs_k", year) * 1000.0
    total = sources.by_section("employee_jobs.csv", "jobs_k", year) * 1000.0
    published *= (total / np.maximum(published.sum(axis=1), 1.0))[:, None]
    heads = [_heads_by_class(sources.population(int(year) + shift).T[15:75]) for shift in (0, 1)]
    growth = _heads_by_class(population_by_age(start)) / ((heads[0] + heads[1]) / 2)
    classes = np.empty((19, 12))
    classes[:, :10] = published[:, :10]
    older = labour_states(start)[:, :, 0].sum(axis=1)
    share = older[50:55].sum() / older[50:60].sum()
    classes[:, 10], classes[:, 11] = published[:, 10] * share, published[:, 10] * (1 - share)
    factor = sources.fact("register_growth_to_start", start) * (1 - sources.fact("jobs_of_non_residents_share"))
    moved = classes * growth
    # every section grows alike: only the age mix follows the population
    moved *= (classes.sum(axis=1) / moved.sum(axis=1))[:, None] * factor
    defence = sources.profile_class("defence_age_weight") * moved[sources.SECTIONS.index("O")]
    return split_defence(moved, defence / defence.sum() * defence_jobs(start))


def _heads_by_class(people: np.ndarray) -> np.ndarray:
    return np.asarray(people.reshape(12, 5, -1).sum(axis=(1, 2)))


def small_job_share() -> np.ndarray:
    """(20,) share of jobs under 20 hours a week by sector, 2022: where second jobs are."""
    classes = sources.hours_classes()
    share = classes[:, :2].sum(axis=1) / classes.sum(axis=1)
    out = split_defence(share, np.zeros(()))
    out[SECTOR["DEF"]] = 0.02
    return out


def _second(start: str, register: np.ndarray, employed: np.ndarray) -> np.ndarray:
    """(20, 12) second jobs: persons with one by age (of the employed), spread over sectors like small jobs."""
    by_age = sources.profile_class("second_job_share") * employed
    by_age *= sources.fact("second_job_share", start) * employed.sum() / by_age.sum()
    guess = register * small_job_share()[:, None]
    return guess / guess.sum(axis=0) * by_age


def _self_employed_by_class(start: str, employed: np.ndarray, main_jobs: np.ndarray) -> np.ndarray:
    """(12,) self-employed: what persons in work and register jobs leave, held within a factor of 2 of the profile by age."""
    odds = sources.profile_class("self_employed_odds")
    total = sources.fact("self_employed_k", start) * 1000
    prior = employed * odds / (1 + odds)
    prior *= total / prior.sum()
    rest = np.clip(employed - main_jobs, prior * 0.5, prior * 2.0)
    rest = np.minimum(rest, 0.9 * employed)
    return rest * total / rest.sum()


def job_targets(start: str) -> JobTargets:
    """All tables of jobs for a start."""
    states = labour_states(start)[:, :, 0]
    employed = states.reshape(12, 5, 2).sum(axis=1)
    register = _register(start)
    second = _second(start, register, employed.sum(axis=1))
    main = register - second
    self_by_class = _self_employed_by_class(start, employed.sum(axis=1), main.sum(axis=0))
    self_by_sex = _self_employed_by_sex(self_by_class, employed)
    employees = _employees(start, main, employed - self_by_sex)
    rest = np.maximum(register.sum(axis=1) - employees.sum(axis=(0, 1)), 0.0)
    second *= rest[:, None] / np.maximum(second.sum(axis=1, keepdims=True), 1e-9)
    self_employed = _self_employed(start, self_by_sex)
    work = jobs_by_sector_and_province(start, register.sum(axis=1))
    commuting = commuting_table(start, employees.sum(axis=(0, 1)), work)
    return JobTargets(register, second, employees, self_employed, work, commuting)


def _self_employed_by_sex(by_class: np.ndarray, employed: np.ndarray) -> np.ndarray:
    women = sources.fact("self_employed_women_share")
    guess = by_class[:, None] * employed / employed.sum(axis=1, keepdims=True)
    totals = by_class.sum() * np.array([1 - women, women])
    return fit(guess, [((0,), by_class), ((1,), totals)])


def _women_share(start: str) -> np.ndarray:
    """(20,) women among employee jobs by sector."""
    year = sources.register_year(start)
    jobs = sources.by_section("employee_jobs.csv", "jobs_k", year)
    women = jobs * sources.by_section("employee_jobs.csv", "female_pct", year) / 100.0
    defence = defence_jobs(start) / 1000.0
    total, female = split_defence(jobs, np.array(defence)), split_defence(women, np.array(defence * sources.fact("defence_women_share")))
    return np.asarray(female / total)


def _employees(start: str, main: np.ndarray, by_age_sex: np.ndarray) -> np.ndarray:
    """(12, 2, 20) employees: main jobs by sector (exact) and by sector x age (as near as age x sex of persons allows), women by sector."""
    sectors = main.sum(axis=1) * by_age_sex.sum() / main.sum()
    women = _women_share(start)
    by_sex = np.column_stack([1 - women, women]) * sectors[:, None]
    by_sex = fit(by_sex, [((0,), sectors), ((1,), by_age_sex.sum(axis=0))])
    guess = main.T[:, None, :] * by_sex.T[None, :, :]
    by_class = fit(main, [((0,), sectors), ((1,), by_age_sex.sum(axis=1))])
    return fit(guess, [((0, 1), by_age_sex), ((1, 2), by_sex.T), ((0, 2), by_class.T)], tolerance=1e-7)


def _self_employed(start: str, by_age_sex: np.ndarray) -> np.ndarray:
    """(12, 2, 20) self-employed by age class, sex and sector."""
    sectors = sources.sector_shape("self_employed_prior_k")
    sectors = sectors / sectors.sum() * by_age_sex.sum()
    women = _women_share(start)
    guess = by_age_sex[:, :, None] * np.array([1 - women, women])[None] * sectors[None, None, :]
    return fit(guess, [((0, 1), by_age_sex), ((2,), sectors)])


def jobs_by_sector_and_province(start: str, sectors: np.ndarray) -> np.ndarray:
    """(20, 12) employee jobs by sector and province of work.

    The register's jobs by group of sections and province; within a group spread like open vacancies where these are published by
    section, and defence like its main sites.
    """
    groups = sources.jobs_by_province("jobs_2014_k" if start == "2015-01" else "jobs_2022_k") * 1000.0
    vacancies = sources.read("vacancies_by_province.csv").filter(pl.col("year") == (2014 if start == "2015-01" else 2023))
    rows = {row["province"]: row for row in vacancies.iter_rows(named=True)}
    table = np.zeros((N_SECTORS, N_PROVINCES))
    for g, members in enumerate(sources.A10_GROUPS.values()):
        codes = [SECTOR[key] for key in members]
        guess = np.outer(sectors[codes], groups[g] / groups[g].sum())
        for row, key in enumerate(members):
            if key == "DEF":
                guess[row] = sectors[SECTOR[key]] * sources.by_province("provinces.csv", "defence_share")
            elif len(members) > 1 and key in vacancies.columns:
                open_by_province = np.array([rows[name][key] for name in PROVINCES], dtype=float)
                guess[row] = sectors[SECTOR[key]] * open_by_province / open_by_province.sum()
        margins = [((0,), sectors[codes]), ((1,), groups[g] / groups[g].sum() * sectors[codes].sum())]
        table[codes] = fit(guess, margins)
    return table


def distance_km() -> np.ndarray:
    """(12, 12) distance between the centres of population of provinces."""
    lon, lat = sources.by_province("provinces.csv", "longitude"), sources.by_province("provinces.csv", "latitude")
    east = (lon[:, None] - lon[None, :]) * 68.3
    north = (lat[:, None] - lat[None, :]) * 111.2
    return np.asarray(np.hypot(east, north))


def commuting_table(start: str, sectors: np.ndarray, work: np.ndarray) -> np.ndarray:
    """(12, 12, 20) employees by province of residence, of work, and sector; decays with distance, fitted to both ends."""
    residents = _employees_by_home(start, float(sectors.sum()))
    places = work / work.sum(axis=1, keepdims=True) * sectors[:, None]
    decay = np.exp(-distance_km() / sources.fact("commuting_decay_km"))
    guess = residents[:, None, None] * decay[:, :, None] * places.T[None, :, :]
    return fit(guess, [((0,), residents), ((1, 2), places.T)], tolerance=1e-8)


def _employees_by_home(start: str, total: float) -> np.ndarray:
    employed = sources.by_province("labour_force_by_province.csv", "employed_k")
    return np.asarray(employed / employed.sum() * total)
