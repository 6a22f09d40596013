"""Participants of a generation pact work a fifth less from the month in which they join, once; the books follow."""

import numpy as np

from sim.codes import NOBODY
from sim.model import LabourMarket

WIDE = ("+policies.phased_retirement.start=2023-11", "+policies.phased_retirement.places_per_year=300000")


def test_who_joins_gives_up_a_fifth_of_the_hours_once(configure, world):
    model = LabourMarket(configure(*WIDE), world)
    model.step()
    [programme], people = model.programmes, model.people
    before = people.hours.copy()
    model.step()
    joined = programme.cohorts[model.month][0]
    stayed = joined[(people.employer[joined] != NOBODY) & (people.job_since[joined] != model.month)]
    assert stayed.size > 20
    assert (people.hours[stayed] == np.floor(before[stayed].astype(int) * (65536 - 13107) / 65536 + 0.5)).all()
    after = people.hours[stayed].copy()
    model.step()
    still = (people.employer[stayed] != NOBODY) & (people.job_since[stayed] != model.month)
    assert (people.hours[stayed[still]] == after[still]).all()


def test_the_books_of_hours_balance(configure, world):
    model = LabourMarket(configure(*WIDE), world)
    for _ in range(6):
        model.step()  # checks=month: hours of people, of employers and of the ledger must agree
    model.check()


def test_take_up_rises_with_income_and_the_low_do_not_take_part(configure, world):
    model = LabourMarket(configure(*WIDE), world)
    model.step()
    policy = model.programmes[0].policy
    staff = policy.target(model).rows(model)
    staff = staff[model.people.employer[staff] != NOBODY]
    third, willing = policy.third(model, staff), np.isin(staff, policy.eligible(model))
    shares = [willing[third == k].mean() for k in range(3)]
    assert shares[0] == 0
    assert abs(shares[1] - 0.27) < 0.08
    assert abs(shares[2] - 0.5) < 0.08


def test_no_cut_changes_nothing(run):
    from every import same

    same(run(*WIDE, "+policies.phased_retirement.hours_cut=0"), run())
