"""Policies compose: whatever the order and the number each is given, the country and the books come out the same, bit for bit."""

import itertools

import numpy as np
import pytest
from every import NAMES, PROGRAMMES, all_of, books, model_of, sized, state

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


EXCLUSIVE = ("care_reserve", "defence_reserve")
"""Nobody is in two pools, so who may join the second hangs on the first: these two keep the order of their names, as in every scenario."""


def kept(order):
    """The same order, but for the policies that exclude each other."""
    names = iter(sorted(name for name in order if name in EXCLUSIVE))
    return [next(names) if name in EXCLUSIVE else name for name in order]


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


@pytest.mark.parametrize("name", PROGRAMMES)
def test_another_policy_does_not_change_who_is_drawn_first(name):
    """Two months in, before any of the others begins, and in the month in which they all begin together."""
    alone = lived([name], months=2)[1][name]
    others = {other: {**all_of([other])[other], "start": "2023-12"} for other in NAMES if other != name}
    together = lived(NAMES, months=2, settings={**others, **sized(name, True)})[1][name]
    assert together == alone
    assert alone["rows"]
