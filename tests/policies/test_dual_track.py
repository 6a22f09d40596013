"""Qualified employees take a second job in a crucial sector and give up part of its hours in the first; the books follow."""

import numpy as np
import pytest

from sim.codes import NOBODY, SECTOR, SECTOR_GROUPS
from sim.model import LabourMarket

WIDE = ("+policies.dual_track.start=2023-10", "+policies.dual_track.places_per_year=200000", "+policies.dual_track.search_per_month=1")
CRUCIAL = [SECTOR[key] for group, keys in SECTOR_GROUPS.items() if group != "rest" for key in keys]


def after(configure, world, months, *settings):
    model = LabourMarket(configure(*WIDE, *settings), world)
    for _ in range(months):
        model.step()
    return model


def test_only_qualified_employees_outside_the_crucial_sectors_with_one_job_are_eligible(configure, world):
    model = after(configure, world, 2)
    people, rows = model.people, model.programmes[0].policy.eligible(model)
    assert rows.size > 0
    assert (people.employer[rows] != NOBODY).all()
    assert (people.second_employer[rows] == NOBODY).all()
    assert not np.isin(people.sector[rows], CRUCIAL).any()
    assert ((people.qualifications[rows] & np.uint32(sum(1 << s for s in CRUCIAL))) != 0).all()


def test_an_employer_releases_all_of_its_staff_or_none(configure, world):
    model = after(configure, world, 1)
    policy = model.programmes[0].policy
    everybody = type(policy)(**{**policy.model_dump(), "release_share": 1.0})
    could, released = everybody.eligible(model), policy.eligible(model)
    held_back = np.setdiff1d(could, released)
    assert released.size > 0
    assert held_back.size > 0
    assert not np.isin(model.people.employer[held_back], model.people.employer[released]).any()


@pytest.mark.parametrize("given_up", [0.0, 1.0])
def test_second_jobs_are_in_crucial_sectors_and_cost_hours_of_the_main_job(configure, world, given_up):
    model = LabourMarket(configure(*WIDE, f"+policies.dual_track.hours_given_up={given_up}"), world)
    people, changed = model.people, 0
    for _ in range(6):
        hours, employer, second = people.hours.copy(), people.employer.copy(), people.second_employer.copy()
        model.step()  # checks=month: the books of hours must agree
        took = model.programmes[0].participants
        took = took[(second[took] == NOBODY) & (people.second_employer[took] != NOBODY) & (people.employer[took] == employer[took])]
        took = took[people.job_since[took] != model.month]
        if took.size:
            assert np.isin(model.employers.sector[people.second_employer[took]], CRUCIAL).all()
            assert (people.second_hours[took] == 6).all()
            less = hours[took].astype(int) - people.hours[took]
            assert (less == np.minimum(round(6 * given_up), np.maximum(hours[took].astype(int) - 1, 0))).all()
            changed += took.size
    assert changed > 5


def test_nobody_works_more_than_a_full_week_in_two_jobs_because_of_it(configure, world):
    model = after(configure, world, 8, "+policies.dual_track.second_job_hours=16", "+policies.dual_track.hours_given_up=0")
    people, rows = model.people, model.programmes[0].participants
    rows = rows[(people.second_employer[rows] != NOBODY) & (people.job_since[rows] < model.start)]
    assert rows.size > 0
    assert (people.hours[rows].astype(int) + people.second_hours[rows] <= 48).all()


def test_without_hours_nothing_changes(run):
    from every import same

    same(run(*WIDE, "+policies.dual_track.second_job_hours=0"), run())
