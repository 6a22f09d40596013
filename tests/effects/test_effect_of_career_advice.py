"""Advice helps when few get it and does about nothing when all do; a look forced wider lowers job finding. Trials: ALM09-ALM12.

When few take part, participants are compared with themselves in the same run without the programme. When all do, the two runs part ways for
everybody, so those who become unemployed in the one are compared with those who become unemployed in the other.
"""

from functools import lru_cache

import numpy as np
import pytest
from country import at_work, estimate, model

from sim.codes import State
from sim.evidence.parameters import load_parameters

SEEDS = tuple(range(1, 9))
FEW, ALL = 100_000, 20_000_000
"""Places per year; about 730,000 people a year become unemployed or get notice."""
UNTIL, START, LATER, MONTHS = "2018-12", 12, 12, 48
SETTLED = slice(24, 36)
"""Months, from the second year with advice for all on, in which people become unemployed."""


def with_advice(seed, places):
    """A model with places in advice from 2016 on."""
    return model(seed, f"+policies.career_advice={{start: 2016-01, capacity_fill: 1.0, places_per_year: {places}}}", until=UNTIL)


def lived(run):
    """Month by month, (n_months, n_people): labour states, and whether in work and not under notice."""
    states, works = [], []
    for _ in range(MONTHS):
        run.step()
        states.append(run.people.state.copy())
        works.append(at_work(run))
    return np.array(states), np.array(works)


@lru_cache(maxsize=16)
def without(seed):
    """The run without advice."""
    return lived(model(seed, until=UNTIL))


def per_head(seed, levers=None):
    """Points by which the few are more often in work a year after they joined; levers: instead of the solved ones.

    Those only who were out of work, or under notice, in both runs before they joined: a handful has parted ways by then.
    """
    run, (_, base) = with_advice(seed, FEW), without(seed)
    [advice] = run.programmes
    if levers is not None:
        advice.policy._callback, advice.policy._claim, advice.policy._breadth = levers
    joined, more, persons = {}, 0, 0
    for month in range(START + 2 * LATER):
        run.step()
        if run.month in advice.cohorts:
            rows = advice.cohorts[run.month][0]
            joined[month] = rows[~base[month - 1][rows]]
        rows = joined.get(month - LATER, np.empty(0, int))
        more += int(at_work(run)[rows].sum()) - int(base[month][rows].sum())
        persons += rows.size
    return 100 * more / persons


def finding(states):
    """Per cent in work a year after they became unemployed from work."""
    found = np.zeros(2)
    for month in range(SETTLED.start, SETTLED.stop):
        new = np.flatnonzero((states[month - 1] == State.EMPLOYED) & (states[month] == State.UNEMPLOYED))
        found += (states[month + LATER][new] == State.EMPLOYED).sum(), new.size
    return 100 * found[0] / found[1]


@lru_cache(maxsize=1)
def few():
    """Effect on the few, points."""
    return estimate(per_head(seed) for seed in SEEDS)


@lru_cache(maxsize=1)
def everybody():
    """Effect for all, points; and per cent of job finding."""
    pairs = [(finding(lived(with_advice(seed, ALL))[0]), finding(without(seed)[0])) for seed in SEEDS]
    return estimate(after - before for after, before in pairs), estimate(100 * (after / before - 1) for after, before in pairs)


def test_advice_helps_the_few_as_much_as_the_evidence_says():
    evidence = load_parameters()["policies.career_advice.net_effect"]
    print(f"few: {few()} points, evidence {100 * evidence.central:.0f} ({100 * evidence.low:.0f}-{100 * evidence.high:.0f})")
    assert few().mean > 3 * few().error
    assert abs(few().mean - 100 * evidence.central) < 2.5 * few().error, "the response of the lever has changed: solve it again"


def test_what_all_get_is_less_than_what_few_get():
    points, relative = everybody()
    print(f"all: {points} points, {relative} % of job finding; few: {few()} points")
    assert few().mean - points.mean > 2 * np.hypot(few().error, points.error)


@pytest.mark.xfail(
    strict=True,
    reason="+2.2 points (standard error 0.3), 3.5 % of job finding: employers see a fixed share of their applicants, however many they are",
)
def test_advice_for_all_does_about_nothing():
    """ALM11: 0 (-2 to 3) per cent; the interval must lie within."""
    _, relative = everybody()
    print(f"all: {relative} % of job finding")
    assert relative.low > -2
    assert relative.high < 3


def test_a_look_forced_wider_lowers_job_finding():
    """ALM09: -3 % (-10 to 0) of job finding. Here 10 % more of the applications go outside the own sector, and nothing else changes."""
    found = estimate(per_head(seed, (0, 0, 6554)) for seed in SEEDS)
    usual = np.mean([finding(without(seed)[0]) for seed in SEEDS])
    print(f"forced breadth: {found} points, {100 * found.mean / usual:+.1f} % of job finding")
    assert found.high < 0
    assert -10 < 100 * found.mean / usual < 0
