"""A subsidy for whoever hires an unemployed person of some age and over, below the state pension age: ranked higher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.policies.base import ONE, Levers, Policy

from sim.codes import State

if TYPE_CHECKING:
    from twin.agents import Person


class HiringSubsidy(Policy):
    """Wage-cost subsidy."""

    name = "hiring_subsidy"

    def is_for(self, person: Person) -> bool:
        """Older unemployed people."""
        return person.state == State.UNEMPLOYED and 12 * self.settings.minimum_age <= person.age < self.pension_age()

    def stays_months(self) -> int:
        """The right to it."""
        return self.settings.months

    def has_finished(self, person: Person) -> bool:
        """Hired."""
        return person.state == State.EMPLOYED

    def set_levers(self, levers: Levers, number: int) -> None:
        """Ranked higher."""
        levers["hiring_score"][number] = round(ONE * self.settings.score)

    def is_success(self, person: Person) -> bool:
        """In work."""
        return person.state == State.EMPLOYED
