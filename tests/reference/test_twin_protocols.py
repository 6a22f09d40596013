"""Tickets and protocols of the twin against kernels and textbook, in markets more crowded than those of a small country."""

from __future__ import annotations

import numpy as np
import pytest
from twin import protocols
from twin.protocols import Application
from twin.tickets import tickets

from sim.codes import NOBODY
from sim.numerics import slots as kernel_slots
from sim.numerics.protocols import PROTOCOLS
from sim.numerics.rng import Stream, key


def test_tickets_are_those_of_the_kernel():
    weights = np.random.default_rng(1).random((200, 20)) ** 4
    weights[100:] = np.round(weights[100:] * 6)  # many ties
    weights[:, 3] += 0.1
    assert [tickets(row) for row in weights.tolist()] == kernel_slots.tickets(weights).tolist()


def _small_market(seed, n_people=60, n_openings=20, longest=5):
    luck = np.random.default_rng(seed)
    people, openings = [_Named(i) for i in range(n_people)], [_Named(v) for v in range(n_openings)]
    ranks = luck.permutation(n_people * longest)
    lists = {}
    for person in people:
        chosen = luck.choice(n_openings, luck.integers(1, longest + 1), replace=False)
        mine = [(openings[v], int(ranks[person.number * longest + a])) for a, v in enumerate(chosen)]
        lists[person] = [Application(person, opening, 0, 0, points) for opening, points in mine]
    return lists, n_openings, longest


class _Named:
    def __init__(self, number):
        self.number = number


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("seed", range(20))
def test_protocols_are_those_of_the_kernel_in_crowded_markets(protocol, seed):
    lists, n_openings, width = _small_market(seed)
    choice, points = np.full((len(lists), width), NOBODY, np.int32), np.zeros((len(lists), width), np.uint64)
    for row, mine in enumerate(lists.values()):
        for a, one in enumerate(mine):
            choice[row, a], points[row, a] = one.opening.number, one.points
    lots = key(seed, 0, Stream.LOTTERY)
    people = np.arange(len(lists), dtype=np.int32)
    turn = PROTOCOLS[protocol](people, choice, points, np.array([len(lists)], np.int32), len(lists), n_openings, lots)
    expected = {(i, int(choice[i, turn[i]])) for i in people.tolist() if turn[i] != NOBODY}
    found = {(one.person.number, one.opening.number) for one in protocols.PROTOCOLS[protocol](lists, lots)}
    assert found == expected
    assert 0 < len(found) < len(lists)


@pytest.mark.parametrize("seed", range(20))
def test_deferred_acceptance_leaves_nobody_who_would_rather_swap(seed):
    lists, _, _ = _small_market(seed)
    rounds = protocols.proposal_rounds(lists)
    got = {one.person: one for one in rounds[-1]}
    holds = {one.opening: one for one in rounds[-1]}
    assert len(rounds) > 3
    for person, mine in lists.items():
        for better in mine[: mine.index(got[person]) if person in got else None]:
            assert holds[better.opening].points > better.points
