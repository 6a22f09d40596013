"""How many participants it takes to see an effect: two equal groups by lot, a two-sided test at 5 %, a chance of 80 % to find it.

Normal approximation (Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd ed., 2003, section 4.2, without
continuity correction; for means: Cohen 1988). For shares p (comparison) and q (participants), with m their mean,

    n per group = (z(1 - size / 2) sqrt(2 m (1 - m)) + z(power) sqrt(p (1 - p) + q (1 - q)))**2 / (q - p)**2

and for means with standard deviation sd, n per group = 2 ((z(1 - size / 2) + z(power)) sd / effect)**2.
"""

from __future__ import annotations

import math

from scipy.special import ndtr, ndtri

POWER, SIZE = 0.8, 0.05
Z_SIZE, Z_POWER = float(ndtri(1 - SIZE / 2)), float(ndtri(POWER))


def participants_for_shares(comparison: float, effect: float) -> int | None:
    """Participants, with as many in a comparison group, to find `effect` on a share that is `comparison` without it.

    None when no number is enough: no effect, or a share outside 0..1.

    >>> participants_for_shares(0.5, 0.1), participants_for_shares(0.5, 0.0)
    (388, None)
    """
    p, q = comparison, comparison + effect
    if effect == 0 or not (0 <= p <= 1 and 0 <= q <= 1):
        return None
    m = (p + q) / 2
    root = Z_SIZE * math.sqrt(2 * m * (1 - m)) + Z_POWER * math.sqrt(p * (1 - p) + q * (1 - q))
    return math.ceil((root / effect) ** 2)


def participants_for_means(sd: float, effect: float) -> int | None:
    """The same for the mean of something with standard deviation `sd`, in the unit of `effect`; None without an effect.

    >>> participants_for_means(1.0, 0.5)
    63
    """
    if effect == 0 or not math.isfinite(sd):
        return None
    return math.ceil(2 * ((Z_SIZE + Z_POWER) * sd / effect) ** 2)


def power_of_shares(participants: float, comparison: float, effect: float) -> float:
    """Chance that a trial with so many participants, and as many in a comparison group, finds `effect`: the formula turned round.

    >>> round(power_of_shares(388, 0.5, 0.1), 2)
    0.8
    """
    p, q = comparison, min(max(comparison + effect, 0.0), 1.0)
    m, spread = (p + q) / 2, math.sqrt(p * (1 - p) + q * (1 - q))
    if spread == 0:
        return float(p != q)
    shift, edge = math.sqrt(participants) * (q - p), Z_SIZE * math.sqrt(2 * m * (1 - m))
    return float(ndtr((shift - edge) / spread) + ndtr((-shift - edge) / spread))


def power_of_means(participants: float, sd: float, effect: float) -> float:
    """The same for a mean with standard deviation `sd`."""
    shift = math.sqrt(participants / 2) * effect / sd
    return float(ndtr(shift - Z_SIZE) + ndtr(-shift - Z_SIZE))


def wilson(successes: float, n: float) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927).

    >>> [round(end, 3) for end in wilson(29, 37)]
    [0.628, 0.886]
    """
    share, square = successes / n, Z_SIZE**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z_SIZE * math.sqrt(share * (1 - share) / n + square / (4 * n**2)) / (1 + square / n)
    return middle - half, middle + half
