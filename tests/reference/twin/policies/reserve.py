"""What the reserves of care and defence have in common: a place on the register, for as long as one is on it.

For people in no pool, enrolled for no other reserve, who do not work in the sector, neither in the main nor in a second job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from twin.lines.reserves import is_in_a_pool
from twin.policies.base import Levers, Policy

from sim.codes import SECTOR, Commitment, State

if TYPE_CHECKING:
    from twin.agents import Person

LIFELONG = 1200
"""Months."""


class Reserve(Policy):
    """Recruits for one pool."""

    has_comparison = False
    ends_at_retirement = False
    sector: ClassVar[str]
    pool: ClassVar[Commitment]
    lever: ClassVar[str]

    def is_for(self, person: Person) -> bool:
        """Who is there and can be recruited."""
        is_there = person.state != State.OUTSIDE
        return is_there and not is_in_a_pool(person) and not self.works_there(person) and not self.is_recruit_of_another(person)

    def works_there(self, person: Person) -> bool:
        """Whether somebody has a main or second job in the sector."""
        sector, second = SECTOR[self.sector], person.second_employer
        return (person.state == State.EMPLOYED and person.sector == sector) or (second is not None and second.sector == sector)

    def is_recruit_of_another(self, person: Person) -> bool:
        """Whether somebody takes part in the programme of another reserve, be it since earlier this month."""
        others = (p for p in self.market.programmes if isinstance(p.policy, Reserve) and p.policy.pool != self.pool)
        return any(person.programmes >> other.number & 1 for other in others)

    def stays_months(self) -> int:
        """As long as on the register."""
        return LIFELONG

    def has_finished(self, person: Person) -> bool:
        """Off the register."""
        return not person.commitments & self.pool

    def set_levers(self, levers: Levers, number: int) -> None:
        """Who joined enters the pool."""
        levers[self.lever][number] = 1

    def is_success(self, person: Person) -> bool:
        """Still on the register."""
        return bool(person.commitments & self.pool)
