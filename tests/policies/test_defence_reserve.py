"""Defence reservists: who is taken on, and that a call takes them from their jobs."""

import numpy as np

from sim.codes import NOBODY, SECTOR, Commitment, State
from sim.model import LabourMarket
from tests.conftest import total

CALL = "economy.crises=[{start: 2024-09, months: 4, sector: DEF, demand_factor: 1.5}]"
MANY = ("+policies.defence_reserve.start=2023-10", "+policies.defence_reserve.places_per_year=150000")
DEFENCE = SECTOR["DEF"]


def test_only_fit_people_of_the_age_outside_defence_are_eligible(configure, world):
    model = LabourMarket(configure(*MANY), world)
    model.step()
    people, rows = model.people, model.programmes[0].policy.eligible(model)
    age = (model.month - people.birth_month[rows].astype(int)) // 12
    assert rows.size > 0
    assert (age.min(), age.max()) == (18, 54)
    assert (people.health[rows] == 0).all()
    assert not ((people.state[rows] == State.EMPLOYED) & (people.sector[rows] == DEFENCE)).any()
    assert not np.isin(people.state[rows], [State.RETIRED, State.OUTSIDE]).any()
    assert (people.commitments[rows] & (Commitment.CARE_RESERVE | Commitment.DEFENCE_RESERVE) == 0).all()


class SecondJobs:
    """Second jobs as the reserves line finds them; the hours line, after it, ends some."""

    def before(self, line):
        if line.name == "reserves":
            self.employer, self.hours = line.model.people.second_employer.copy(), line.model.people.second_hours.copy()

    def after(self, line):
        pass


def test_a_call_takes_people_from_their_jobs_and_the_loss_is_booked(configure, world):
    """The hours booked as absent are those of reservists of the pool, where their employers are, and in no other month."""
    model = LabourMarket(configure(*MANY, CALL, "+parameters.reserves.defence_available=1.0"), world)
    model.observer = beside = SecondJobs()
    months = missed = 0
    for _ in range(16):
        pool = (model.people.commitments & np.uint8(Commitment.DEFENCE_RESERVE)) != 0
        model.step()
        line, people = model.phase("reserves"), model.people
        if model.now.crisis_factor[DEFENCE] == 1:
            assert not line.absent_hours.any()
            continue
        stay = (people.commitments & np.uint8(Commitment.DEFENCE_RESERVE)) != 0
        works = people.state == State.EMPLOYED
        serves = np.flatnonzero(pool & stay & ~(works & (people.sector == DEFENCE)))
        main, second = serves[people.employer[serves] != NOBODY], serves[beside.employer[serves] != NOBODY]
        own = serves[works[serves] & (people.employer[serves] == NOBODY)]
        expected = np.zeros(line.absent_hours.size)
        np.add.at(expected, model.cell_of_employer[people.employer[main]], people.hours[main])
        np.add.at(expected, model.cell_of_employer[beside.employer[second]], beside.hours[second])
        np.add.at(expected, people.sector[own].astype(int) * 12 + people.province[own], people.hours[own])
        assert (line.absent_hours.ravel() == expected).all()
        assert line.hours[DEFENCE].sum() == serves.size * round(line.parameters.defence_hours)
        months, missed = months + 1, missed + expected.sum()
    assert months == 4
    assert missed > 0


def test_what_defence_gains_others_lose(run):
    called, alone = run(CALL, *MANY), run(CALL)
    assert total(called.market, "reserve_fte", sector="DEF") > 2 * total(alone.market, "reserve_fte", sector="DEF") > 0
    for sector in ("Q", "P", "G"):
        assert total(called.market, "filled_fte", sector=sector) < total(alone.market, "filled_fte", sector=sector)
    assert called.panel.equals(alone.panel), "nobody loses the job: people are absent"


def test_a_bigger_pool_is_no_help_without_a_call(run):
    assert run(*MANY).market.drop("drill_fte").equals(run().market.drop("drill_fte"))
