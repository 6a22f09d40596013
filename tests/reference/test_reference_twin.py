"""The reference twin: plain agents, one person at a time, from the world alone. After every month it is where the model is, exactly."""

import pytest
from twin.compare import tables_of
from twin_runs import EVERYTHING, RESTLESS, WITH_LIMITS, crowded_schools, measure, small_world, whole

from sim.policies.registry import POLICIES

MONTHS, UNTIL = 24, "2025-09"
CASES = {
    "no policy": ((), small_world),
    "every policy": (EVERYTHING, small_world),
    "every policy within limits, a restless country": ((*WITH_LIMITS, *RESTLESS, "seed=3"), crowded_schools),
}


@pytest.mark.parametrize("case", CASES)
def test_the_model_and_its_twin_are_equal_after_every_month(case):
    settings, world = CASES[case]
    found = whole(MONTHS, *settings, world=world(UNTIL))
    assert found.first is None, str(found.first)
    assert found.months == MONTHS


def test_it_is_two_thousand_people_every_policy_and_all_that_the_model_keeps_of_agents():
    found = whole(1, *EVERYTHING)
    assert 1_900 < len(found.twin.present) < 2_100
    assert [programme.policy.name for programme in found.twin.programmes] == sorted(POLICIES)
    for table, columns in tables_of(found.model).items():
        assert set(found.twin.columns(getattr(found.twin, table))) == set(columns), table


def _paid_a_cent_more(twin):
    usual = twin.lines["hours"].run

    def run():
        usual()
        if twin.now.offset == 1:
            twin.people[7].wage_cents += 1

    twin.lines["hours"].run = run


def test_one_cent_is_named_with_month_line_column_and_person():
    found = whole(3, wrong=_paid_a_cent_more)
    assert found.months == 1
    first = found.first
    assert (first.month, first.line, first.where, first.who, first.others) == ("2023-11", "hours", "people.wage_cents", 7, 0)
    assert str(first).startswith("2023-11, after hours: people.wage_cents of 7: the model says")


def _one_seed_on(twin):
    twin.config = twin.config.model_copy(update={"seed": twin.config.seed + 1})


def test_another_luck_is_another_country():
    found = whole(1, wrong=_one_seed_on)
    assert found.months == 0
    assert found.first is not None


def test_the_cost_of_a_person_month_is_told_by_line():
    pace = measure(1)
    assert pace.months == 1
    assert set(pace.twin) == set(pace.kernels)
    assert all(cost > 0 for cost in pace.twin.values())
    assert pace.twin["month"] > pace.kernels["month"] > 0
