"""Lots: a choice between a few alternatives by drawing one of 1,024 tickets.

An alternative of weight w has 1,024 * w / (sum of the weights) tickets, rounded by largest remainders (Hare's quota, as for seats in a
parliament; of equal remainders the first alternative goes first). Tickets are numbered through: those of the first alternative come first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

TICKETS = 1024


def tickets(weights: Sequence[float]) -> list[int]:
    """The alternative that each ticket stands for. At least one weight is above zero.

    The sum of the weights is rounded once (`math.fsum`). In whatever order it is added up, it moves a quota by less than 1e-12 of a ticket,
    and whole tickets are all that comes of it.
    """
    total = math.fsum(weights)
    quota = [float(weight) / total * TICKETS for weight in weights]
    whole = [math.floor(exact) for exact in quota]
    left_over = TICKETS - sum(whole)
    by_remainder = sorted(range(len(weights)), key=lambda one: whole[one] - quota[one])
    for alternative in by_remainder[:left_over]:
        whole[alternative] += 1
    return [alternative for alternative, number in enumerate(whole) for _ in range(number)]


def ticket(bits: int, width: int) -> int:
    """Number of the ticket drawn: the 10 highest of `width` random bits."""
    return bits >> width - 10
