"""Random numbers: a draw is a function of (seed, month, decision, who). The key is that of the model; the rest is here again, in integers.

draw(k, who) = mix(mix(who * GOLDEN + k.first) ^ k.second), 64 bits; mix: the finaliser of SplitMix64
"""

from __future__ import annotations

from sim.numerics.rng import Key

BITS_64 = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
SUB_DRAWS = 256


def mix(z: int) -> int:
    """Finaliser of SplitMix64."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & BITS_64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & BITS_64
    return z ^ (z >> 31)


def draw64(key: Key, who: int) -> int:
    """64 random bits of `who` for one decision."""
    return mix(mix((who * GOLDEN + int(key.first)) & BITS_64) ^ int(key.second))


def draw32(key: Key, who: int) -> int:
    """32 random bits of `who`."""
    return draw64(key, who) >> 32


def draw_sub32(key: Key, who: int, turn: int) -> int:
    """32 random bits of the `turn`-th draw (0..255) of `who` for the same decision."""
    return draw64(key, (who * SUB_DRAWS + turn) & BITS_64) >> 32


def threshold(probability: float) -> int:
    """The integer that a draw of 32 bits stays below with this probability (resolution 2**-20)."""
    share = min(max(float(probability), 0.0), 1.0)
    return min(round(share * 2**20) * 2**12, 2**32 - 1)  # round(): half to even, as NumPy does
