"""A second job in a crucial sector for employees who are qualified for one and work elsewhere.

The employer must release them, by a lot that it keeps for ever, and both jobs must fit into 48 hours a week.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.agents import NEVER
from twin.lots import would_join
from twin.policies.base import ONE, Levers, Policy

from sim.codes import SECTOR, SECTOR_GROUPS, State

if TYPE_CHECKING:
    from twin.agents import Person

CRUCIAL = {SECTOR[key] for group, keys in SECTOR_GROUPS.items() if group != "rest" for key in keys}
FULL_WEEK = 48
RELEASES = "dual_track, release by the employer"


class DualTrack(Policy):
    """A second, part-time job in a crucial sector."""

    name = "dual_track"

    def is_for(self, person: Person) -> bool:
        """Employees below the pension age with one job, not under notice, outside the crucial sectors, qualified, and released."""
        s, employer = self.settings, person.employer
        if person.state != State.EMPLOYED or employer is None or person.age >= self.pension_age():
            return False
        has_room = person.hours + (1 - s.hours_given_up) * s.second_job_hours <= FULL_WEEK
        is_qualified = any(person.qualifications >> sector & 1 for sector in CRUCIAL)
        may = person.second_employer is None and person.notice_until == NEVER and has_room and is_qualified
        return may and person.sector not in CRUCIAL and would_join(self.market, employer.number, RELEASES, s.release_share)

    def stays_months(self) -> int:
        """Looks for that job, or has it with the programme's help."""
        return self.settings.months

    def has_finished(self, person: Person) -> bool:
        """No longer an employee, or under notice."""
        return person.employer is None or person.notice_until != NEVER

    def set_levers(self, levers: Levers, number: int) -> None:
        """Search for a second job of some hours, and what is given up for it."""
        s = self.settings
        if s.second_job_hours:
            levers["second_job_search"][number] = round(ONE * s.search_per_month)
            levers["second_job_hours"][number] = s.second_job_hours
            levers["hours_given_up"][number] = round(ONE * s.hours_given_up)

    def is_success(self, person: Person) -> bool:
        """Has a second job in a crucial sector."""
        return person.second_employer is not None and person.second_employer.sector in CRUCIAL
