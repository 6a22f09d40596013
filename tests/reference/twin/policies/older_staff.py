"""What the policies for older employees have in common: of some age and over, below the state pension age."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.policies.base import Policy

from sim.codes import State

if TYPE_CHECKING:
    from twin.agents import Person


class OlderStaff(Policy):
    """For older employees."""

    def is_of_age(self, person: Person) -> bool:
        """At work, of the age, below the state pension age in force."""
        return person.state == State.EMPLOYED and 12 * self.settings.minimum_age <= person.age < self.pension_age()

    def is_for(self, person: Person) -> bool:
        """Employees of that age."""
        return self.is_of_age(person) and person.employer is not None

    def is_success(self, person: Person) -> bool:
        """Still at work."""
        return person.state == State.EMPLOYED
