"""What becomes of people whose employer closes, against themselves in the same run where it stays open: nobody wrote a path in.

One in fifty sites closes in June 2016. Deelen, de Graaf-Zijl and van den Berge (2018) compare Dutch workers of bankrupt firms with twins
who kept their job, 2000-2011: employment one year later -28.2 points at 45-54 (-30.8 to -23.5 by education), -23.0 at 35-44 (-23.9 to
-17.1) (DSP01, DSP02); who is back in another sector earns less than who is back in the own one, after two years by 6.1 % at 45-54 and 3.0 %
at 35-44 (DSP07, DSP08).
"""

import copy
from functools import lru_cache

import numpy as np
import pytest
from country import ages, estimate, model

from sim.codes import NEVER, NOBODY, State

SEEDS = tuple(range(1, 13))
CLOSES, BEFORE, TAKEOVER = 0.02, 18, 6
"""Share of the sites; months before; months until others fill the place."""
LOOK = (6, 12, 24, 36)
"""Months after the closure."""
YOUNGER, OLDER, OLDEST = (35, 44), (45, 54), (55, 60)


@lru_cache(maxsize=16)
def closure(seed):
    """Age of the staff that closing sites had had for a year, and by month after it: at work without and with the closure, and wages."""
    stays = model(seed, until="2019-06")
    stays.run_for(BEFORE)
    closes = copy.deepcopy(stays)
    sites = closes.employers
    shut = (np.random.default_rng(seed).random(len(sites)) < CLOSES) & (sites.closed_until == NEVER)
    sites.closed_until[shut] = closes.month + 1 + TAKEOVER
    people = stays.people
    there = (people.employer != NOBODY) & shut[np.maximum(people.employer, 0)]
    tenure = stays.month - people.job_since.astype(np.int64)
    rows = np.flatnonzero(there & (tenure >= 12) & (people.notice_until == NEVER))
    age, sector = ages(stays)[rows] // 12, people.sector[rows].copy()
    path = {}
    for month in range(1, max(LOOK) + 1):
        stays.step()
        closes.step()
        if month in LOOK:
            works = [run.people.state[rows] == State.EMPLOYED for run in (stays, closes)]
            wages = [run.people.wage_cents[rows].copy() for run in (stays, closes)]
            path[month] = *works, *wages, closes.people.sector[rows] != sector
    return age, path


def gap(months, band):
    """Employment with less employment without the closure, points, `months` after it."""

    def of(seed):
        age, path = closure(seed)
        here = (age >= band[0]) & (age <= band[1])
        stayed, closed = path[months][:2]
        return 100 * (closed[here].mean() - stayed[here].mean())

    return estimate(of(seed) for seed in SEEDS)


def wage_change(months, band, moved):
    """Log points of hourly wage lost by who is back in another (`moved`) or the own sector, against the same people without the closure."""

    def of(seed):
        age, path = closure(seed)
        stayed, closed, before, after, changed = path[months]
        here = (age >= band[0]) & (age <= band[1]) & stayed & closed & (changed == moved)
        return 100 * np.log(after[here] / before[here]).mean()

    return [of(seed) for seed in SEEDS]


def test_the_displaced_lose_work_the_older_more_and_the_loss_shrinks():
    found = {band: [gap(months, band) for months in LOOK] for band in (YOUNGER, OLDER, OLDEST)}
    for band, path in found.items():
        print(f"{band[0]}-{band[1]}: " + ", ".join(f"{months} months {points}" for months, points in zip(LOOK, path, strict=True)))
        assert all(points.high < 0 for points in path)
        assert path[1].mean < path[2].mean < path[3].mean, "after the first year the gap closes"
        assert path[3].mean > 0.8 * path[1].mean
    younger, older, oldest = (found[band][1] for band in (YOUNGER, OLDER, OLDEST))
    assert older.mean < younger.mean
    assert oldest.mean < older.mean - 5, "from 55 on it is far worse"


TOO_LARGE = pytest.mark.xfail(
    strict=True,
    reason="-48.3 points (standard error 0.7) at 45-54, -43.7 (1.3) at 35-44: the fit to 2015-2019 makes job finding fall steeply with age",
)


@pytest.mark.parametrize(
    ("band", "low", "high"),
    [pytest.param(OLDER, -30.8, -23.5, id="DSP01", marks=TOO_LARGE), pytest.param(YOUNGER, -23.9, -17.1, id="DSP02", marks=TOO_LARGE)],
)
def test_the_gap_after_a_year_is_that_of_the_evidence(band, low, high):
    found = gap(12, band)
    print(f"{band}: {found} points, evidence {low} to {high}")
    assert found.high > low
    assert found.low < high


NO_LOSS = pytest.mark.xfail(
    strict=True,
    reason="extra +0.7 % (1.1) at 45-54, +1.4 % (1.1) at 35-44, and who is back earns 3-4 % more: who was offered less is not back",
)


@NO_LOSS
@pytest.mark.parametrize(
    ("band", "low", "high"), [pytest.param(OLDER, -7.4, -4.2, id="DSP07"), pytest.param(YOUNGER, -3.9, -2.2, id="DSP08")]
)
def test_who_is_back_in_another_sector_earns_less_than_who_is_back_in_the_own_one(band, low, high):
    moved, stayed = wage_change(24, band, True), wage_change(24, band, False)
    extra = estimate(np.subtract(moved, stayed))
    print(f"{band}: own sector {estimate(stayed)} %, another {estimate(moved)} %, extra {extra}, evidence {low} to {high}")
    assert extra.high < 0
    assert extra.high > low
    assert extra.low < high
