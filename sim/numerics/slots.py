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

MAX_TRIES = 24
STRIDE = 32
"""Sub-draws set aside for each application."""
TICKETS = 1024
"""Resolution of a choice by lookup table."""


class Slots(NamedTuple):
    """first : (n_cells,) int64 first slot of each cell; size : (n_cells,) int64 slots of the cell; row : (n_slots,) int32 opening."""

    first: np.ndarray
    size: np.ndarray
    row: np.ndarray


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
def place(slots, key, employer, cell):
    """Put every opening in its slot; returns (n_cells,) int64 openings of each cell that found no room."""
    slots.row[:] = NOBODY
    homeless = np.zeros(slots.size.size, np.int64)
    for v in range(key.size):
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
def find_opening(slots, n_provinces, province, sector, choices, k, who, turn):
    """Row of a random opening in `province` for the `turn`-th application of `who`, and its sector; NOBODY when MAX_TRIES slots are empty.

    In `sector`, or when that is NOBODY in a sector drawn anew at every try from `choices` (TICKETS,) uint8.
    """
    found, s = np.int64(NOBODY), np.int64(sector)
    for attempt in range(MAX_TRIES):
        bits = draw64(k, np.uint64(who) * np.uint64(256) + np.uint64(turn * STRIDE + attempt))
        if sector == NOBODY:
            s = np.int64(choices[bits >> np.uint64(54)])
        cell = s * n_provinces + province
        found = np.int64(slots.row[slots.first[cell] + _scaled(bits, slots.size[cell])])
        if found != NOBODY:
            break
    return found, s
