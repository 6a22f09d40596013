"""Policies compose: whatever the order and the number each is given, the country and the books come out the same, bit for bit."""

import itertools

import numpy as np
import pytest
from every import NAMES, PROGRAMMES, Stub, all_of, books, model_of, sized, state

from sim.policies.registry import POLICIES

MONTHS = 8


def lived(names, months=MONTHS, settings=None):
    """The state and the books after some months with the policies in this order."""
    settings = settings or all_of(names)
    model = model_of(*(POLICIES[name](**settings[name]) for name in names))
    for _ in range(months):
        model.step()
    model.check()
    return state(model), books(model)


IN_ORDER_OF_NAME = [("care_reserve", "defence_reserve")]
"""Groups that keep the order of their names, as in a scenario: nobody is in two pools, so who may join the second hangs on the first."""


def kept(order):
    """The same order, but for the groups of policies that keep theirs."""
    order = list(order)
    for group in IN_ORDER_OF_NAME:
        names = iter(sorted(name for name in order if name in group))
        order = [next(names) if name in group else name for name in order]
    return order


def same_in_any_order(*orders):
    orders = [kept(order) for order in orders]
    (expected, booked), *others = (lived(order) for order in orders)
    for found, entries in others:
        assert [column for column in expected if (expected[column] != found[column]).any()] == []
        assert entries == booked


@pytest.mark.parametrize("pair", list(itertools.combinations(NAMES, 2)), ids=" and ".join)
def test_two_policies_give_the_same_in_either_order(pair):
    same_in_any_order(pair, pair[::-1])


def test_all_policies_at_once_give_the_same_in_any_order():
    assert len(NAMES) > 2
    orders = [np.random.default_rng(seed).permutation(NAMES).tolist() for seed in (1, 2, 3)]
    same_in_any_order(NAMES, *orders)


class Other(Stub):
    """A second programme, for everybody too."""

    name = "other"


def test_two_programmes_that_change_the_same_contract_in_one_month_give_the_same_in_either_order():
    less, more = Stub(levers={"contract_hours": -13107}, states=(0,)), Other(levers={"hours_added": 3 * 65536 + 9000}, states=(0,))
    hours = []
    for order in ((less, more), (more, less)):
        model = model_of(*order)
        model.step()
        hours.append(model.people.hours.tolist())
    assert hours[0] == hours[1]


@pytest.mark.parametrize("name", PROGRAMMES)
def test_another_policy_does_not_change_who_is_drawn_first(name):
    """Two months in, before any of the others begins, and in the month in which they all begin together."""
    alone = lived([name], months=2)[1][name]
    others = {other: {**all_of([other])[other], "start": "2023-12"} for other in NAMES if other != name}
    together = lived(NAMES, months=2, settings={**others, **sized(name, True)})[1][name]
    assert together == alone
    assert alone["rows"]
