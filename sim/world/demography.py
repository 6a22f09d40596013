"""Who is there, who arrives and who leaves: single-age population that follows CBS to 1 January 2025 and the projection after it.

A cohort is the people of one birth year and sex. In calendar year y it loses its dead (UN mortality) and its emigrants, and gains
immigrants, such that on 1 January of y + 1 it has the size of the population table. Net migration is what deaths do not explain: its
negative part becomes a probability to emigrate by current age, and immigrants fill up the rest. Only net migration is simulated, not
the larger gross flows of the same age and year.

Month m in the model ends on the first of month m + 1. Somebody born in month b is ``(m - b) // 12`` years old at the end of m, so ages
at the end of December are those of CBS on 1 January.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from sim.codes import EPOCH_YEAR
from sim.world import sources

N_AGES = 76
"""Ages 0-75 in tables of probabilities; those under 15 are not used."""


def death_probability_per_year(year: int) -> np.ndarray:
    """(2, 76) float64 - probability to die within a year by sex and age, UN WPP 2024, linear in the logarithm between age groups."""
    frame = sources.read("mortality.csv", ("from_year", "age", "male", "female"))
    frame = frame.filter(pl.col("from_year") == max(2010, (year // 5) * 5)).sort("age")
    middle = frame["age"].to_numpy() + 2.5
    rates = np.array([np.exp(np.interp(np.arange(N_AGES) + 0.5, middle, np.log(frame[sex].to_numpy()))) for sex in ("male", "female")])
    return np.round(1.0 - np.exp(-rates), 9)


def monthly(probability: np.ndarray) -> np.ndarray:
    """Probability per month that adds up to `probability` per year; rounded to 1e-9."""
    return np.round(1.0 - (1.0 - probability) ** (1.0 / 12.0), 9)


def cohort_size(year: int, birth_years: np.ndarray) -> np.ndarray:
    """(2, n) float64 - people of these birth years on 1 January of `year` (age ``year - 1 - birth year``)."""
    return sources.population(year)[:, year - 1 - birth_years]


@cache
def _emigration_by_year(year: int) -> np.ndarray:
    # current age a holds cohorts of two birth years: the larger net loss of the two, so that immigrants can fill up to the table
    ages = np.arange(14, 75)
    now, then = sources.population(year), sources.population(year + 1)
    death = death_probability_per_year(year)
    stay = np.sqrt((1.0 - death[:, ages]) * (1.0 - death[:, ages + 1]))
    loss = np.maximum(0.0, 1.0 - then[:, ages + 1] / (now[:, ages] * stay))
    rate = np.zeros((2, N_AGES))
    rate[:, 15:75] = np.maximum(loss[:, 1:], loss[:, :-1])
    rate[:, 75] = rate[:, 74]
    return np.round(rate, 6)


def probabilities(start: int, until: int) -> tuple[np.ndarray, np.ndarray]:
    """Monthly probabilities to die and to emigrate, each (n_years, 2, 76) float64, by calendar year from that of `start`."""
    years = range(EPOCH_YEAR + start // 12, EPOCH_YEAR + until // 12 + 1)
    death = np.array([monthly(death_probability_per_year(year)) for year in years])
    leave = np.array([monthly(_emigration_by_year(year)) for year in years])
    return death, leave


def present_at(start: int) -> tuple[np.ndarray, np.ndarray]:
    """People aged 15-74 at the end of the month before `start`.

    Returns
    -------
    birth_months : (720,) int64 - from the oldest to the youngest month of birth.
    people : (720, 2) float64 - by month of birth and sex; a cohort between two counts is linear in time.
    """
    births = np.arange(start - 900, start - 180)
    years = EPOCH_YEAR + births // 12
    year, month = EPOCH_YEAR + start // 12, start % 12
    size = (1 - month / 12) * cohort_size(year, years)
    if month:
        size = size + month / 12 * cohort_size(year + 1, years)
    return births, size.T / 12.0


def survivors(people: np.ndarray, births: np.ndarray, months: range, death: np.ndarray, leave: np.ndarray, start: int) -> np.ndarray:
    """People left after the deaths and emigration of some months.

    Parameters
    ----------
    people : (n, 2) float64 by month of birth and sex; births : (n,) int.
    death, leave : (n_years, 2, 76) monthly probabilities from the calendar year of `start`.
    """
    left = people.copy()
    for month in months:
        year = month // 12 - start // 12
        age = np.clip((month - births) // 12, 0, 75)
        left *= ((1.0 - death[year]) * (1.0 - leave[year]))[:, age].T
    return left


def expected_entrants(start: int, until: int) -> tuple[np.ndarray, np.ndarray]:
    """Entrants expected in every month of the run.

    Returns
    -------
    birthdays : (n_months, 2) float64 - people who turn 15 in the month.
    immigrants : (n_months, 2, n_births) float64 - by month of entry, sex and month of birth, births counted from ``start - 900``.
    """
    n_births = until - start + 901
    births = np.arange(start - 900, start - 900 + n_births)
    death, leave = probabilities(start, until)
    stock = np.zeros((n_births, 2))
    stock[:720] = present_at(start)[1]
    birthdays = np.zeros((until - start + 1, 2))
    immigrants = np.zeros((until - start + 1, 2, n_births))
    for first in [start, *range((start // 12 + 1) * 12, until + 1, 12)]:
        stock = _one_year(first, start, until, births, stock, death, leave, birthdays, immigrants)
    return birthdays, immigrants


def _one_year(
    first: int,
    start: int,
    until: int,
    births: np.ndarray,
    stock: np.ndarray,
    death: np.ndarray,
    leave: np.ndarray,
    birthdays: np.ndarray,
    immigrants: np.ndarray,
) -> np.ndarray:
    # months first .. December; fills birthdays and immigrants (up to until) and returns the stock at the end of the year
    months = range(first, (first // 12 + 1) * 12)
    year = EPOCH_YEAR + first // 12
    turning = (births >= first - 180) & (births < months[-1] + 1 - 180)
    adults = (births >= months[-1] + 1 - 900) & (births < first - 180)
    target = np.zeros_like(stock)
    wanted = adults | turning
    target[wanted] = cohort_size(year + 1, EPOCH_YEAR + births[wanted] // 12).T / 12.0
    alive = np.ones(stock.shape)
    arriving = np.zeros(stock.shape)
    for month in months:
        age = np.clip((month - births) // 12, 0, 75)
        keep = ((1.0 - death[year - EPOCH_YEAR - start // 12]) * (1.0 - leave[year - EPOCH_YEAR - start // 12]))[:, age].T
        alive *= np.where((births <= month - 180)[:, None], keep, 1.0)
        arriving = (arriving + 1.0) * keep
    stay = np.where(adults[:, None], alive * stock, 0.0)
    per_month = np.where(adults[:, None], np.maximum(0.0, target - stay) / arriving, 0.0)
    enter = np.where(turning[:, None], target / alive, 0.0)
    for month in months:
        if month <= until:
            immigrants[month - start] = per_month.T
            birthdays[month - start] = enter[births == month - 180][0]
    return np.where(adults[:, None], stay + per_month * arriving, np.where(turning[:, None], target, 0.0))
