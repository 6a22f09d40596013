"""What the model reads beside people and employers: arrays by month, age, sector and province, each with shape, unit and source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.codes import SECTOR, month_index
from sim.config.outlook import Outlook
from sim.world import sources
from sim.world.demography import probabilities
from sim.world.drivers import sector_drift
from sim.world.jobs import split_defence
from sim.world.people import targets
from sim.world.skills import skill_distance
from sim.world.states import pension_age_months
from sim.world.trends import national_demand_index, sector_growth
from sim.world.work import HOURS, wage_levels


@dataclass(frozen=True)
class Tables:
    """Arrays given from outside or estimated from the data. Months count from the start month, years from its calendar year.

    Attributes
    ----------
    pension_age_months : (n_months,) int16, months - state pension age in force in the calendar month. Statute; CBS projection after 2031.
    death_probability_per_month : (n_years, 2, 76) float64 - by calendar year, sex and age in whole years. UN WPP 2024.
    emigration_probability_per_month : (n_years, 2, 76) float64 - net emigration of cohorts that shrink by more than their deaths.
        CBS population, projection after 2025.
    national_demand_index : (n_months,) float64, 1 at the start - employee jobs plus open vacancies, seasonally adjusted (CBS), to
        September 2023, then that of the sectors without a driver of their own, by the scenario.
    sector_trend_per_year : (20,) float64, log points per year - relative to the national index. CBS 81431ned, 2010-2019.
    sector_cycle_sensitivity : (20,) float64 - elasticity of a sector's jobs to the national index, mean 1. Same regression.
    sector_drift : (n_months, 20) float64, log points - what the projection adds to trend and cycle, 0 to September 2023: people by age
        drive care and education, a target drives defence; see `sim.world.drivers`.
    wage_level_cents : (20, 12) float64, cents of the start year - mean gross hourly wage by sector and age class 15-19 ... 70-74.
        CBS 81431ned.
    skill_distance : (20, 20) float64 in [0, 1], 0 on the diagonal. Eurostat lfsa_eisn2, see `sim.world.skills`.
    commuting_share : (12, 12) float64 - share of the employees who live in the row's province and work in the column's. Fitted to CBS
        residents in work and jobs, see `sim.world.jobs`.
    sickness_share : (20,) float64 - share of working time lost to sickness. CBS 80072ned.
    hours_per_fte : contract hours a week of one full-time equivalent: such that jobs x hours / this is the labour volume of 2022 (CBS
        81431ned).
    """

    pension_age_months: np.ndarray
    death_probability_per_month: np.ndarray
    emigration_probability_per_month: np.ndarray
    national_demand_index: np.ndarray
    sector_trend_per_year: np.ndarray
    sector_cycle_sensitivity: np.ndarray
    sector_drift: np.ndarray
    wage_level_cents: np.ndarray
    skill_distance: np.ndarray
    commuting_share: np.ndarray
    sickness_share: np.ndarray
    hours_per_fte: float


def cumulative(shares: np.ndarray) -> np.ndarray:
    """Cumulative shares along the last axis, rounded to 1e-9 and ending at exactly 1.

    >>> cumulative(np.array([1.0, 3.0])).tolist()
    [0.25, 1.0]
    """
    total = np.cumsum(shares, axis=-1)
    out = np.round(total / total[..., -1:], 9)
    out[..., -1] = 1.0
    return np.asarray(out)


def sickness_share(start: str) -> np.ndarray:
    """(20,) share of working time lost to sickness: the third quarter of 2022 by section, brought to the yearly level of the start."""
    frame = sources.read("sickness.csv", ("sector", "sickness_pct"))
    values = dict(zip(frame["sector"], frame["sickness_pct"], strict=True))
    section = np.array([values.get(key, values["A-U"]) for key in sources.SECTIONS]) / 100.0
    out = split_defence(section, np.zeros(()))
    out[SECTOR["DEF"]] = out[SECTOR["O"]]
    return np.round(out * sources.fact("sickness_year_over_third_quarter", start), 5)


def hours_per_fte() -> float:
    """Contract hours a week of one full-time equivalent, 2022."""
    rows = sources.read("employee_jobs.csv").filter((pl.col("sector") == "A-U") & (pl.col("year") == 2022))
    classes = sources.hours_classes()
    forty = sources.sector_shape("share_of_40_hours")
    section_forty = np.array([forty[SECTOR[key]] for key in sources.SECTIONS])
    hours = (classes[:, :5] * HOURS[:5]).sum() + (classes[:, 5] * (36 * (1 - section_forty) + 40 * section_forty)).sum()
    return round(float(hours / classes.sum() * rows["jobs_k"][0] / rows["fte_k"][0]), 2)


def build_tables(start: str, until: str, outlook: Outlook) -> Tables:
    """All tables of a run."""
    first, last = month_index(start), month_index(until)
    death, emigration = probabilities(first, last)
    trend, sensitivity = sector_growth()
    index = national_demand_index(first, last, outlook.demand_growth_per_year)
    commuting = targets(start).commuting.sum(axis=2)
    return Tables(
        pension_age_months=pension_age_months(first, last),
        death_probability_per_month=death,
        emigration_probability_per_month=emigration,
        national_demand_index=index,
        sector_trend_per_year=trend,
        sector_cycle_sensitivity=sensitivity,
        sector_drift=sector_drift(index, first, trend, sensitivity, outlook),
        wage_level_cents=wage_levels(start),
        skill_distance=skill_distance(),
        commuting_share=np.diff(cumulative(commuting), axis=1, prepend=0.0),
        sickness_share=sickness_share(start),
        hours_per_fte=hours_per_fte(),
    )
