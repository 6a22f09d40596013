"""Generation pact: hours fall from 60 on, by income; the exit age stays; the young are not hired for it (RET05-RET08).

Rutten, Knoef and van Vuuren (Netspar) compare Dutch municipalities before and after they offered one.
"""

from functools import lru_cache

import numpy as np
import pytest
from country import ages, employees, estimate, model

SEEDS = (1, 2, 3, 4, 5, 6)
OFFERED = "+policies.phased_retirement={start: 2015-01, capacity_fill: 1.0, places_per_year: 20000000}"
UNTIL, MONTHS = "2019-12", 60
WEEKS = 365.25 / 12 / 7
EVIDENCE = {"low": (-50, 180), "middle": (-650, -250), "high": (-1100, -550)}
"""RET08, RET07, RET06: hours worked less between 60 and 64, by income."""


def weekly(run):
    """(n_people,) int64 contract hours of employees."""
    return np.where(employees(run), run.people.hours.astype(np.int64), 0)


@lru_cache(maxsize=8)
def offer(seed):
    """What offering a pact to everybody changes in five years, by name."""
    runs = model(seed, until=UNTIL), model(seed, OFFERED, until=UNTIL)
    policy = runs[1].programmes[0].policy
    age = runs[0].start - runs[0].people.birth_month.astype(np.int64)
    turning = np.flatnonzero((age >= 60 * 12) & (age < 61 * 12) & employees(runs[0]))
    third = policy.third(runs[0], turning)
    hours, exits, young, all_hours, given_up = np.zeros((2, turning.size)), np.zeros((2, 2)), np.zeros((2, 2)), np.zeros(2), 0.0
    for month in range(MONTHS):
        for r, run in enumerate(runs):
            run.step()
            hours[r] += weekly(run)[turning] * WEEKS
            retirement = run.phase("retirement")
            exits[r] += retirement.age_months.sum(), retirement.retirements.sum()
            under_30 = employees(run) & (ages(run) < 30 * 12)
            young[r] += under_30.sum(), (under_30 & (run.people.job_since == run.month)).sum()
            if month >= MONTHS - 24:
                all_hours[r] += weekly(run).sum()
        if month >= MONTHS - 24:
            part = runs[1].programmes[0].participants
            share = policy.hours_cut / (1 - policy.hours_cut)
            given_up += share * weekly(runs[1])[part].sum()
    return {
        **{name: (hours[1] - hours[0])[third == k].mean() for k, name in enumerate(("low", "middle", "high"))},
        "exit age": exits[1, 0] / exits[1, 1] - exits[0, 0] / exits[0, 1],
        "young at work": 100 * (young[1, 0] / young[0, 0] - 1),
        "young hired": 100 * (young[1, 1] / young[0, 1] - 1),
        "refilled": 1 + (all_hours[1] - all_hours[0]) / given_up,
    }


def of(name):
    """Over the seeds."""
    return estimate(offer(seed)[name] for seed in SEEDS)


def test_hours_between_60_and_64_fall_by_income():
    for name, (low, high) in EVIDENCE.items():
        found = of(name)
        print(f"{name} income: {found} hours in five years, evidence {low} to {high}")
        assert low < found.mean < high
    assert of("high").mean < of("middle").mean < of("low").mean


def test_the_exit_age_does_not_move():
    found = of("exit age")
    print(f"exit age {found} months, evidence 0 (-1 to 2)")
    assert abs(found.mean) < 1


def test_part_of_the_hours_given_up_is_filled_by_others():
    found = of("refilled")
    print(f"of the hours given up {100 * found.mean:.0f} % ({100 * found.error:.0f}) refilled, evidence 20 (0-80)")
    assert found.low > 0
    assert found.high < 0.8  # RET43; the pilots promised 1


@pytest.mark.xfail(
    strict=True,
    reason="hired +0.8 % (standard error 0.1), at work +0.3 %: employers want as many hours as before, so what is given up is advertised",
)
def test_no_more_young_people_are_hired_than_without():
    """RET05: no extra hiring of 18-30. Within two standard errors of nothing."""
    hired, working = of("young hired"), of("young at work")
    print(f"under 30: hired {hired} %, at work {working} %")
    assert hired.low < 0 < hired.high
