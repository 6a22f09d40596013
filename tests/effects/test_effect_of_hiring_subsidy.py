"""A subsidy for hiring people of 56 and over brings about no extra employment: the negative control (ALM22: 0, -0.5 to 1 point)."""

from functools import lru_cache

import numpy as np
import pytest
from country import ages, estimate, model

from sim.codes import State

SEEDS = (1, 2, 3, 4, 5, 6)
EVERYBODY = "+policies.hiring_subsidy={start: 2016-01, capacity_fill: 1.0, places_per_year: 5000000}"
UNTIL, MONTHS, START, LATER = "2017-12", 36, 12, 12


@lru_cache(maxsize=8)
def difference(seed):
    """Points by which the first participants are more often in work after a year; employment from 55, under 55, of all, %, last year.

    The first participants are all who could be hired with a subsidy in its first month, in both runs the same people.
    """
    runs = model(seed, until=UNTIL), model(seed, EVERYBODY, until=UNTIL)
    [programme] = runs[1].programmes
    first, head, stocks = np.empty(0, int), 0.0, np.zeros((2, 3))
    for month in range(MONTHS):
        works = []
        for r, run in enumerate(runs):
            run.step()
            works.append(run.people.state == State.EMPLOYED)
            older = works[r] & (ages(run) >= 55 * 12)
            if month >= MONTHS - 12:
                stocks[r] += older.sum(), works[r].sum() - older.sum(), works[r].sum()
        if month == START:
            [(first, _)] = programme.cohorts.values()
        if month == START + LATER:
            head = 100 * (works[1][first].mean() - works[0][first].mean())
    return head, *(100 * (stocks[1] / stocks[0] - 1))


def test_what_the_older_gain_the_younger_lose_in_part():
    head, older, younger, everybody = (estimate(values) for values in zip(*map(difference, SEEDS), strict=True))
    print(f"per head {head} points; employment from 55 {older} %, under 55 {younger} %, everybody {everybody} %")
    assert older.low > 0, "the lever works"
    assert younger.mean < 2 * younger.error, "the others do not gain from it"
    assert everybody.mean < older.mean / 4, "and the country hardly does"


@pytest.mark.xfail(
    strict=True,
    reason="+3.2 points (standard error 0.3): several applicants pass the screening for an opening, so any weight in the ranking counts",
)
def test_the_effect_on_participants_is_about_zero():
    head = estimate(difference(seed)[0] for seed in SEEDS)
    print(f"per head {head} points, evidence 0 (-0.5 to 1)")
    assert -0.5 < head.mean < 1
