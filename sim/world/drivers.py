"""What moves the demand of each sector after September 2023: people for care and education, a target for defence, trends for the rest.

Care (Q): people weighted by the care they use at their age. Education (P): people of 4-24 weighted by the cost of their education; births
reach it after four years. Weights in ``nl/demand_by_age.csv``, people in ``nl/population.csv`` and ``nl/population_77_and_over.csv``. Both
are multiplied by the growth of use at a given age (`Outlook`). Spending stands in for staff: hospitals buy more goods per employee than
nursing homes, so the weights of the oldest are rather too low than too high. Day care, a part of section Q, is not weighted apart.
Defence (DEF): growth of its positions. All other sectors: trend and elasticity of 2010-2019, moved together until they grow, weighted
by jobs, by the `demand_growth_per_year` of the scenario. So the growth of the nation is a result: that of the rest and what the three
drivers add. Nothing here is fitted to anything observed after September 2023, and nothing changes a month before October 2023.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from sim.codes import N_SECTORS, SECTOR, month_index
from sim.config.errors import UserError
from sim.config.outlook import Outlook
from sim.world import sources
from sim.world.jobs import split_defence
from sim.world.trends import LAST_HISTORY, LAST_YEAR

OLDEST = 100
"""Last single age of the population, with all above it."""
FIRST_YEAR = 2023
"""First 1 January for which all ages are at hand."""
BY_AGE = ("Q", "P")
"""Sectors whose demand follows the number of people by age."""
DRIVEN = (*BY_AGE, "DEF")
"""Sectors with a driver of their own."""


@cache
def people_by_age(year: int) -> np.ndarray:
    """(101,) float64 - persons on 1 January by single age 0-99 and 100 and over, 2023-2036; UserError when a year is not there."""
    older = sources.read("population_77_and_over.csv", ("year", "age", "persons")).filter(pl.col("year") == year).sort("age")
    if older["age"].to_list() != list(range(77, OLDEST + 1)):
        raise UserError(f"population_77_and_over.csv has no complete year {year}")
    return np.concatenate([sources.population(year).sum(axis=0), older["persons"].to_numpy().astype(np.float64)])


def weights(sector: str) -> np.ndarray:
    """(101,) float64 - demand per head by age, relative to the first class that has any; steps of ``demand_by_age.csv``."""
    frame = sources.read("demand_by_age.csv", ("sector", "age_from", "weight", "grade", "source"))
    rows = frame.filter(pl.col("sector") == sector).sort("age_from")
    position = np.searchsorted(rows["age_from"].to_numpy(), np.arange(OLDEST + 1), side="right") - 1
    return rows["weight"].to_numpy()[position].astype(np.float64)


def heads(sector: str, months: np.ndarray) -> np.ndarray:
    """(n,) float64 - weighted number of people at the beginning of months from 2023-01 on, linear between the first of January."""
    weight = weights(sector)
    years = np.arange(FIRST_YEAR, max(int(months.max()) // 12 + 1900 + 1, FIRST_YEAR + 1) + 1)
    at = [float(weight @ people_by_age(int(year))) for year in years]
    return np.interp(months, (years - 1900) * 12, at)


def rest_growth(trend: np.ndarray, elasticity: np.ndarray, growth_per_year: float) -> np.ndarray:
    """(20,) log points a year: trend and elasticity, moved by one number until the sectors without driver grow as told (weight: jobs)."""
    jobs = split_defence(sources.by_section("employee_jobs.csv", "jobs_k", str(LAST_YEAR)), np.zeros(()))
    jobs[[SECTOR[key] for key in DRIVEN]] = 0.0
    own = trend + elasticity * np.log1p(growth_per_year)
    return np.asarray(own + np.log1p(growth_per_year) - (jobs * own).sum() / jobs.sum())


def sector_drift(index: np.ndarray, start: int, trend: np.ndarray, elasticity: np.ndarray, outlook: Outlook) -> np.ndarray:
    """What the projection adds to ``trend x years + elasticity x log(index)``.

    Parameters
    ----------
    index : (n_months,) national demand from month `start` on. trend, elasticity : (20,) of `sim.world.trends.sector_growth`.

    Returns
    -------
    (n_months, 20) float64, log points; exactly 0 to September 2023, and in the first month of a start after it.
    """
    months = start + np.arange(len(index))
    base = max(LAST_HISTORY, start)
    usual = trend * ((months - start) / 12)[:, None] + elasticity * np.log(index)[:, None]
    later = months > base
    drift = np.zeros((len(months), N_SECTORS))
    if not later.any():
        return drift
    years = (months[later] - base) / 12
    wanted = rest_growth(trend, elasticity, outlook.demand_growth_per_year) * years[:, None]
    for sector, use in zip(BY_AGE, (outlook.care_use_per_year, outlook.education_use_per_year), strict=True):
        people = heads(sector, np.append(base, months[later]))
        wanted[:, SECTOR[sector]] = np.log(people[1:] / people[0]) + np.log1p(use) * years
    growing = np.clip(np.minimum(months[later], month_index(outlook.defence_growth_until)) - base, 0, None) / 12
    wanted[:, SECTOR["DEF"]] = np.log1p(outlook.defence_growth_per_year) * growing
    drift[later] = np.round(usual[base - start] + wanted - usual[later], 6)
    return drift
