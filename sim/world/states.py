"""Labour state of the population at the start, by single age, sex and province.

Levels come from the labour force survey: the national number in work and unemployed, by age where published, by province. Within age
classes, and between men and women, the shape is that of the profiles in ``profiles.csv`` (with their grade). The out-of-work aged 55 and
over are split into inactive and retired by a rule relative to the state pension age: `retired_share`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.codes import EPOCH_YEAR, State, month_index
from sim.world import sources
from sim.world.demography import present_at
from sim.world.fitting import fit

AGES = np.arange(15, 75)


def population_by_age(start: str) -> np.ndarray:
    """(60, 2) float64 - persons by age at the end of the month before the start, and sex."""
    births, people = present_at(month_index(start))
    table = np.zeros((60, 2))
    np.add.at(table, (month_index(start) - 1 - births) // 12 - 15, people)
    return table


def pension_age_months(first: int, last: int) -> np.ndarray:
    """State pension age in months, in force in each month `first` .. `last`.

    Announced to 2031; after that three months a year at most until the 67 years and 9 months that CBS projects for 2035.
    """
    frame = sources.read("pension_age.csv", ("year", "months"))
    known = dict(zip(frame["year"], frame["months"], strict=True))
    last_known = max(known)
    aim = int(sources.fact("pension_age_2035_months"))
    steps = (aim - known[last_known]) // 3
    years = range(EPOCH_YEAR + first // 12, EPOCH_YEAR + last // 12 + 1)
    by_year = {}
    for year in years:
        risen = max(0, steps - max(0, 2035 - year)) if year > last_known else 0
        by_year[year] = known.get(year, known[last_known] + 3 * risen)
    return np.array([by_year[EPOCH_YEAR + month // 12] for month in range(first, last + 1)], dtype=np.int16)


def _shifted(rate: np.ndarray, people: np.ndarray, total: float) -> np.ndarray:
    """`rate` with its log-odds shifted by one constant so that rate x people adds up to `total`."""
    odds = rate / (1.0 - rate)
    low, high = 1e-3, 1e3
    for _ in range(80):
        middle = np.sqrt(low * high)
        shifted = odds * middle / (1.0 + odds * middle)
        low, high = (middle, high) if float((shifted * people).sum()) < total else (low, middle)
    return shifted


def _employed_by_age(start: str, people: np.ndarray) -> np.ndarray:
    """(60,) persons in work; `people` is (60,)."""
    rate = np.clip(sources.profile("employed_rate", AGES, start), 0.005, 0.98)
    if start == "2015-01":
        total = sources.fact("employment_rate", start) * people.sum()
        older = (rate * people)[40:]
    else:
        total = sources.fact("employed_k", start) * 1000
        older = _survey_over_55("employed_k", rate, people)
    young = _shifted(rate[:40], people[:40], total - older.sum()) * people[:40]
    return np.concatenate([young, older])


def _survey_over_55(column: str, rate: np.ndarray, people: np.ndarray) -> np.ndarray:
    """(20,) persons aged 55-74 of the survey of 2023Q3; 70-74 spread with a straight fall to half."""
    frame = sources.read("labour_force_by_age.csv", ("period", "age_from", "age_to", column)).filter(pl.col("period") == "2023Q3")
    values = dict(zip(frame["age_from"], frame[column], strict=True))
    single = np.array([values[age] for age in range(55, 70)]) * 1000.0
    fall = np.linspace(4.0, 2.0, 5) * people[55:]
    return np.concatenate([single, values[70] * 1000.0 * fall / fall.sum()])


def _unemployed_by_age(start: str, employed: np.ndarray) -> np.ndarray:
    """(60,) unemployed persons."""
    rate = sources.profile("unemployment_rate", AGES, start)
    guess = employed * rate / (1.0 - rate)
    if start == "2015-01":
        share = sources.fact("unemployment_rate", start)
        return np.asarray(guess * (employed.sum() * share / (1.0 - share)) / guess.sum())
    older = _survey_over_55("unemployed_k", rate, employed)
    return np.concatenate([guess[:40] * (sources.fact("unemployed_k", start) * 1000 - older.sum()) / guess[:40].sum(), older])


def women_share_of_employed(start: str) -> float:
    """Women among persons in work: employees as in the job register, self-employed as in ``facts.csv``."""
    rows = sources.read("employee_jobs.csv").filter((pl.col("sector") == "A-U") & (pl.col("year") == int(sources.register_year(start))))
    employees = float(rows["female_pct"][0]) / 100.0
    total = (
        sources.fact("employed_k", start) * 1000
        if start == "2023-10"
        else sources.fact("employment_rate", start) * population_by_age(start).sum()
    )
    self_employed = sources.fact("self_employed_k", start) * 1000 / total
    return employees * (1.0 - self_employed) + sources.fact("self_employed_women_share") * self_employed


def _by_sex(employed: np.ndarray, people: np.ndarray, start: str) -> np.ndarray:
    """(60, 2) persons in work: the gap between men and women of 2012 by age, times one factor that gives the share of women now."""
    gaps = sources.read("participation_2012.csv", ("age_from", "male_pct", "female_pct"))
    gap = np.interp(AGES, gaps["age_from"].to_numpy() + 2, (gaps["male_pct"] - gaps["female_pct"]).to_numpy() / 100.0)
    rate = employed / people.sum(axis=1)
    wanted = women_share_of_employed(start) * employed.sum()
    low, high = -1.0, 3.0
    for _ in range(60):
        factor = (low + high) / 2
        men = np.clip(rate + factor * gap * people[:, 1] / people.sum(axis=1), 0.0, 0.985) * people[:, 0]
        women = np.clip(employed - men, 0.0, 0.985 * people[:, 1])
        low, high = (factor, high) if women.sum() > wanted else (low, factor)
    return np.column_stack([employed - women, women])


def retired_share(age_months: np.ndarray, pension_months: int) -> np.ndarray:
    """Share retired among those without work who do not look for it: 0 well before the state pension age, rising to 1 at it.

    A stated rule (assumption): ``(1 - distance / 9 years) ** 2``, never under 55.

    >>> retired_share(np.array([50 * 12, 62 * 12, 67 * 12]), 67 * 12).round(2).tolist()
    [0.0, 0.2, 1.0]
    """
    window = 12.0 * sources.fact("retired_years_before_pension")
    left = np.clip(1.0 - (pension_months - age_months) / window, 0.0, 1.0) ** sources.fact("retired_power")
    return np.asarray(np.where(age_months >= 55 * 12, left, 0.0))


def labour_states(start: str) -> np.ndarray:
    """Persons by age, sex and state EMPLOYED, UNEMPLOYED, out of the labour force.

    Returns
    -------
    (60, 2, 3) float64 - in the country.
    """
    people = population_by_age(start)
    employed = _employed_by_age(start, people.sum(axis=1))
    unemployed = _unemployed_by_age(start, employed)
    table = np.zeros((60, 2, 3))
    table[:, :, State.EMPLOYED] = _by_sex(employed, people, start)
    in_work = table[:, :, State.EMPLOYED]
    table[:, :, State.UNEMPLOYED] = in_work / in_work.sum(axis=1, keepdims=True) * unemployed[:, None]
    table[:, :, 2] = people - table[:, :, :2].sum(axis=2)
    if table.min() < 0:
        raise ValueError("more people in the labour force than in the population at some age")
    return table


def states_by_province(start: str, national: np.ndarray) -> np.ndarray:
    """(12, 3) float64 - persons by province and state, scaled to the `national` totals (3,).

    The survey of 2023Q2; for 2015 the population shares and participation of 2023 with the unemployment of 2016Q1 (earlier figures
    are not at hand for all provinces).
    """
    people = sources.by_province("labour_force_by_province.csv", "population_k")
    employed = sources.by_province("labour_force_by_province.csv", "employed_k")
    unemployed = sources.by_province("labour_force_by_province.csv", "unemployed_k")
    if start == "2015-01":
        unemployed = employed * sources.by_province("labour_force_by_province.csv", "unemployment_rate_2016q1_pct") / 100.0
    shares = np.column_stack([employed / employed.sum() * national[0], unemployed / unemployed.sum() * national[1]])
    rest = people / people.sum() * national.sum() - shares.sum(axis=1)
    return np.column_stack([shares, rest])


def states_table(start: str) -> np.ndarray:
    """(60, 2, 12, 3) float64 - persons by age, sex, province and state: fitted to age x sex x state and province x state."""
    by_age = labour_states(start)
    by_province = states_by_province(start, by_age.sum(axis=(0, 1)))
    guess = by_age[:, :, None, :] * by_province[None, None, :, :]
    return fit(guess, [((0, 1, 3), by_age), ((2, 3), by_province)])
