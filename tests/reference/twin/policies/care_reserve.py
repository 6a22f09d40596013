"""Recruits for the care reserve: qualified for care, of the age, and not retired for longer than some years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.policies.reserve import Reserve

from sim.codes import SECTOR, Commitment, State

if TYPE_CHECKING:
    from twin.agents import Person


class CareReserve(Reserve):
    """The national care reserve."""

    name = "care_reserve"
    sector, pool, lever = "Q", Commitment.CARE_RESERVE, "care_reserve"

    def is_for(self, person: Person) -> bool:
        """Of the age in whole years, qualified, not long retired."""
        s = self.settings
        is_of_age = 12 * s.minimum_age <= person.age < 12 * (s.maximum_age + 1)
        is_qualified = person.qualifications >> SECTOR[self.sector] & 1
        retired_for = self.market.month - person.state_since if person.state == State.RETIRED else 0
        return bool(is_of_age and is_qualified and retired_for <= 12 * s.retired_years and super().is_for(person))
