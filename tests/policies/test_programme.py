"""A programme keeps its own months of enrolment, whatever other programmes somebody is in."""

import numpy as np
from every import Stub, model_of

from sim.model import LabourMarket
from sim.policies.levers import LEVERS

EMPLOYED = 0


class Other(Stub):
    """A second programme, for everybody too."""

    name = "other"


def test_a_later_programme_does_not_prolong_an_earlier_one():
    first, second = Stub(stays=6, end="2023-10"), Other(stays=6, start="2024-01", end="2024-01")
    model, sizes = model_of(first, second), []
    for _ in range(10):
        model.step()
        sizes.append([programme.participants.size for programme in model.programmes])
    one, two = np.array(sizes).T
    both = np.flatnonzero(model.people.ever_programmes == 3)
    assert both.size > 10_000, "nearly everybody took part in both"
    assert (one[:6] > 0).all()
    assert (one[6:] == 0).all()
    assert (two > 0).tolist() == 3 * [False] + 6 * [True] + [False]
    assert (model.people.programmes == 0).all()


def test_rows_and_months_of_enrolment_stay_together():
    model = model_of(Stub(places_per_year=60_000.0, stays=5, states=(EMPLOYED,)), Other(places_per_year=40_000.0, stays=3))
    months = {}
    for _ in range(12):
        model.step()
        for programme in model.programmes:
            name, month = programme.policy.name, model.month
            months |= dict.fromkeys([(name, row) for row in programme.cohorts[month][0].tolist()], month)
            assert [months[name, row] for row in programme.participants.tolist()] == programme.joined.tolist()
            assert (month - programme.joined < programme.policy.stays).all()
            assert (model.people.programmes[programme.participants] & programme.mask != 0).all()
            assert np.count_nonzero(model.people.programmes & programme.mask) == programme.participants.size


def test_rules_are_set_before_anybody_is_enrolled(configure, world):
    """The pension age in force, not that of the law, decides who may join, also for policies earlier in the alphabet."""
    raised = "+policies.pension_age={start: 2023-10, extra_months: 36, months_per_year: 36}"
    for name in ("hiring_subsidy", "phased_retirement", "senior_networks"):
        ages = []
        for extra in ([], [raised]):
            model = LabourMarket(configure(f"+policies.{name}={{start: 2023-10, places_per_year: 50000000}}", *extra), world)
            model.step()
            programme = next(p for p in model.programmes if p.policy.name == name)
            rows = programme.cohorts[model.month][0]
            ages.append(int((model.month - model.people.birth_month[rows].astype(int)).max()) - int(model.tables.pension_age_months[0]))
        assert ages[0] < 0, name
        assert 0 < ages[1] < 36, name


def test_a_programme_without_participants_leaves_no_lever_behind():
    model = model_of(Stub(end="2023-12", stays=2, levers={"search_effort": 100, "pension_age": 6}))
    for _ in range(6):
        model.step()
    assert (model.people.programmes == 0).all()
    assert all(not getattr(model.levers, name).any() for name, lever in LEVERS.items() if lever.per == "country")
