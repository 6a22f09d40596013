"""Matching protocols: who gets which job, once everybody has applied. They can be exchanged; the choice moves hires, so it is a setting.

* `deferred_acceptance` (default): applicants go down their lists, an employer holds the best it has seen and lets the other go. Nobody and
  no employer would rather swap. With strict rankings this match is unique, so neither the order of proposals nor the number of threads can
  change it (Gale and Shapley 1962; McVitie and Wilson 1971).
* `urn_ball`: every employer makes one offer, to the best of its applicants, at the same time; applicants take the best offer they get.
  Who is turned down cannot ask again this month, so coordination fails on both sides (Albrecht, Gautier and Vroman 2006).
* `random_pairing`: first come, first served. Applicants come in random order and take the first opening on their list that is still free;
  employers take whoever comes.

All take and give the same.

Parameters
----------
applicant : (room,) int32 - rows of people.
choice : (room, n_applications) int32 - openings applied for, best first, NOBODY after the last.
points : (room, n_applications) uint64 - how the employer ranks each application; larger is better, ties do not occur.
counts : (n_chunks,) int32 - applicants of each chunk; they stand from row ``b * chunk`` on, and other rows are not looked at.
chunk : rows of a chunk. n_openings : number of openings. k : key of this month's lots.

Returns
-------
(room,) int8 - position in `choice` of the job taken, NOBODY without one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.codes import NOBODY
from sim.numerics.jit import serial
from sim.numerics.rng import AnyKey, draw64
from sim.numerics.types import int32s, int32s2, int64, uint64s2


@serial
def deferred_acceptance(applicant: int32s, choice: int32s2, points: uint64s2, counts: int32s, chunk: int64, n_openings: int64, k: AnyKey):
    """The stable match; see the module."""
    width = choice.shape[1]
    holder = np.full(n_openings, NOBODY, np.int32)
    turn = np.full(len(choice), NOBODY, np.int8)
    for b in range(counts.size):
        for start in range(b * chunk, b * chunk + counts[b]):
            q = start
            while q != NOBODY:
                turn[q] += 1
                if turn[q] >= width or choice[q, turn[q]] == NOBODY:
                    turn[q] = NOBODY
                    break
                v = choice[q, turn[q]]
                rival = holder[v]
                if rival == NOBODY:
                    holder[v] = q
                    break
                if points[q, turn[q]] > points[rival, turn[rival]]:
                    holder[v] = q
                    q = rival
    return turn


@serial
def urn_ball(applicant: int32s, choice: int32s2, points: uint64s2, counts: int32s, chunk: int64, n_openings: int64, k: AnyKey):
    """One round of simultaneous offers; see the module."""
    width = choice.shape[1]
    best = np.zeros(n_openings, np.uint64)
    turn = np.full(len(choice), NOBODY, np.int8)
    for b in range(counts.size):
        for q in range(b * chunk, b * chunk + counts[b]):
            for a in range(width):
                if choice[q, a] == NOBODY:
                    break
                best[choice[q, a]] = max(best[choice[q, a]], points[q, a])
    for b in range(counts.size):
        for q in range(b * chunk, b * chunk + counts[b]):
            for a in range(width):
                if choice[q, a] == NOBODY:
                    break
                if points[q, a] == best[choice[q, a]]:
                    turn[q] = a
                    break
    return turn


@serial
def random_pairing(applicant: int32s, choice: int32s2, points: uint64s2, counts: int32s, chunk: int64, n_openings: int64, k: AnyKey):
    """First come, first served; see the module."""
    n, width = counts.sum(), choice.shape[1]
    rows, lots = np.empty(n, np.int64), np.empty(n, np.uint64)
    m = 0
    for b in range(counts.size):
        for q in range(b * chunk, b * chunk + counts[b]):
            rows[m], lots[m] = q, draw64(k, np.uint64(applicant[q]))
            m += 1
    is_taken = np.zeros(n_openings, np.uint8)
    turn = np.full(len(choice), NOBODY, np.int8)
    for place in np.argsort(lots, kind="mergesort"):
        q = rows[place]
        for a in range(width):
            if choice[q, a] == NOBODY:
                break
            if not is_taken[choice[q, a]]:
                is_taken[choice[q, a]] = 1
                turn[q] = a
                break
    return turn


PROTOCOLS: dict[str, Callable[..., Any]] = {
    "deferred_acceptance": deferred_acceptance,
    "urn_ball": urn_ball,
    "random_pairing": random_pairing,
}
"""Protocols by the name that ``structure.matching`` gives them."""
