"""Advice helps when few get it and does about nothing when all do; a look forced wider lowers job finding. Trials: ALM09-ALM12.

What participants gain is what those who join have more, twelve months later, than those who join in the same run without help (the lot is
the same, so they are mostly the same people). What it does to the unemployed as a whole is seen in those who become unemployed, with and
without advice for all; many of them took part in an earlier spell, and advice is given once.
"""

from functools import lru_cache

import numpy as np
import pytest
from country import estimate, model

from sim.calibration.policies.pilot import lived as joined
from sim.codes import State
from sim.evidence.curves import load_curves
from sim.evidence.parameters import load_parameters

SEEDS = tuple(range(1, 9))
FEW, ALL = 100_000, 20_000_000
"""Places per year, for about 925,000 people a year: one in nine (the few of ALM10 are less than a half), and everybody."""
UNTIL, LATER, MONTHS = "2018-12", 12, 48
SETTLED = slice(24, 36)
"""Months, from the second year with advice for all on, in which people become unemployed."""


def with_advice(seed, places, strength=None):
    """A model with places in advice from 2016 on; strength: instead of the solved one."""
    more = "" if strength is None else f", strength: {strength}"
    return model(seed, f"+policies.career_advice={{start: 2016-01, capacity_fill: 1.0, places_per_year: {places}{more}}}", until=UNTIL)


def lived(run):
    """(n_months, n_people) labour states, month by month."""
    states = []
    for _ in range(MONTHS):
        run.step()
        states.append(run.people.state.copy())
    return np.array(states)


@lru_cache(maxsize=16)
def without(seed):
    """The run without advice."""
    return lived(model(seed, until=UNTIL))


def success(run):
    """Share of those who joined that is in work a year after, people who joined in the last year left out."""
    cohorts = joined(run).values()
    return sum(at_work.sum() for _, at_work in cohorts) / sum(rows.size for rows, _ in cohorts)


@lru_cache(maxsize=32)
def usual(seed, places):
    """The same share with advice that does nothing."""
    return success(with_advice(seed, places, strength=0))


def per_head(seed, places, levers=None):
    """Points by which participants are more often in work a year after they joined; levers: instead of the solved ones."""
    run = with_advice(seed, places)
    if levers is not None:
        [advice] = run.programmes
        advice.policy._callback, advice.policy._claim, advice.policy._breadth = levers
    return 100 * (success(run) - usual(seed, places))


def finding(states):
    """Per cent in work a year after they became unemployed from work; states as `lived` gives them."""
    found = np.zeros(2)
    for month in range(SETTLED.start, SETTLED.stop):
        new = np.flatnonzero((states[month - 1] == State.EMPLOYED) & (states[month] == State.UNEMPLOYED))
        found += (states[month + LATER][new] == State.EMPLOYED).sum(), new.size
    return 100 * found[0] / found[1]


@lru_cache(maxsize=2)
def participants(places):
    """Effect on those who take part, points."""
    return estimate(per_head(seed, places) for seed in SEEDS)


@lru_cache(maxsize=1)
def everybody():
    """Effect of advice for all on those who become unemployed, points; and per cent of job finding."""
    pairs = [(finding(lived(with_advice(seed, ALL))), finding(without(seed))) for seed in SEEDS]
    return estimate(after - before for after, before in pairs), estimate(100 * (after / before - 1) for after, before in pairs)


def test_advice_helps_the_few_as_much_as_the_evidence_says():
    few, evidence = participants(FEW), load_parameters()["policies.career_advice.net_effect"]
    print(f"few: {few} points, evidence {100 * evidence.central:.0f} ({100 * evidence.low:.0f}-{100 * evidence.high:.0f})")
    assert few.mean > 3 * few.error
    assert 100 * evidence.low < few.mean < 100 * evidence.high
    solved = 100 * min(point.standard_error for point in load_curves()["career_advice"].points)
    assert abs(few.mean - 100 * evidence.central) < 3 * np.hypot(few.error, solved), "sim calibrate --policies career_advice --save"


@pytest.mark.xfail(
    strict=True,
    reason="+2.4 points (standard error 0.1) against +3.1 (0.3): employers see a fixed share of their applicants, however many they are",
)
def test_what_all_gain_per_head_is_at_most_half_of_what_few_gain():
    """ALM10 against ALM11: 8 per cent for the few, nothing for all."""
    few, everyone = participants(FEW), participants(ALL)
    print(f"per participant, few: {few} points; all: {everyone} points")
    assert everyone.mean < few.mean / 2


@pytest.mark.xfail(
    strict=True,
    reason="+1.9 points (standard error 0.1), 3.2 % of job finding: employers see a fixed share of their applicants, however many they are",
)
def test_advice_for_all_does_about_nothing():
    """ALM11: 0 (-2 to 3) per cent; the interval must lie within."""
    points, relative = everybody()
    print(f"newly unemployed, advice for all: {points} points, {relative} % of job finding")
    assert relative.low > -2
    assert relative.high < 3


def test_a_look_forced_wider_lowers_job_finding():
    """ALM09: -3 % (-10 to 0) of job finding. Here 10 % more of the applications go outside the own sector, and nothing else changes."""
    found = estimate(per_head(seed, FEW, (0, 0, 6554)) for seed in SEEDS)
    relative = found.mean / np.mean([usual(seed, FEW) for seed in SEEDS])
    print(f"forced breadth: {found} points, {relative:+.1f} % of job finding")
    assert found.high < 0
    assert -10 < relative < 0
