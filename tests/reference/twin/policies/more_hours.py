"""Larger contracts for part-timers of one sector, at employers that want more hours than they have.

Of the staff who are guided some share extends, by a lot that they keep for ever; only those take part here, and each of them costs the
guidance of all who had to be guided for one to extend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.lots import would_join
from twin.policies.base import ONE, Levers, Policy

from sim.codes import SECTOR, State

if TYPE_CHECKING:
    from twin.agents import Person

TO_THE_END = 240
"""Months."""
WISH = "more_hours, extends"


class MoreHours(Policy):
    """Contract extension."""

    name = "more_hours"

    def works_there(self, person: Person) -> bool:
        """Whether somebody is an employee of the sector."""
        return person.employer is not None and person.sector == SECTOR[self.settings.sector]

    def is_for(self, person: Person) -> bool:
        """Part-timers below the pension age whose employer misses hours, and who would extend."""
        s, employer = self.settings, person.employer
        if employer is None or person.state != State.EMPLOYED or person.age >= self.pension_age() or not self.works_there(person):
            return False
        is_small, is_short = person.hours + s.hours <= s.largest_contract, employer.desired_hours > employer.filled_hours
        return is_small and is_short and would_join(self.market, person.number, WISH, s.extend_share)

    def places_this_year(self) -> float:
        """Staff guided, times the share that extends."""
        return self.settings.staff_per_year * self.settings.capacity_fill * self.settings.extend_share

    def stays_months(self) -> int:
        """For good."""
        return TO_THE_END

    def has_finished(self, person: Person) -> bool:
        """Works in the sector no longer."""
        return not self.works_there(person)

    def set_levers(self, levers: Levers, number: int) -> None:
        """More hours, once, of which some were worked as overtime before."""
        levers["hours_added"][number] = round(ONE * self.settings.hours * self.settings.extra_share)

    def cost(self, new: float, participants: float) -> float:
        """Guidance of everybody guided."""
        s = self.settings
        return new * s.cost_per_guided_eur / s.extend_share if s.extend_share else 0.0

    def is_success(self, person: Person) -> bool:
        """Still an employee of the sector."""
        return self.works_there(person)
