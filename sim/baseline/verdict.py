"""What a check found, for whoever shows it: the table, the page, JUnit, annotations, JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.baseline.item import Item, Tier
from sim.baseline.store import Baseline, Update
from sim.runs.ending import FAILED, FINE
from sim.runs.identity import Identity

SAME, MOVED = "same", "moved"


@dataclass(frozen=True)
class Verdict:
    """One check.

    Attributes
    ----------
    baseline : what was checked against. folder : where it stands, as it should be shown.
    tiers : those that were checked, in order. items : all that was compared, what moved furthest first (`by_distance`).
    now : code, data and machine of the check. seconds : how long each tier took. seeds : of each, where fewer than stored can be.
    """

    baseline: Baseline
    folder: str
    tiers: tuple[Tier, ...]
    items: tuple[Item, ...]
    now: Identity
    seconds: Mapping[Tier, float] = field(default_factory=dict)
    seeds: Mapping[Tier, int] = field(default_factory=dict)

    @property
    def moved(self) -> bool:
        """Whether anything moved that fails the check."""
        return any(item.moved for item in self.items)

    @property
    def word(self) -> str:
        """``same`` or ``moved``."""
        return MOVED if self.moved else SAME

    @property
    def exit_code(self) -> int:
        """0 same, 1 moved."""
        return FAILED if self.moved else FINE

    @property
    def stored(self) -> dict[Tier, Update]:
        """The update that each tier was measured by last: date, version, reason, digests."""
        return {tier: update for tier in self.tiers for update in self.baseline.history if tier in update.tiers}

    def of(self, tier: Tier) -> tuple[Item, ...]:
        """The items of a tier."""
        return tuple(item for item in self.items if item.tier == tier)

    def document(self) -> dict[str, Any]:
        """The one document of ``--json``."""
        return {
            "baseline": self.baseline.name,
            "folder": self.folder,
            "tier": list(self.tiers),
            "verdict": self.word,
            "stored": {tier: update.model_dump(exclude={"moved"}) for tier, update in self.stored.items()},
            "now": {"version": self.now.version, "code_digest": self.now.code_digest, "data_digest": self.now.data_digest,
                    "platform": self.now.platform},
            "seconds": {tier: round(seconds, 2) for tier, seconds in self.seconds.items()},
            "items": [vars(item) for item in self.items],
        }  # fmt: skip


def by_distance(items: Iterable[Item]) -> tuple[Item, ...]:
    """What moved first, the furthest first; what came or went before that, and digests, which have no distance, after it; then by name,
    digests in the order of the tier."""

    def place(item: Item) -> tuple[bool, bool, float, str]:
        distance = abs(item.z) if item.z is not None and not math.isnan(item.z) else math.inf if item.moved else 0.0
        return not item.moved, item.tier == "exact", -distance, item.id if item.z is not None else ""

    return tuple(sorted(items, key=place))
