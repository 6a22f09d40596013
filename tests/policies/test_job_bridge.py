"""The bridge helps displaced workers across; what it takes from others is left to the market."""

import numpy as np
import pytest

from sim.codes import NEVER, State
from sim.model import LabourMarket
from sim.phases.applications import STANDARD_AGE

OPEN = (
    "scenarios=job_bridge",
    "policies.job_bridge.start=2023-10",
    "policies.job_bridge.places_per_year=60000",
    "+parameters.labour_demand.closure_per_year=0.08",
)


def test_only_displaced_workers_are_eligible(configure, world):
    model = LabourMarket(configure(*OPEN), world)
    for _ in range(4):
        model.step()
    rows = model.programmes[0].policy.eligible(model)
    people = model.people
    assert rows.size > 0
    assert (people.displaced_since[rows] != NEVER).all()
    assert np.isin(people.state[rows], [State.EMPLOYED, State.UNEMPLOYED]).all()


def test_the_levers_together_give_the_gain_of_the_evidence(configure, world):
    model = LabourMarket(configure(*OPEN), world)
    policy, rules = model.programmes[0].policy, model.phase("matching").rules
    usual = 1 - (1 - policy.usual_reemployment) ** (1 / 12)
    easier = 1 + policy._callback / rules.callback[0, STANDARD_AGE]
    off = ~np.eye(20, dtype=bool)
    nearness = model.phase("matching").nearness[:20][off]
    distance = np.average(model.tables.skill_distance[off], weights=nearness)
    elsewhere, fall = rules.other_sector / 65536, rules.fall / 65536
    nearer = (1 - elsewhere * fall * distance * (1 - policy._relief / 65536)) / (1 - elsewhere * fall * distance)
    reemployed = 1 - (1 - usual * easier * nearer) ** 12
    assert reemployed - policy.usual_reemployment == pytest.approx(policy.net_effect, abs=0.002)


def test_a_stronger_bridge_brings_more_participants_to_work(run):
    def gross(*extra):
        policies = run(*OPEN, *extra).policies
        return policies["gross_outcome"].sum() / policies["gross_count"].sum()

    assert gross("policies.job_bridge.net_effect=0.25") > gross("policies.job_bridge.net_effect=0.0", "policies.job_bridge.skill_relief=0")


def test_people_leave_the_bridge_when_they_are_hired(configure, world):
    model = LabourMarket(configure(*OPEN), world)
    for _ in range(10):
        model.step()
    model.programmes[0]._end()
    on_it = model.programmes[0].participants
    assert on_it.size > 0
    hired = (model.people.state[on_it] == State.EMPLOYED) & (model.people.notice_until[on_it] == NEVER)
    assert not hired.any()
