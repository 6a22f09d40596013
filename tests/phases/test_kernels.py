"""Kernels against brute force."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from sim.codes import NOBODY
from sim.numerics.protocols import PROTOCOLS
from sim.numerics.rng import Key, Stream, draw32, key
from sim.numerics.slots import TICKETS, find_openings, make_slots, place, tickets
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


def matched(protocol, choice, points, n_openings):
    """Position in `choice` of each applicant's job; applicants in two chunks, as they come from `apply_for_jobs`."""
    n, chunk = len(choice), 8
    room = np.full((2 * chunk, choice.shape[1]), 99, np.int32), np.zeros((2 * chunk, choice.shape[1]), np.uint64)
    half = n // 2
    where = [*range(half), *range(chunk, chunk + n - half)]
    room[0][where], room[1][where] = choice, points
    applicant = np.zeros(2 * chunk, np.int32)
    applicant[where] = np.arange(n)
    counts = np.array([half, n - half], np.int32)
    return PROTOCOLS[protocol](applicant, *room, counts, chunk, n_openings, key(1, 1485, Stream.LOTTERY))[where]


def blocking_pairs(choice, points, turn):
    """Pairs of an applicant and an opening that would both rather have each other."""
    holder = {int(choice[q, turn[q]]): q for q in range(len(choice)) if turn[q] != NOBODY}
    pairs = []
    for q, a in itertools.product(range(len(choice)), range(choice.shape[1])):
        v = int(choice[q, a])
        if v == NOBODY:
            continue
        wants = turn[q] == NOBODY or a < turn[q]
        rival = holder.get(v)
        wanted = rival is None or points[q, a] > points[rival, turn[rival]]
        if wants and wanted and rival != q:
            pairs.append((q, v))
    return pairs


@pytest.mark.parametrize("protocol", PROTOCOLS)
@settings(max_examples=100, deadline=None)
@given(market=markets())
def test_a_protocol_hires_nobody_twice_and_only_those_who_applied(protocol, market):
    choice, points, n_openings = market
    turn = matched(protocol, choice, points, n_openings)
    taken = [int(choice[q, turn[q]]) for q in range(len(choice)) if turn[q] != NOBODY]
    assert len(set(taken)) == len(taken)
    assert NOBODY not in taken


@settings(max_examples=200, deadline=None)
@given(markets())
def test_deferred_acceptance_leaves_no_blocking_pair(market):
    choice, points, n_openings = market
    assert blocking_pairs(choice, points, matched("deferred_acceptance", choice, points, n_openings)) == []


@pytest.mark.parametrize("protocol", ["urn_ball", "random_pairing"])
def test_the_other_protocols_do_leave_blocking_pairs(protocol):
    rng = np.random.default_rng(5)
    choice = np.array([rng.permutation(8)[:3] for _ in range(16)], np.int32)
    points = rng.permutation(48).reshape(16, 3).astype(np.uint64)
    assert blocking_pairs(choice, points, matched(protocol, choice, points, 8))


@settings(max_examples=50, deadline=None)
@given(markets(), st.integers(0, 1000))
def test_deferred_acceptance_does_not_depend_on_the_order_of_applicants(market, seed):
    choice, points, n_openings = market
    order = np.random.default_rng(seed).permutation(len(choice))
    turn = matched("deferred_acceptance", choice, points, n_openings)
    assert (matched("deferred_acceptance", choice[order], points[order], n_openings) == turn[order]).all()


@settings(max_examples=50, deadline=None)
@given(markets())
def test_urn_ball_gives_every_opening_with_applicants_one_offer(market):
    choice, points, n_openings = market
    turn = matched("urn_ball", choice, points, n_openings)
    for v in range(n_openings):
        who, which = np.nonzero(choice == v)
        if who.size:
            best = int(np.argmax(points[who, which]))
            q, a = who[best], which[best]
            assert turn[q] != NOBODY
            assert turn[q] <= a, "the best applicant takes this offer, or a better one"


def test_with_one_application_each_urn_ball_is_deferred_acceptance():
    rng = np.random.default_rng(3)
    choice = rng.integers(0, 3, (8, 1)).astype(np.int32)
    points = rng.permutation(8).reshape(8, 1).astype(np.uint64)
    assert (matched("urn_ball", choice, points, 3) == matched("deferred_acceptance", choice, points, 3)).all()


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


def place_all(slots, keys, wait=0, age=0):
    """Openings without room when all of these, `age` months old and advertised, are placed."""
    n = keys.size
    opened = np.full(n, 1485 - age, np.int16)
    return place(slots, 1485, wait, keys, np.zeros(n, np.int32), opened, np.ones(n, np.uint8), np.zeros(1, np.int64)).sum()


def test_an_advertised_opening_waits_for_the_selection():
    keys = np.random.default_rng(1).integers(0, 2**63, 4000).astype(np.uint64)
    there = []
    for age in range(4):
        slots = make_slots(np.array([8000.0]))
        assert place_all(slots, keys, wait=round(1.25 * 65536), age=age) == 0
        there.append((slots.row != NOBODY).sum() / keys.size)
    assert there[0] == 0
    assert there[1] == pytest.approx(0.75, abs=0.03)
    assert there[2:] == [1.0, 1.0]


def _found(n_openings, searchers, extra=False):
    """Opening key that each searcher finds in a cell of `n_openings` (plus one more)."""
    rng = np.random.default_rng(0)
    keys = rng.integers(0, 2**63, n_openings + 1).astype(np.uint64)[: n_openings + extra]
    slots = make_slots(np.array([30.0]))
    assert place_all(slots, keys) == 0
    k: Key = key(1, 1485, Stream.VACANCY_CHOICE)
    zeros, rows, todo = np.zeros(searchers, np.int64), np.empty(searchers, np.int64), np.empty(searchers, np.int64)
    sector = np.where(np.arange(searchers) % 2, 0, NOBODY)  # every second one looks anywhere, which is the only sector there is
    _find_all(slots, np.zeros((1, 1, TICKETS), np.uint8), k, np.arange(searchers), zeros, zeros, zeros, sector, rows, todo)
    return np.where(rows >= 0, keys[rows], np.uint64(0)), rows


@njit
def _find_all(slots, elsewhere, k, who, turn, home, province, sector, opening, todo):
    find_openings(slots, 1, elsewhere, k, who.size, who, turn, home, province, sector, opening, todo)


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
