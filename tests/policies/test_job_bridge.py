"""The bridge lowers fourteen frictions for displaced workers; what it takes from others is left to the market."""

import numpy as np
import pytest

from sim.codes import NEVER, State
from sim.config.errors import UserError
from sim.model import LabourMarket
from sim.phases.applications import STANDARD_AGE
from sim.policies.job_bridge import JobBridge

OPEN = (
    "scenarios=job_bridge",
    "policies.job_bridge.start=2023-10",
    "policies.job_bridge.places_per_year=60000",
    "+parameters.labour_demand.closure_per_year=0.08",
)
WHOLE = (*OPEN, "+policies.job_bridge.strength=1")
FRICTIONS = [name.removeprefix("friction_") for name in JobBridge.model_fields if name.startswith("friction_")]
SIZES = [name.removeprefix("size_") for name in JobBridge.model_fields if name.startswith("size_")]
PERSONAL = (
    "skill_distance_relief", "other_sector_share", "callback", "licence_relief", "course_start", "hiring_score", "course_applications",
    "reservation_wage", "extra_applications", "newcomer_exit",
)  # fmt: skip


def as_it_is(*but):
    """Overrides that leave every friction as it is for everybody, but these."""
    return tuple(f"+policies.job_bridge.friction_{name}=1" for name in FRICTIONS if name not in but)


def levers_of(configure, world, *settings):
    model = LabourMarket(configure(*WHOLE, *settings), world)
    model.step()
    bit = model.programmes[0].bit
    return {name: int(getattr(model.levers, name)[bit]) for name in PERSONAL}


def test_there_are_fourteen_and_each_but_the_first_has_a_size():
    assert len(FRICTIONS) == 14
    assert [*FRICTIONS[1:]] == SIZES


def test_only_displaced_workers_are_eligible(configure, world):
    model = LabourMarket(configure(*OPEN), world)
    for _ in range(4):
        model.step()
    rows = model.programmes[0].policy.eligible(model)
    people = model.people
    assert rows.size > 0
    assert (people.displaced_since[rows] != NEVER).all()
    assert np.isin(people.state[rows], [State.EMPLOYED, State.UNEMPLOYED]).all()


@pytest.mark.parametrize("friction", SIZES)
def test_each_friction_alone_moves_its_own_lever_only(configure, world, friction):
    alone = levers_of(configure, world, *as_it_is(friction))
    assert sum(value != 0 for value in alone.values()) == 1
    assert all(value == 0 for value in levers_of(configure, world, *as_it_is()).values())


@pytest.mark.parametrize("reached", [0.0, 1.0])
def test_late_help_keeps_out_people_under_notice(configure, world, reached):
    model = LabourMarket(configure(*OPEN, f"+policies.job_bridge.friction_late_help={1 - reached}"), world)
    for _ in range(4):
        model.step()
    rows = model.programmes[0].policy.eligible(model)
    assert rows.size > 0
    assert (model.people.state[rows] == State.EMPLOYED).any() == (reached == 1)


def test_the_reliefs_are_proportional_to_the_strength(configure, world):
    model = LabourMarket(configure(*OPEN, "+policies.job_bridge.strength=0.5", "+policies.job_bridge.size_diploma_screening=0.8"), world)
    model.step()
    rules, levers = model.phase("matching").rules, model.levers
    assert levers.callback[0] == pytest.approx(0.4 * rules.callback[0, STANDARD_AGE], abs=1)
    assert levers.reservation_wage[0] < 0
    assert levers.newcomer_exit[0] < 0


def test_a_stronger_bridge_brings_more_participants_to_work(run):
    def gross(strength):
        policies = run(*OPEN, f"+policies.job_bridge.strength={strength}").policies
        return policies["gross_outcome"].sum() / policies["gross_count"].sum()

    assert gross(1.0) > gross(0.0)


def test_people_leave_the_bridge_when_they_have_landed(configure, world):
    at_once = LabourMarket(configure(*WHOLE, "+policies.job_bridge.friction_rough_landing=1"), world)
    guided = LabourMarket(configure(*WHOLE), world)
    for model in (at_once, guided):
        for _ in range(10):
            model.step()
        model.programmes[0]._end()
    on_it = at_once.programmes[0].participants
    assert on_it.size > 0
    assert not ((at_once.people.state[on_it] == State.EMPLOYED) & (at_once.people.notice_until[on_it] == NEVER)).any()
    people, rows = guided.people, guided.programmes[0].participants
    landing = rows[(people.state[rows] == State.EMPLOYED) & (people.notice_until[rows] == NEVER)]
    assert landing.size > 0
    assert (guided.month - people.job_since[landing].astype(int) < 12).all()


def test_income_while_crossing_is_part_of_the_cost():
    bridge = JobBridge(strength=1)
    alone = JobBridge(strength=1, friction_no_income=1)
    assert bridge.cost_eur(10, 0) == 10 * (8000 + 4 * 800)
    assert alone.cost_eur(10, 0) == 10 * 8000


def test_a_strength_above_one_is_refused(configure):
    with pytest.raises(UserError, match=r"policies.job_bridge.*strength"):
        configure(*OPEN, "+policies.job_bridge.strength=1.5")
