"""Lots that decide about taking part: drawn once, kept for ever, one for every name of a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from twin.luck import draw_sub32

from sim.numerics.rng import Key, Stream

if TYPE_CHECKING:
    from twin.market import ReferenceMarket


def lot(key: Key, who: int, decision: str) -> int:
    """32 random bits of `who` for a decision with this name, whatever other decisions there are."""
    return draw_sub32(key, who, crc32(decision.encode()) % 256)


def would_join(market: ReferenceMarket, who: int, wish: str, share: float) -> bool:
    """Whether number `who` is among the `share` of people (or employers) that would, by the lot of this wish."""
    return lot(market.lasting_key(Stream.ENROLMENT), who, wish) < share * 2.0**32
