"""One thing that a check compares, and what it says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tier = Literal["exact", "statistical", "effects"]
TIERS: tuple[Tier, ...] = ("exact", "statistical", "effects")
"""In the order in which they are checked: each slower, and closer to what a reader of results sees."""


@dataclass(frozen=True)
class Item:
    """One comparison.

    id : unique within a baseline, with dots, such as ``statistical.vacancies.Q``; `sim baseline explain` takes it, or how it ends.
    stored, now : numbers, or digests. unit : of the numbers; empty for a digest.
    z : by how many combined standard errors it moved (signed); None where a standard error has no meaning.
    moved : whether the check fails on it. sentence : what happened, for people, without the id.
    """

    id: str
    tier: Tier
    unit: str
    stored: float | str | None
    now: float | str | None
    z: float | None
    moved: bool
    sentence: str
