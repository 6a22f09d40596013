"""More places on courses: seats are not students, learning costs labour first, and what is booked was filled."""

import numpy as np
import pytest

from sim.codes import N_PROVINCES, NOBODY, SECTOR, State
from sim.config.errors import UserError
from sim.model import LabourMarket

CARE = SECTOR["Q"]
EARLY = "+policies.training_places.start=2023-10"


def places(**settings):
    return (EARLY, *(f"+policies.training_places.{name}={value}" for name, value in settings.items()))


def months(model, number):
    """Seats, starts, and people waiting for care, month by month; (number, 3)."""
    here, found = model.institutes.sector == CARE, []
    for _ in range(number):
        model.step()
        line = model.phase("training")
        found.append((line.seats()[here].sum(), line.started[here].sum(), model.institutes.waiting[here].sum()))
    return np.array(found)


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_seats_of_the_sector_add_up_and_others_stay(configure, world, share):
    more, usual = (LabourMarket(configure(*o), world) for o in (places(extra_seats=share), ()))
    for _ in range(12):
        more.step()
        usual.step()
        seats, before = more.phase("training").seats(), usual.phase("training").seats()
        here = more.institutes.sector == CARE
        assert abs(seats[here].sum() - (1 + share) * before[here].sum()) <= 0.5
        assert (seats[~here] == before[~here]).all()
        assert (seats >= before).all()


def test_all_year_spreads_the_seats_of_a_year_over_its_months(configure, world):
    found = months(LabourMarket(configure(*places(extra_seats=0, all_year=1)), world), 24)
    usual = months(LabourMarket(configure(), world), 24)
    assert found[:12, 0].sum() == found[12:, 0].sum() == usual[:12, 0].sum() > 0
    assert np.ptp(found[:12, 0]) <= N_PROVINCES
    assert (usual[:, 0] > 0).sum() == 4
    assert (found[:, 0] > 0).all()


def test_waiting_less_lets_more_people_start(configure, world):
    found = months(LabourMarket(configure(*places(extra_seats=0, all_year=1)), world), 24)
    usual = months(LabourMarket(configure(), world), 24)
    assert found[:, 2].mean() < usual[:, 2].mean()
    assert found[:, 1].sum() > usual[:, 1].sum()


def asked(configure, world, **settings):
    """Institute of everybody after the month in which the policy starts; with twice as many applicants as usual."""
    often = "+parameters.training.applications_per_month=0.02"
    rule = [f"+policies.training_places.{name}={value}" for name, value in settings.items()]
    model = LabourMarket(configure(often, "+policies.training_places.start=2023-12", *rule), world)
    model.run_for(3)
    return model.institutes.sector, model.people.institute


def test_the_applicants_that_are_there_anyway_ask_where_they_would(configure, world):
    """In the first month the only difference is more names on the waiting lists of the sector."""
    taught, now = asked(configure, world, extra_seats=2, attraction=1)
    _, then = asked(configure, world, extra_seats=0)
    listed = then != NOBODY
    assert listed.any()
    assert (now[listed] == then[listed]).all()
    added = (now != NOBODY) & ~listed
    assert added.any()
    assert (taught[now[added]] == CARE).all()


def test_without_attraction_nobody_more_asks(configure, world):
    assert (asked(configure, world, extra_seats=2, attraction=0)[1] == asked(configure, world, extra_seats=0)[1]).all()


def test_a_lever_of_participants_brings_them_to_a_course_and_buys_a_start(configure, world):
    """No policy of this folder sets these levers on its own: they are set here for the participants of a programme."""

    def run(**levers):
        model = LabourMarket(configure("+policies.career_advice.start=2023-10", "+policies.career_advice.places_per_year=300000"), world)
        policy = type(model.programmes[0].policy)
        asked = bought = 0

        def set_levers(self, values, bit):
            for name, value in levers.items():
                getattr(values, name)[bit] = value

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(policy, "set_levers", set_levers)
            for _ in range(16):
                model.step()
                inside = model.programmes[0].participants
                asked += (model.people.institute[inside] != NOBODY).sum()
                line = model.phase("training")
                if model.month in line.seats_offered:
                    bought += (line.seats_offered[model.month] - line.seats()).sum()
        return int(asked), int(bought), int((model.people.state == State.TRAINING).sum())

    none, asks, starts = run(), run(course_applications=3000), run(course_applications=3000, course_start=20000)
    assert asks[0] > 1.5 * none[0]
    assert none[1] == asks[1] == 0
    assert starts[1] > 0
    assert starts[2] > asks[2]


def test_only_students_that_the_policy_brought_are_paid_for(run, configure, world):
    none = run(*places(extra_seats=1, attraction=0)).policies["cost_eur"].sum()
    some = run(*places(extra_seats=1, attraction=1)).policies["cost_eur"].sum()
    assert none < some
    model = LabourMarket(configure(*places(extra_seats=1, attraction=1)), world)
    [programme], line, here = model.programmes, model.phase("training"), model.institutes.sector == CARE
    booked = started = 0.0
    for _ in range(24):
        model.step()
        booked += programme.cost
        started += line.started[here].sum() * model.weight
    last = line.started[here].sum() * model.weight
    assert booked == pytest.approx(8000 * (started - last) / 2), "applications are twice as many, so half of the starts are due to it"


@pytest.mark.parametrize(("sector", "message"), [("G", "'G' has no institutes.*C, F, J, DEF, P, Q"), ("care", "is not a sector")])
def test_a_sector_without_institutes_is_refused_with_those_that_have(configure, sector, message):
    with pytest.raises(UserError, match=message):
        configure(f"+policies.training_places.sector={sector}")
