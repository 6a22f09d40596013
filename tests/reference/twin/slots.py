"""Slots: where searchers find openings. One opening more changes the luck of those who look into its slot, and of nobody else.

A market cell (sector x province of work) has slots. An opening sits in the slot that the lower half of its key points at, or in the next
free one. A searcher looks into one slot after another, at random, until one is taken: every opening of the cell is found equally often,
and where more slots are taken somebody succeeds sooner.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from twin.cells import market_cell
from twin.luck import draw64
from twin.tickets import ticket

from sim.codes import N_PROVINCES
from sim.numerics.rng import Key

if TYPE_CHECKING:
    from twin.agents import Opening

FEWEST = 12
"""Slots of a small cell."""
MOST_LOOKS = 24
"""Slots that one application looks into before it is given up."""
LOOKS_SET_ASIDE = 32
"""Draws that belong to one application."""
DRAWS_SET_ASIDE = 256
"""Draws that belong to one searcher."""


class Slots:
    """``taken`` : by market cell (`twin.cells.market_cell`), the opening in each slot, or None."""

    def __init__(self, at_least: Sequence[float]) -> None:
        self.taken: list[list[Opening | None]] = [[None] * max(math.ceil(number), FEWEST) for number in at_least]

    @property
    def sizes(self) -> list[int]:
        """Slots by market cell."""
        return [len(slots) for slots in self.taken]

    def sizes_by_sector(self, province: int) -> list[int]:
        """Slots of every sector in a province."""
        return self.sizes[province::N_PROVINCES]

    def empty(self) -> None:
        """No opening anywhere."""
        for slots in self.taken:
            slots[:] = [None] * len(slots)

    def put(self, opening: Opening) -> bool:
        """Give an opening its slot; False when the cell is full."""
        slots = self.taken[market_cell(opening.employer)]
        own = position(opening.key, len(slots))
        for at in [*range(own, len(slots)), *range(own)]:
            if slots[at] is None:
                slots[at] = opening
                return True
        return False

    def look(self, key: Key, who: int, turn: int, province: int, sectors: Sequence[int]) -> Opening | None:
        """The opening that the `turn`-th application of a searcher hits upon in a province; None when it finds nothing.

        `sectors` : the sector for each of 1,024 tickets; one is drawn for every look.
        """
        for look in range(MOST_LOOKS):
            bits = draw64(key, who * DRAWS_SET_ASIDE + turn * LOOKS_SET_ASIDE + look)
            slots = self.taken[sectors[ticket(bits, 64)] * N_PROVINCES + province]
            found = slots[position(bits, len(slots))]
            if found is not None:
                return found
        return None


def position(bits: int, size: int) -> int:
    """One of `size` positions, equally likely, from the lower half of 64 random bits."""
    return (bits & 2**32 - 1) * size >> 32
