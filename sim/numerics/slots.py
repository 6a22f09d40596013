"""Slots: where searchers find openings, so that one more opening disturbs as few people as possible.

Each market cell has a fixed power-of-two number of slots. An opening sits in the slot its key hashes to (the next free one when taken),
and a searcher draws slots until one is occupied. Every opening is equally likely to be found; when a policy adds or fills one, only
those who would draw that slot see another. A plain random index into the list of openings would reshuffle the luck of everybody in the
cell, and drown the effect of a policy in noise.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import NOBODY
from sim.numerics.jit import inline, serial
from sim.numerics.rng import draw64

MAX_TRIES = 32


class Slots(NamedTuple):
    """first : (n_cells,) int64 first slot of each cell; mask : (n_cells,) int64 slots of the cell minus one; row : (n_slots,) int32."""

    first: np.ndarray
    mask: np.ndarray
    row: np.ndarray


def make_slots(expected: np.ndarray) -> Slots:
    """Empty slots for cells with `expected` (n_cells,) openings: the next power of two above three times that, at least eight."""
    size = 2 ** np.ceil(np.log2(np.maximum(3 * np.asarray(expected, dtype=np.float64), 8.0))).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    return Slots(first.astype(np.int64), (size - 1).astype(np.int64), np.full(int(size.sum()), NOBODY, np.int32))


@serial
def place(slots, key, employer, cell):  # type: ignore[no-untyped-def]
    """Put every opening in its slot; returns the number that found no room (openings beyond the slots of their cell)."""
    slots.row[:] = NOBODY
    homeless = 0
    for v in range(key.size):
        c = cell[employer[v]]
        mask = slots.mask[c]
        at = np.int64(key[v] & np.uint64(mask))
        tries = np.int64(0)
        while tries <= mask and slots.row[slots.first[c] + at] != NOBODY:
            at = (at + 1) & mask
            tries += 1
        if tries > mask:
            homeless += 1
        else:
            slots.row[slots.first[c] + at] = v
    return homeless


@inline
def find_opening(slots, cell, k, who, turn):  # type: ignore[no-untyped-def]
    """Row of a random opening of `cell` for the `turn`-th application of `who`, NOBODY when none turns up in MAX_TRIES draws."""
    found = NOBODY
    mask = np.uint64(slots.mask[cell])
    for attempt in range(MAX_TRIES // 3 + 1):
        bits = draw64(k, np.uint64(who) * np.uint64(256) + np.uint64(turn * 16 + attempt))
        # three 21-bit positions of one draw
        for _ in range(3):
            at = slots.first[cell] + np.int64(bits & mask)
            if slots.row[at] != NOBODY:
                found = slots.row[at]
                break
            bits >>= np.uint64(21)
        if found != NOBODY:
            break
    return found
