"""Random numbers by key: a draw is a function of (seed, month, stream, id), never of what was drawn before.

The same person takes the same draw for the same decision in every scenario, so the difference between two scenarios is caused by the
policy. Threads, order of rows, extra agents and restarts cannot change a draw.

The generator is a double application of the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014):
``mix(mix(id * GOLDEN + key_1) ^ key_2)`` with two independent 64-bit keys per (seed, month, stream).
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.numerics.jit import inline
from sim.numerics.types import uint64

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MASK = (1 << 64) - 1


class Stream(IntEnum):
    """One stream per decision. Numbers are for ever: never reuse one, or old and new results correlate."""

    LIFE = 1
    ARRIVAL_STATE = 3
    SHOCK = 4
    CLOSURE = 5
    ROUNDING = 6
    SEPARATION = 7
    LAYOFF = 8
    DESTINATION = 9
    RETIREMENT = 10
    TRAINING = 11
    INTAKE = 12
    RECORDED = 13
    LICENCE = 14
    LAPSE = 15
    SEARCH = 16
    SECTOR_CHOICE = 17
    VACANCY_CHOICE = 19
    CALLBACK = 20
    RANKING = 21
    TASTE_FOR_JOB = 22
    HIRE = 23
    SECOND_JOB = 24
    RESERVE = 25
    ENROLMENT = 26
    ATTRITION = 27
    VACANCY_AGE = 29
    HOURS = 30
    WANTED_HOURS = 31
    LOTTERY = 32


class Key(NamedTuple):
    """The two 64-bit halves of a key; passed to kernels."""

    first: uint64
    second: uint64


def _mix_int(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def key(seed: int, month: int, stream: Stream) -> Key:
    """Key of one decision in one month.

    >>> key(1, 1485, Stream.LIFE) == key(1, 1485, Stream.LIFE), key(1, 1485, Stream.LIFE) == key(2, 1485, Stream.LIFE)
    (True, False)
    """
    state = _mix_int((seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) & _MASK)
    state = _mix_int((state ^ (month * 0xD1342543DE82EF95)) & _MASK)
    state = _mix_int((state ^ (int(stream) * 0xDA942042E4DD58B5)) & _MASK)
    return Key(np.uint64(state), np.uint64(_mix_int((state + 0x9E3779B97F4A7C15) & _MASK)))


@inline
def mix64(z):
    """Finaliser of SplitMix64 (uint64 -> uint64)."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@inline
def draw64(k, who):
    """64 random bits of `who` (an id, as uint64) under key `k`."""
    return mix64(mix64(who * GOLDEN + k.first) ^ k.second)


@inline
def draw32(k, who):
    """32 random bits of `who`: compare with a threshold of `sim.numerics.tables.threshold`."""
    return np.uint32(draw64(k, np.uint64(who)) >> np.uint64(32))


@inline
def draw_block(k, first, out):
    """Fill `out` (uint64) with the draws of rows `first`, `first` + 1, ...

    The compiler turns this loop into vector instructions (0.3 instead of 3 ns per draw); scans therefore draw for a whole block first,
    and look at a person only when the draw could matter for anybody in that state.
    """
    for j in range(out.size):
        out[j] = draw64(k, np.uint64(first + j))


@inline
def draw_sub32(k, who, turn):
    """32 random bits of the `turn`-th draw (0..255) of `who` for the same decision, such as its third application."""
    return np.uint32(draw64(k, np.uint64(who) * np.uint64(256) + np.uint64(turn)) >> np.uint64(32))
