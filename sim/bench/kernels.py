"""The kernels of the benchmark, which are no part of the model: the calibration kernel, the triad and the hazard step.

All in this one file: Numba notices a change in a kernel's own file, and the name of the cache folder covers the helpers of `sim.numerics`
that these kernels use, so a stale kernel cannot be measured. A helper in another file of this folder would break that.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from sim.numerics.jit import BLOCK, scan
from sim.numerics.rng import AnyKey, draw32
from sim.numerics.types import float64, float64s, int16s, int64, int64s, int64s2, uint8s, uint32, uint32s, uint32s2

LEAVING_AGE_MONTHS = 67 * 12
"""Age in months at which somebody stops work for good in the hazard step."""
EMPLOYED, UNEMPLOYED, RETIRED = 0, 1, 2


@scan
def hash_and_compare(k: AnyKey, threshold: uint32, hits: int64s) -> None:
    """The calibration kernel: one keyed draw per person, compared with a threshold; the least that a monthly hazard can cost.

    k : Key. threshold : uint32. hits : (n_blocks,) int64, written: draws below the threshold in each block of BLOCK people.
    """
    for b in prange(hits.size):
        lo = b * BLOCK
        below = 0
        for i in range(lo, lo + BLOCK):
            if draw32(k, i) < threshold:
                below += 1
        hits[b] = below


@scan
def triad(scale: float64, b: float64s, c: float64s, a: float64s) -> None:
    """``a = b + scale * c`` over (n,) float64; counted as in STREAM: 24 bytes per element. No blocks: so it becomes vector code."""
    for i in prange(a.size):
        a[i] = b[i] + scale * c[i]


@scan
def hazard_step(month: int64, k: AnyKey, most: uint32s, threshold: uint32s2, state: uint8s, birth_month: int16s, counts: int64s2) -> None:
    """One month of `sim.bench.hazard`, in the shape that suits the machine: loops without branches find the few who may move.

    month : int64. k : Key. most : (3,) uint32, the largest threshold by state. threshold : (2, n_ages) uint32 by state and age in years.
    state : (n,) uint8, read and written. birth_month : (n,) int16. counts : (n_blocks, 3) int64, written: people by state.
    """
    for b in prange(counts.shape[0]):
        lo = b * BLOCK
        n = min(BLOCK, state.size - lo)
        here, born = state[lo : lo + n], birth_month[lo : lo + n]
        draw = np.empty(BLOCK, np.uint32)
        may_move = np.empty(BLOCK, np.uint8)
        who = np.empty(BLOCK, np.int32)
        if_employed, if_unemployed = most[EMPLOYED], most[UNEMPLOYED]
        leaves = np.int16(month - LEAVING_AGE_MONTHS)
        for j in range(n):
            draw[j] = draw32(k, lo + j)
        for j in range(n):
            bound = if_employed if here[j] == EMPLOYED else if_unemployed
            may_move[j] = np.uint8((draw[j] < bound) & (here[j] != RETIRED)) | np.uint8(born[j] == leaves)
        found = np.int64(0)
        for j in range(n):
            who[found] = j
            found += np.int64(may_move[j])
        for f in range(found):
            j = who[f]
            age = month - np.int64(born[j])
            if age == LEAVING_AGE_MONTHS:
                here[j] = RETIRED
            elif draw[j] < threshold[here[j], age // 12]:
                here[j] = UNEMPLOYED - here[j]
        employed, unemployed = np.int64(0), np.int64(0)
        for j in range(n):
            employed += np.int64(here[j] == EMPLOYED)
            unemployed += np.int64(here[j] == UNEMPLOYED)
        counts[b, EMPLOYED] = employed
        counts[b, UNEMPLOYED] = unemployed
        counts[b, RETIRED] = n - employed - unemployed
