"""Part-timers of one sector extend their contract, where the employer misses hours; only extra work counts."""

import numpy as np
import pytest

from sim.codes import NOBODY, SECTOR
from sim.config.errors import UserError
from sim.model import LabourMarket

WIDE = (
    "+policies.more_hours.start=2023-11",
    "+policies.more_hours.staff_per_year=4000000",
    "+policies.more_hours.extend_share=0.4",
)


def test_part_timers_of_the_sector_at_employers_that_miss_hours_are_eligible(configure, world):
    model = LabourMarket(configure(*WIDE), world)
    model.step()
    people, employers, rows = model.people, model.employers, model.programmes[0].policy.eligible(model)
    assert rows.size > 10
    assert (people.sector[rows] == SECTOR["Q"]).all()
    assert (people.hours[rows] + 4.5 <= 36).all()
    at = people.employer[rows]
    assert (at != NOBODY).all()
    assert (employers.desired_hours[at] > employers.filled_hours[at]).all()


def test_contracts_grow_by_the_hours_that_are_extra_on_average(configure, world):
    model = LabourMarket(configure(*WIDE), world)
    model.step()
    people = model.people
    before = people.hours.copy()
    model.step()
    joined = model.programmes[0].cohorts[model.month][0]
    stayed = joined[(people.employer[joined] != NOBODY) & (people.job_since[joined] != model.month)]
    more = people.hours[stayed].astype(int) - before[stayed]
    assert stayed.size > 30
    assert set(more.tolist()) == {2, 3}
    assert abs(more.mean() - 2.7) < 4 * np.sqrt(0.7 * 0.3 / stayed.size)
    model.check()


@pytest.mark.parametrize("nothing", ["extend_share=0", "extra_share=0", "hours=0", "staff_per_year=0"])
def test_without_extra_hours_nothing_changes(run, nothing):
    from every import same

    same(run(*WIDE[:2], f"+policies.more_hours.{nothing}"), run())


def test_everybody_guided_costs_and_not_only_who_extends(run):
    policies = run(*WIDE).policies
    guided = policies["participants_new"].sum() / 0.4
    assert policies["cost_eur"].sum() == pytest.approx(300 * guided)


def test_an_unknown_sector_is_refused_with_the_known_ones(configure):
    with pytest.raises(UserError, match=r"policies.more_hours.sector.*is not a sector.*DEF"):
        configure("+policies.more_hours.sector=q")
