"""Random numbers by key: a draw is a function of (seed, month, stream, id), never of what was drawn before.

The same person takes the same draw for the same decision in every scenario, so the difference between two scenarios is caused by the
policy. Threads, order of rows, extra agents and restarts cannot change a draw.

Two generators, chosen by the setting ``rng``; no finding may hang on which.

* ``fast``, the default: a double application of the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014),
  ``mix(mix(id * GOLDEN + key_1) ^ key_2)`` with two 64-bit keys hashed from (seed, month, stream).
* ``philox``, the reference: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC 2011), about ten times slower. Nothing is hashed: the seed
  is its key and (id, month, stream) its counter, so no two decisions can ever share an input. The first two of its four words are used.

`mix64` alone gives names (of an opening and a searcher together), never luck: names are the same under both generators.
"""

from __future__ import annotations

from enum import IntEnum, unique
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.numerics.jit import inline, shared
from sim.numerics.types import uint64

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MASK = (1 << 64) - 1
LOW = np.uint64(0xFFFFFFFF)


@unique
class Stream(IntEnum):
    """One stream per decision. Numbers are for ever: never reuse one, or old and new results correlate; see `RETIRED_STREAMS`."""

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


RETIRED_STREAMS = {2: "HEALTH", 18: "PROVINCE_CHOICE", 28: "BUSINESS"}
"""Numbers that earlier versions used, and for what. A stream that goes is moved here."""


class Key(NamedTuple):
    """Key of one decision in one month for the default generator: two hashed 64-bit keys. Passed to kernels."""

    first: uint64
    second: uint64


class PhiloxKey(NamedTuple):
    """The same for Philox. first : the seed; second : stream (high half) and month (low half); tag : 0.

    The third field makes it another type: a kernel knows its generator when it is compiled, so the default runs through no test for it
    (a test at every draw made matching 10 % slower). Kernels are compiled again, once, when Philox is first asked for.
    """

    first: uint64
    second: uint64
    tag: uint64


AnyKey = Key | PhiloxKey
"""What kernels declare: compiled for the first, and for the second when it comes."""


def _mix_int(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


@lru_cache(maxsize=256)
def key(seed: int, month: int, stream: Stream, generator: str = "fast") -> Key | PhiloxKey:
    """Key of one decision in one month (0 <= month < 2**32; 0 for luck that holds for ever).

    >>> key(1, 1485, Stream.LIFE) == key(1, 1485, Stream.LIFE), key(1, 1485, Stream.LIFE) == key(2, 1485, Stream.LIFE)
    (True, False)
    >>> [int(part) for part in key(7, 1485, Stream.LIFE, "philox")] == [7, (Stream.LIFE << 32) + 1485, 0]
    True
    """
    if generator == "philox":
        return PhiloxKey(np.uint64(seed), np.uint64((int(stream) << 32) | month), np.uint64(0))
    state = _mix_int((seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) & _MASK)
    state = _mix_int((state ^ (month * 0xD1342543DE82EF95)) & _MASK)
    state = _mix_int((state ^ (int(stream) * 0xDA942042E4DD58B5)) & _MASK)
    # not one step of GOLDEN on: then the second key would be the inner hash of person 1, who would draw zero for ever
    return Key(np.uint64(state), np.uint64(_mix_int(state ^ 0xA0761D6478BD642F)))


@shared
def mix64(z):
    """Finaliser of SplitMix64 (uint64 -> uint64)."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@shared
def fast64(k, who):
    """64 bits of the default generator."""
    return mix64(mix64(who * GOLDEN + k.first) ^ k.second)


@shared
def philox64(first, second, who):
    """64 bits of Philox4x32-10: key `first`, counter (`who`, `second`), all uint64 with the low word first; words 1 (high) and 0 (low).

    Compiled on its own, not into every kernel: ten rounds in dozens of places would be a lot of code.
    """
    a, b, c, d = who & LOW, who >> np.uint64(32), second & LOW, second >> np.uint64(32)
    key_a, key_b = first & LOW, first >> np.uint64(32)
    for _ in range(10):
        left, right = a * np.uint64(0xD2511F53), c * np.uint64(0xCD9E8D57)
        a, b, c, d = (right >> np.uint64(32)) ^ b ^ key_a, right & LOW, (left >> np.uint64(32)) ^ d ^ key_b, left & LOW
        key_a, key_b = (key_a + np.uint64(0x9E3779B9)) & LOW, (key_b + np.uint64(0xBB67AE85)) & LOW
    return (b << np.uint64(32)) | a


@shared
def draw64(k, who):
    """64 random bits of `who` (an id, as uint64) under key `k`."""
    # two fields: a `Key`; decided when the kernel is compiled
    return fast64(k, who) if len(k) == 2 else philox64(k.first, k.second, who)


@shared
def draw32(k, who):
    """32 random bits of `who`: compare with a threshold of `sim.numerics.tables.threshold`."""
    return np.uint32(draw64(k, np.uint64(who)) >> np.uint64(32))


@inline
def draw_block(k, first, out):
    """Fill `out` (uint64) with the draws of rows `first`, `first` + 1, ...

    The compiler turns the first loop into vector instructions (0.3 instead of 3 ns per draw); scans therefore draw for a whole block first,
    and look at a person only when the draw could matter for anybody in that state.
    """
    if len(k) == 2:
        for j in range(out.size):
            out[j] = fast64(k, np.uint64(first + j))
    else:
        for j in range(out.size):
            out[j] = philox64(k.first, k.second, np.uint64(first + j))


@shared
def draw_sub32(k, who, turn):
    """32 random bits of the `turn`-th draw (0..255) of `who` for the same decision, such as its third application."""
    return np.uint32(draw64(k, np.uint64(who) * np.uint64(256) + np.uint64(turn)) >> np.uint64(32))
