"""The delay that the policy solves on paper (`sim.policies.delay`) against lives in the whole model.

On paper nobody is laid off, comes back to work or falls ill, so lives differ a little.
"""

from functools import lru_cache

import numpy as np
import pytest
from country import estimate

from sim.codes import State
from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.model import LabourMarket
from sim.world import build_world

START, UNTIL = "2023-10", "2035-12"
JOINING = 12
"""Months in which people join; those who join first are followed for twelve years."""
DELAY = 4.0
PLACES = 40_000
"""About 4 % of the employees of 58 and over. Participants do not compete with each other: they are at work already."""


@lru_cache(maxsize=2)
def world(scale):
    return build_world(scale=scale, start=START, until=UNTIL, outlook=Outlook(0.003))


def months_at_work(seed, delay, scale):
    """Joining month -> rows, and their months at work from then to the horizon."""
    policy = f"+policies.senior_networks={{start: {START}, capacity_fill: 1.0, places_per_year: {PLACES}, net_delay_months: {delay}}}"
    settings = [
        f"population.scale={scale}",
        f"population.start={START}",
        f"until={UNTIL}",
        "checks=off",
        "threads=1",
        f"seed={seed}",
        policy,
    ]
    model = LabourMarket(compose(settings), world(scale))
    [programme] = model.programmes
    joined, total = {}, np.zeros(len(model.people), np.int64)
    before = {}
    for month in range(model.until - model.month):
        before[model.month + 1] = total.copy() if month < JOINING else None
        model.step()
        if month < JOINING:
            joined[model.month] = programme.cohorts[model.month][0]
        total += model.people.state == State.EMPLOYED
    return {month: (rows, (total - before[month])[rows]) for month, rows in joined.items()}


def gain(seed, delay, scale):
    """Months per participant, over those who join in the same month with and without help; and how many they are."""
    helped, alone = months_at_work(seed, delay, scale), months_at_work(seed, 0, scale)
    more, persons = 0, 0
    for month, (rows, months) in helped.items():
        same, here, there = np.intersect1d(rows, alone[month][0], return_indices=True)
        more, persons = more + int((months[here] - alone[month][1][there]).sum()), persons + same.size
    return more / persons


@lru_cache(maxsize=1)
def lived(share):
    """Months that participants gain in the whole model."""
    scale, seeds = (0.05, 8) if share == 1 else (0.02, 6)
    found = estimate(gain(seed, DELAY, scale) for seed in range(1, seeds + 1))
    print(f"senior networks: solved for {DELAY:g} months, lived {found} to {UNTIL}")
    return found


@pytest.mark.full_scale
def test_participants_stay_longer_and_no_longer_than_was_solved(share_of_the_country):
    found = lived(share_of_the_country)
    assert found.mean > 3 * found.error
    assert found.low < DELAY


@pytest.mark.full_scale
def test_lives_are_prolonged_by_what_the_lever_was_solved_for(share_of_the_country):
    found = lived(share_of_the_country)
    assert abs(found.mean - DELAY) < 3 * found.error
