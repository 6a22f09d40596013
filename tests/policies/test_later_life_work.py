"""The course delays exit, hands over hours, gives newcomers a mentor and brings some to work after the pension."""

import numpy as np
import pytest

from sim.codes import NOBODY, State
from sim.model import LabourMarket
from tests.conftest import total

WIDE = ("+policies.later_life_work.start=2023-10", "+policies.later_life_work.places_per_year=300000")
ONLY = tuple(f"+policies.later_life_work.{name}=0" for name in ("hours_handed_over", "mentors", "search_after_pension"))


def test_only_employees_between_the_minimum_and_the_pension_age_are_eligible(configure, world):
    model = LabourMarket(configure(*WIDE), world)
    model.step()
    rows = model.programmes[0].policy.eligible(model)
    age = model.month - model.people.birth_month[rows].astype(int)
    assert (model.people.employer[rows] != NOBODY).all()
    assert (age >= 55 * 12).all()
    assert (age < model.now.pension_age).all()


def test_exit_comes_later_or_earlier_as_the_evidence_says(run):
    def retirements(months):
        return total(run(*WIDE, *ONLY, f"+policies.later_life_work.net_delay_months={months}").panel, "retirements")

    assert retirements(9) < retirements(0) < retirements(-12)


def test_with_everything_at_zero_nothing_changes(run):
    from every import same

    same(run(*WIDE, *ONLY, "+policies.later_life_work.net_delay_months=0"), run())


def test_mentors_lower_the_exits_of_newcomers_of_their_own_sectors_and_never_by_more_than_all(configure, world):
    model = LabourMarket(configure(*WIDE, "+policies.later_life_work.newcomers_per_mentor=20"), world)
    model.step()
    lever, rows = model.levers.sector_newcomer_exit, model.programmes[0].participants
    with_mentors = np.bincount(model.people.sector[rows], minlength=21)[:20] > 0
    assert (lever[with_mentors] < 0).all()
    assert (lever[~with_mentors] == 0).all()
    assert lever.min() >= -round(65536 * 0.15) - 1


def test_participants_stay_in_it_when_they_retire_and_look_for_work(configure, world):
    def at_work_after(chance):
        settings = (*WIDE, *ONLY, f"+policies.later_life_work.search_after_pension={chance}")
        model = LabourMarket(configure(*settings), world)
        retired = np.zeros(len(model.people), bool)
        back = 0
        for _ in range(22):
            model.step()
            rows = model.programmes[0].participants
            retired[rows[model.people.state[rows] == State.RETIRED]] = True
            back = int((retired[rows] & (model.people.state[rows] == State.EMPLOYED)).sum())
        assert retired.any()
        return back

    assert at_work_after(1) > at_work_after(0)


@pytest.mark.parametrize("share", [0.1])
def test_hours_are_handed_over_once(configure, world, share):
    model = LabourMarket(configure(*WIDE, f"+policies.later_life_work.hours_handed_over={share}"), world)
    before = model.people.hours.copy()
    model.step()
    joined = model.programmes[0].cohorts[model.month][0]
    stayed = joined[(model.people.employer[joined] != NOBODY) & (model.people.job_since[joined] != model.month)]
    assert stayed.size > 20
    assert (np.abs(model.people.hours[stayed] - (1 - share) * before[stayed]) <= 0.51).all()
