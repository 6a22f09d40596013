"""How policies reach people: what a programme changes for those who take part in it.

lever(person) = sum over the programmes that the person takes part in; a country lever = sum over all; a sector lever stands as it is
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.market import ReferenceMarket


def programmes_of(bits: int) -> list[int]:
    """Numbers of the programmes in a bit set."""
    return [number for number in range(bits.bit_length()) if bits >> number & 1]


def lever_of(person: Person, name: str) -> int:
    """Value of a person lever (`sim.policies.levers.LEVERS`) for somebody, this month."""
    return sum(person.model.levers[name][number] for number in programmes_of(person.programmes))


def sector_lever(market: ReferenceMarket, name: str, sector: int) -> int:
    """Value of a sector lever this month."""
    return market.levers[name][sector]


def country_lever(market: ReferenceMarket, name: str) -> int:
    """Value of a lever that holds for everybody."""
    return sum(market.levers[name])
