"""Advice goes to the threatened and newly unemployed, and its levers follow from the evidence."""

import numpy as np
import pytest

from sim.codes import NEVER, State
from sim.model import LabourMarket
from sim.phases.applications import STANDARD_AGE

WIDE = ("+policies.career_advice.start=2023-10", "+policies.career_advice.places_per_year=100000")


def test_only_people_under_notice_and_newly_unemployed_are_eligible(configure, world):
    model = LabourMarket(configure(*WIDE), world)
    for _ in range(4):
        model.step()
    people, rows = model.people, model.programmes[0].policy.eligible(model)
    works = people.state[rows] == State.EMPLOYED
    assert works.any()
    assert (~works).any()
    assert (people.notice_until[rows[works]] != NEVER).all()
    assert (people.state[rows[~works]] == State.UNEMPLOYED).all()
    assert (model.month - people.state_since[rows[~works]].astype(int) < 6).all()


def test_all_levers_are_the_stated_ones_times_the_strength(configure, world):
    settings = ("+policies.career_advice.strength=1.5", "+policies.career_advice.wage_realism=0.04", "+policies.career_advice.breadth=0.06")
    model = LabourMarket(configure(*WIDE, *settings), world)
    model.step()
    rules = model.phase("matching").rules
    assert model.levers.callback[0] == pytest.approx(0.3 * rules.callback[0, STANDARD_AGE], abs=1)
    assert model.levers.reservation_wage[0] == pytest.approx(-0.06 * rules.reservation[1], abs=1)
    assert model.levers.other_sector_share[0] == pytest.approx(0.09 * 65536, abs=1)


def test_the_strength_follows_from_the_effect(configure, world):
    callback = []
    for effect in (0.01, 0.03, 0.09):
        model = LabourMarket(configure(*WIDE, f"+policies.career_advice.net_effect={effect}"), world)
        model.step()
        callback.append(int(model.levers.callback[0]))
    assert 0 < callback[0] < callback[1] < callback[2]


def test_at_strength_0_nothing_changes(run):
    from every import same

    same(run(*WIDE, "+policies.career_advice.strength=0"), run())


def test_without_an_effect_no_lever_is_set(run):
    from every import same

    same(run(*WIDE, "+policies.career_advice.net_effect=0"), run())


def test_people_leave_when_they_are_hired(configure, world):
    model = LabourMarket(configure(*WIDE), world)
    for _ in range(10):
        model.step()
    [programme] = model.programmes
    programme._end()
    assert programme.participants.size > 0
    assert not programme.policy.has_finished(model, programme.participants).any()
    assert np.isin(programme.participants, np.flatnonzero(model.people.programmes)).all()
