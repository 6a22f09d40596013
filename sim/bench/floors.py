"""What the machine allows: the calibration kernel (computing) and the triad (memory).

The calibration kernel, one keyed draw and one comparison per person, is the yardstick of every ratio. It is timed next to what is compared
with it, so that a slow moment slows both.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import numpy as np

from sim.bench.kernels import hash_and_compare, triad
from sim.bench.timing import seconds
from sim.numerics.jit import BLOCK
from sim.numerics.rng import Stream, key

CALIBRATION_BLOCKS = 512
"""Blocks of one sample: 2.1 million draws, about half a millisecond, too short for most interruptions."""
CALIBRATION_SAMPLES = 3
TRIAD_ELEMENTS = 15_000_000
"""Numbers per array, 120 MB each: beyond most caches, and no power of two, which caches take badly."""
TRIAD_ROUNDS = 10
HALF = np.uint32(2**31)

_keys = count(1)


@dataclass(frozen=True)
class Floors:
    """calibration_ns : ns per draw and comparison. triad_gb_s : 10^9 bytes per second. threads : of both."""

    threads: int
    calibration_ns: float
    triad_gb_s: float


def calibration_ns() -> float:
    """Nanoseconds per person of the calibration kernel now, best of three samples, each with draws of its own."""
    hits = np.empty(CALIBRATION_BLOCKS, np.int64)

    def sample() -> None:
        hash_and_compare(key(0, next(_keys), Stream.LIFE), HALF, hits)

    return 1e9 * min(seconds(sample) for _ in range(CALIBRATION_SAMPLES)) / (CALIBRATION_BLOCKS * BLOCK)


def triad_gb_s() -> float:
    """Memory bandwidth in 10^9 bytes per second, the best of some rounds."""
    a, b, c = (np.full(TRIAD_ELEMENTS, float(value)) for value in range(3))
    triad(3.0, b, c, a)
    return 24e-9 * TRIAD_ELEMENTS / min(seconds(lambda: triad(3.0, b, c, a)) for _ in range(TRIAD_ROUNDS))


def floors(threads: int) -> Floors:
    """Both floors with `threads` threads."""
    use_threads(threads)
    calibration_ns()  # compiles or loads the kernel
    return Floors(threads, min(calibration_ns() for _ in range(5)), triad_gb_s())


def use_threads(threads: int) -> None:
    """Let kernels use that many threads from now on."""
    import numba

    numba.set_num_threads(threads)


def thread_counts() -> list[int]:
    """One thread, and two where there are two cores."""
    import numba

    return [1, 2][: numba.config.NUMBA_NUM_THREADS]  # type: ignore[attr-defined]
