"""Slots: where searchers find openings, so that one more opening disturbs as few people as possible.

Each market cell (sector x province) has a fixed number of slots. An opening sits in the slot its key hashes to (the next free
one when taken). A searcher draws slots until one is occupied, so every opening is equally likely to be found, and a sector with more
openings is found more often, without anybody counting them. When a policy adds or fills one opening, only those who would draw its slot
see another. A random index into the list of openings, or a table of shares by sector, would reshuffle the luck of everybody and drown
the effect of a policy in noise.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import NOBODY
from sim.numerics.jit import inline, serial
from sim.numerics.rng import draw64
from sim.numerics.types import int16s, int32s, int64, int64s, uint8s, uint64s

MAX_TRIES = 24
STRIDE = 32
"""Sub-draws set aside for each application."""
ANYWHERE = 1 << 32
"""Mark of an application to any sector."""
TICKETS = 1024
"""Resolution of a choice by lookup table."""


class Slots(NamedTuple):
    """first : (n_cells,) int64 first slot of each cell; size : (n_cells,) int64 slots of the cell; row : (n_slots,) int32 opening."""

    first: int64s
    size: int64s
    row: int32s


def make_slots(at_least: np.ndarray) -> Slots:
    """Empty slots for cells that need `at_least` (n_cells,) of them; never fewer than 12."""
    size = np.maximum(np.ceil(at_least), 12).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    return Slots(first.astype(np.int64), size, np.full(int(size.sum()), NOBODY, np.int32))


def tickets(weights: np.ndarray) -> np.ndarray:
    """Lookup table that picks position k of the last axis with a chance proportional to its weight.

    Parameters
    ----------
    weights : (..., n) float64, at least one above zero in each row.

    Returns
    -------
    (..., TICKETS) uint8 - positions; index with a draw of 10 bits. Shares are exact to one ticket (largest remainders).
    """
    share = weights / weights.sum(axis=-1, keepdims=True) * TICKETS
    whole = np.floor(share).astype(np.int64)
    missing = TICKETS - whole.sum(axis=-1, keepdims=True)
    rank = np.argsort(np.argsort(-(share - whole), axis=-1, kind="stable"), axis=-1, kind="stable")
    counts = (whole + (rank < missing)).reshape(-1, weights.shape[-1])
    rows = [np.repeat(np.arange(weights.shape[-1], dtype=np.uint8), row) for row in counts]
    return np.stack(rows).reshape(*weights.shape[:-1], TICKETS)


@inline
def _scaled(bits, size):
    # a position in 0..size-1 from the low 32 bits, without division
    return np.int64(((bits & np.uint64(0xFFFFFFFF)) * np.uint64(size)) >> np.uint64(32))


@serial
def place(slots: Slots, month: int64, wait: int64, key: uint64s, employer: int32s, opened: int16s, recorded: uint8s, cell: int64s):
    """Put every opening that can take somebody on in its slot; returns (n_cells,) int64 openings of each cell that found no room.

    A recorded opening cannot in its first months, `wait` / 65536 of them on average (the whole months or one more, by bits of its key).
    """
    slots.row[:] = NOBODY
    homeless = np.zeros(slots.size.size, np.int64)
    for v in range(key.size):
        if recorded[v] and month - np.int64(opened[v]) < (wait + np.int64((key[v] >> np.uint64(32)) & np.uint64(0xFFFF))) >> 16:
            continue
        c = cell[employer[v]]
        size = slots.size[c]
        at = _scaled(key[v], size)
        tries = np.int64(0)
        while tries < size and slots.row[slots.first[c] + at] != NOBODY:
            at = at + 1 if at + 1 < size else 0
            tries += 1
        if tries == size:
            homeless[c] += 1
        else:
            slots.row[slots.first[c] + at] = v
    return homeless


@inline
def find_openings(slots, n_provinces, elsewhere, k, n, who, turn, home, province, sector, opening, todo):
    """Find a random opening for each of `n` applications; NOBODY when MAX_TRIES slots are empty.

    All draw their first slot, then those whose slot was empty the next, and so on: no look-up waits for another (2x faster).

    Parameters
    ----------
    elsewhere : (homes, n_provinces, TICKETS) uint8 sectors to look at outside the own one.
    who, turn, home, province : (n,) int64 person, number of the application, sector where the person looks first, province of the job.
    sector : (n,) int64 sector of the job, or NOBODY to draw it from `elsewhere` anew at every try; set to the sector found.
    opening : (n,) int64 result, rows of openings. todo : (n,) int64 scratch.
    """
    for m in range(n):
        todo[m] = m if sector[m] != NOBODY else m | ANYWHERE
    left = n
    for attempt in range(MAX_TRIES):
        tries, left = left, 0
        for t in range(tries):
            m = todo[t] & (ANYWHERE - 1)
            bits = draw64(k, np.uint64(who[m]) * np.uint64(256) + np.uint64(turn[m] * STRIDE + attempt))
            if todo[t] & ANYWHERE:
                sector[m] = elsewhere[home[m], province[m], bits >> np.uint64(54)]
            cell = sector[m] * n_provinces + province[m]
            opening[m] = slots.row[slots.first[cell] + _scaled(bits, slots.size[cell])]
            todo[left] = todo[t]
            left += 1 if opening[m] == NOBODY else 0
        if left == 0:
            break
