"""A rise of a sector's wages reaches its staff once, its offers at once, others later, and is paid for."""

import numpy as np
import pytest

from sim.codes import N_SECTORS, NOBODY, SECTOR
from sim.config.errors import UserError
from sim.model import LabourMarket
from sim.phases.wages import offered_wage

CARE, SHOPS = SECTOR["Q"], SECTOR["G"]


def model(configure, world, *, start="2023-12", **settings):
    rule = [f"+policies.pay_rise.{name}={value}" for name, value in {"start": start, "rise": 0.1, **settings}.items()]
    return LabourMarket(configure(*rule), world)


def staff(run, sector):
    return (run.people.sector == sector) & (run.people.employer != NOBODY)


def test_staff_get_the_rise_once_and_this_months_hires_have_it_in_their_offer(configure, world):
    raised, usual = model(configure, world), LabourMarket(configure(), world)
    for month in range(6):
        before = raised.people.wage_cents.copy()
        raised.step()
        usual.step()
        stayed = staff(raised, CARE) & (raised.people.job_since < raised.month) & staff(usual, CARE)
        stayed &= raised.people.job_since == usual.people.job_since
        stayed &= (raised.month - raised.people.job_since) % 12 != 0  # no yearly raise
        wages = raised.people.wage_cents[stayed]
        assert wages == pytest.approx(before[stayed] * (1.1 if month == 2 else 1.0), abs=1)
        if month == 2:
            same = staff(raised, CARE) & (raised.people.job_since == raised.month) & (raised.people.employer == usual.people.employer)
            assert same.any()
            assert raised.people.wage_cents[same] == pytest.approx(1.1 * usual.people.wage_cents[same], rel=2e-3)
    at_work = raised.people.employer != NOBODY
    elsewhere = (
        at_work & ~staff(raised, CARE) & (raised.people.job_since < raised.start) & (raised.people.job_since == usual.people.job_since)
    )
    assert (raised.people.wage_cents[elsewhere] == usual.people.wage_cents[elsewhere]).all()


def test_offers_of_the_sector_are_worth_more_to_everybody(configure, world):
    raised, usual = model(configure, world), LabourMarket(configure(), world)
    raised.run_for(4)
    usual.run_for(4)
    now, then = raised.phase("wages"), usual.phase("wages")
    assert now.entry[CARE] / then.entry[CARE] == pytest.approx(1.1, abs=1e-4)
    assert (np.delete(now.entry, CARE) == np.delete(then.entry, CARE)).all()


def offer(line, old, new, wage, age=5):
    rules = line.portable, line.pass_through, line.penalty
    return offered_wage(line.level, line.exponential, old, new, age, wage, *rules, 0, line.entry[new], 0)


def test_the_rise_is_no_personal_premium_that_others_pay_for(configure, world):
    """Offers elsewhere are the same as without the rise, offers from another employer in care hold it once."""
    raised, usual = model(configure, world), LabourMarket(configure(), world)
    raised.run_for(4)
    usual.run_for(4)
    now, then = raised.phase("wages"), usual.phase("wages")
    wage = int(then.level[CARE, 5]) * 12 // 10
    assert offer(now, CARE, SHOPS, round(wage * 1.1)) == pytest.approx(offer(then, CARE, SHOPS, wage), rel=2e-3)
    assert offer(now, CARE, CARE, round(wage * 1.1)) == pytest.approx(1.1 * offer(then, CARE, CARE, wage), rel=2e-3)
    assert offer(now, SHOPS, CARE, wage) == pytest.approx(1.1 * offer(then, SHOPS, CARE, wage), rel=2e-3)


def test_competitors_follow_later_and_in_part(configure, world):
    run, found = model(configure, world, competitors_follow=0.5, follow_months=3), []
    for _ in range(8):
        run.step()
        found.append(run.levers.sector_wage / 65536)
    found = np.round(found, 4)
    assert found.shape == (8, N_SECTORS)
    assert found[:, CARE].tolist() == [0, 0, *[0.1] * 6]
    assert found[:, SHOPS].tolist() == [0, 0, 0, 0, 0, *[0.05] * 3]
    assert run.phase("wages").paid[SHOPS] > 0


def test_after_the_end_staff_keep_it_and_new_staff_do_not_get_it(configure, world):
    run = model(configure, world, end="2024-02")
    run.run_for(5)
    rows = np.flatnonzero(staff(run, CARE))
    before, costs = run.people.wage_cents.copy(), []
    for _ in range(12):
        run.step()
        costs.append(run.programmes[0].cost)
    stayed = rows[(run.people.job_since[rows] < run.month - 12) & staff(run, CARE)[rows]]
    assert (run.people.wage_cents[stayed] >= before[stayed]).all()
    assert run.phase("wages").entry[CARE] == 65536
    assert 0 < costs[-1] < costs[0], "the bill goes down as those who have it leave"


def test_the_bill_is_what_employees_earn_more(configure, world):
    """Contract hours times what is added to the wage, with contributions: against the wages of the same run, person by person."""
    run = model(configure, world)
    run.run_for(5)
    people, here = run.people, staff(run, CARE)
    a_week = (people.hours[here] * (people.wage_cents[here] / 1.1) * 0.1).sum() / 100
    run.step()
    expected = a_week * 365.25 / 12 / 7 * 1.27 * run.weight
    assert run.programmes[0].cost == pytest.approx(expected, rel=1e-3)
    assert LabourMarket(configure(), world).programmes == []
    assert expected > 100e6, "a tenth of the wages in care is hundreds of millions a month"


def test_without_a_rise_nothing_is_booked(run):
    assert run("+policies.pay_rise.rise=0").policies["cost_eur"].sum() == 0


def test_a_sector_that_does_not_exist_is_refused_with_those_that_do(configure):
    with pytest.raises(UserError, match=r"pay_rise.sector.*is not a sector.*DEF"):
        configure("+policies.pay_rise.sector=care")
