"""Recruits for the defence reserve: in good health, of the age, not retired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.policies.reserve import Reserve

from sim.codes import Commitment, State

if TYPE_CHECKING:
    from twin.agents import Person


class DefenceReserve(Reserve):
    """The defence reserve."""

    name = "defence_reserve"
    sector, pool, lever = "DEF", Commitment.DEFENCE_RESERVE, "defence_reserve"

    def is_for(self, person: Person) -> bool:
        """Of the age in whole years, healthy, not retired."""
        s = self.settings
        is_of_age = 12 * s.minimum_age <= person.age < 12 * (s.maximum_age + 1)
        return is_of_age and person.health == 0 and person.state != State.RETIRED and super().is_for(person)
