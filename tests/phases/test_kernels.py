"""Kernels against brute force."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.codes import NOBODY
from sim.numerics.jit import serial
from sim.numerics.rng import Key, Stream, draw32, key
from sim.numerics.slots import TICKETS, find_opening, make_slots, place, tickets
from sim.numerics.stable_match import deferred_acceptance
from sim.numerics.tables import cumulative_threshold, threshold


@st.composite
def markets(draw):
    n_searchers, n_openings, width = draw(st.integers(0, 7)), draw(st.integers(1, 5)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    choice = np.full((n_searchers, width), NOBODY, np.int32)
    for q in range(n_searchers):
        wanted = rng.permutation(n_openings)[: rng.integers(0, min(width, n_openings) + 1)]
        choice[q, : wanted.size] = wanted
    score = rng.permutation(n_searchers * width).reshape(n_searchers, width).astype(np.uint64)
    return choice, score, n_openings


@settings(max_examples=200, deadline=None)
@given(markets())
def test_deferred_acceptance_leaves_no_blocking_pair_and_hires_nobody_twice(market):
    choice, score, n_openings = market
    turn = deferred_acceptance(choice, score, n_openings)
    holder = {int(choice[q, turn[q]]): q for q in range(len(choice)) if turn[q] != NOBODY}
    assert len(holder) == (turn != NOBODY).sum(), "one hire per opening"
    for q, a in itertools.product(range(len(choice)), range(choice.shape[1])):
        v = choice[q, a]
        if v == NOBODY:
            break
        prefers = turn[q] == NOBODY or a < turn[q]
        rival = holder.get(int(v))
        employer_prefers = rival is None or score[q, a] > score[rival, turn[rival]]
        assert not (prefers and employer_prefers and rival != q), "a blocking pair"


@settings(max_examples=50, deadline=None)
@given(markets(), st.integers(0, 1000))
def test_deferred_acceptance_does_not_depend_on_the_order_of_searchers(market, seed):
    choice, score, n_openings = market
    order = np.random.default_rng(seed).permutation(len(choice))
    turn = deferred_acceptance(choice, score, n_openings)
    assert (deferred_acceptance(choice[order], score[order], n_openings) == turn[order]).all()


def draws(k, n):
    return np.array([draw32(k, i) for i in range(n)], dtype=np.float64) / 2**32


def test_draws_are_uniform_and_streams_are_independent():
    a, b = draws(key(1, 1485, Stream.LIFE), 4000), draws(key(1, 1485, Stream.SEARCH), 4000)
    assert abs(a.mean() - 0.5) < 4 / np.sqrt(12 * 4000)
    assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(4000)
    later = draws(key(1, 1486, Stream.LIFE), 4000)
    assert abs(np.corrcoef(a, later)[0, 1]) < 4 / np.sqrt(4000)


def test_streams_have_numbers_of_their_own():
    assert len({stream.value for stream in Stream}) == len(Stream)


@pytest.mark.parametrize("p", [0.0, 0.003, 0.5, 1.0])
def test_a_threshold_is_passed_with_its_probability(p):
    u = np.array([draw32(key(3, 1490, Stream.SEARCH), i) for i in range(20000)])
    assert abs((u < threshold(p)).mean() - p) <= 4 * np.sqrt(p * (1 - p) / 20000) + 1e-9


def test_cumulative_thresholds_pick_classes_by_share():
    cdf = cumulative_threshold(np.array([0.2, 0.0, 0.8]))
    u = np.array([draw32(key(4, 1490, Stream.SEARCH), i) for i in range(20000)])
    picked = np.searchsorted(cdf, u, side="left")
    assert abs((picked == 0).mean() - 0.2) < 0.015
    assert not (picked == 1).any()


def _found(n_openings, searchers, extra=False):
    """Opening key that each searcher finds in a cell of `n_openings` (plus one more)."""
    rng = np.random.default_rng(0)
    keys = rng.integers(0, 2**63, n_openings + 1).astype(np.uint64)[: n_openings + extra]
    slots = make_slots(np.array([30.0]))
    assert place(slots, keys, np.zeros(keys.size, np.int32), np.zeros(1, np.int64)).sum() == 0
    k: Key = key(1, 1485, Stream.VACANCY_CHOICE)
    rows = np.array([_find(slots, np.zeros(TICKETS, np.uint8), k, i) for i in range(searchers)])
    return np.where(rows >= 0, keys[rows], np.uint64(0)), rows


@serial
def _find(slots, choices, k, i):
    return find_opening(slots, 1, 0, 0, choices, k, i, 0)


def test_every_opening_is_equally_likely_to_be_found():
    _, rows = _found(10, 3000)
    share = np.bincount(rows[rows >= 0], minlength=10) / 3000
    assert (np.abs(share - 0.1) < 0.025).all()


def test_one_more_opening_changes_only_the_luck_of_those_who_see_it():
    before, _ = _found(10, 2000)
    after, rows = _found(10, 2000, extra=True)
    changed = before != after
    assert (rows[changed] == 10).all()
    assert 0.04 < changed.mean() < 0.16


def test_tickets_give_every_sector_its_share_and_none_to_the_empty():
    table = tickets(np.array([[1.0, 0.0, 3.0], [0.0, 5.0, 0.0]]))
    assert np.bincount(table[0], minlength=3).tolist() == [256, 0, 768]
    assert np.bincount(table[1], minlength=3).tolist() == [0, 1024, 0]
