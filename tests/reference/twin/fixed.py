"""Shares in whole numbers: 65,536 is one. Products are rounded down, so that every machine takes the same decision.

share(x) = round(65,536 * x);  part(amount, share) = floor(amount * share / 65,536)
"""

from __future__ import annotations

WHOLE = 65536
"""A share of one."""


def share(value: float) -> int:
    """A share or ratio in 1/65,536."""
    return round(WHOLE * value)


def part(amount: int, of: int) -> int:
    """That share of an amount, rounded down."""
    return amount * of >> 16


def chance16(draw: int) -> int:
    """The 16 highest of 32 random bits: to be compared with a share."""
    return draw >> 16
