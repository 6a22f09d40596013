"""Labour demand over time: the national index, and how each sector moves with and against it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl

from sim.codes import SECTOR, month_index
from sim.world import sources
from sim.world.jobs import split_defence

LAST_HISTORY = month_index("2023-09")
"""Last month of observed labour demand; later months are projection."""
FIRST_YEAR, LAST_YEAR = 2010, 2019
"""Years of the regression: those before the pandemic for which the register of jobs is at hand."""
ELASTICITY_RANGE = (0.2, 2.5)


def _benchmarked(indicator: np.ndarray, annual: np.ndarray) -> np.ndarray:
    """Quarterly series with the growth of `indicator` and the yearly means of `annual` (proportional first differences, Denton 1971).

    Parameters
    ----------
    indicator : (4 x years + rest,) - quarters from the first of the first year; the rest beyond the last year follows the indicator.
    """
    quarters, years = len(indicator), len(annual)
    difference = np.diff(np.eye(quarters), axis=0) / indicator[None, :]
    means = np.zeros((years, quarters))
    for year in range(years):
        means[year, 4 * year : 4 * year + 4] = 0.25
    system = np.block([[2 * difference.T @ difference, means.T], [means, np.zeros((years, years))]])
    return np.asarray(np.linalg.solve(system, np.concatenate([np.zeros(quarters), annual]))[:quarters])


@lru_cache(maxsize=1)
def national_jobs() -> tuple[np.ndarray, np.ndarray]:
    """Employee jobs (quarterly means, 2010Q1-2023Q3) and open vacancies (end of quarter), in thousands.

    Jobs have the yearly means of the register (81431ned, to 2022). Within the years and after 2022 they grow like national accounts jobs
    or persons in work of the labour force survey, whichever is published; where neither is, smoothly.
    """
    frame = sources.read(
        "national_quarters.csv", ("quarter", "open_k", "open_sa_k", "jobs_na_sa_k", "employed_lfs_sa_k", "jobs_na_old_sa_k")
    )
    annual = sources.read("employee_jobs.csv").filter(pl.col("sector") == "A-U").sort("year")["jobs_k"].to_numpy()
    n = frame.height
    growth = np.diff(np.log(np.interp(np.arange(n), 4 * np.arange(len(annual)) + 1.5, annual)))
    for column in ("jobs_na_old_sa_k", "employed_lfs_sa_k", "jobs_na_sa_k"):
        level = frame[column].cast(pl.Float64).to_numpy()
        seen = np.diff(np.log(level))
        growth = np.where(np.isnan(seen), growth, seen)
    indicator = annual[0] * np.exp(np.concatenate([[0.0], np.cumsum(growth)]))
    adjusted = frame["open_sa_k"].cast(pl.Float64).to_numpy()
    vacancies = np.where(np.isnan(adjusted), frame["open_k"].cast(pl.Float64).to_numpy(), adjusted)
    return _benchmarked(indicator, annual), vacancies


def national_demand_index(start: int, until: int, growth_per_year: float) -> np.ndarray:
    """(n_months,) labour demand relative to the start month: jobs plus open vacancies, seasonally adjusted, to September 2023; then
    `growth_per_year`, that of the sectors without a driver of their own (`sim.world.drivers`). Quarterly means stand in the middle month
    of their quarter, stocks in the last. Rounded to 1e-6.
    """
    jobs, vacancies = national_jobs()
    quarter = np.arange(len(jobs)) * 3 + month_index(f"{FIRST_YEAR}-01")
    months = np.arange(start, until + 1)
    seen = np.minimum(months, LAST_HISTORY)
    demand = np.interp(seen, quarter + 1, jobs) + np.interp(seen, quarter + 2, vacancies)
    demand = demand * (1.0 + growth_per_year) ** (np.maximum(months - max(LAST_HISTORY, start), 0) / 12.0)
    return np.asarray(np.round(demand / demand[0], 6))


@lru_cache(maxsize=1)
def sector_growth() -> tuple[np.ndarray, np.ndarray]:
    """Trend and cycle of each sector: growth = trend + elasticity x national growth, employee jobs 2010-2019 (81431ned).

    Small sectors have noisy elasticities: a ridge pulls them to 1 (`trend_ridge` in ``facts.csv``); bounds 0.2 and 2.5. Trends
    are bounded too (`trend_bound`). The break in
    section K between 2014 and 2015 (a change of classification) is left out. Defence follows section O: its own counts changed definition.

    Returns
    -------
    trend : (20,) log points per year relative to the nation, mean 0 weighted by jobs of 2019.
    elasticity : (20,) weighted mean 1.
    """
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    level = np.log(np.array([sources.by_section("employee_jobs.csv", "jobs_k", str(year)) for year in years]))
    frame = sources.read("employee_jobs.csv").filter((pl.col("sector") == "A-U") & pl.col("year").is_in(list(years))).sort("year")
    national = np.diff(np.log(frame["jobs_k"].to_numpy()))
    growth = np.diff(level, axis=0)
    use = np.ones(growth.shape, bool)
    use[2015 - FIRST_YEAR - 1, sources.SECTIONS.index("K")] = False
    trend, elasticity = np.zeros(len(sources.SECTIONS)), np.ones(len(sources.SECTIONS))
    ridge, bound = sources.fact("trend_ridge"), sources.fact("trend_bound")
    for s in range(len(sources.SECTIONS)):
        x, y = national[use[:, s]], growth[use[:, s], s]
        centred = x - x.mean()
        elasticity[s] = ((centred * (y - y.mean())).sum() + ridge) / ((centred**2).sum() + ridge)
        elasticity[s] = np.clip(elasticity[s], *ELASTICITY_RANGE)
        trend[s] = np.clip(y.mean() - elasticity[s] * x.mean(), -bound, bound)
    weight = sources.by_section("employee_jobs.csv", "jobs_k", str(LAST_YEAR))
    elasticity /= (weight * elasticity).sum() / weight.sum()
    trend -= (weight * trend).sum() / weight.sum()
    out = [split_defence(values, np.zeros(())) for values in (trend, elasticity)]
    for values in out:
        values[SECTOR["DEF"]] = values[SECTOR["O"]]
    return np.round(out[0], 5), np.round(out[1], 4)
