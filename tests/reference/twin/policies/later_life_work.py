"""A course on the last years of work: later exit, hours handed over, mentors for newcomers, work after the pension.

newcomers with a mentor, share by sector = participants at work * mentors * newcomers per mentor / newcomers at the start, at most all
chance of a sector's newcomers to leave work falls by  fewer_leave * that share
"""

from __future__ import annotations

from twin.agents import Person
from twin.policies.base import ONE, Levers
from twin.policies.delay import HORIZON, shift_for_delay
from twin.policies.older_staff import OlderStaff

from sim.codes import N_SECTORS

NEWCOMER = 24
"""Months of tenure."""


class LaterLifeWork(OlderStaff):
    """Course for older employees; goes on after retirement."""

    name = "later_life_work"
    ends_at_retirement = False

    def prepare(self) -> None:
        """Solve how far the log-odds of retiring fall, and count the newcomers of each sector at the start."""
        people = [person for person in self.market.present if self.is_for(person)]
        self.shift = shift_for_delay(self.market, people, self.pension_age(), self.settings.net_delay_months, HORIZON)
        self.newcomers, self.mentored = [0] * N_SECTORS, [0.0] * N_SECTORS
        for person in self.market.people:
            if person.employer is not None and self.market.month - person.job_since < NEWCOMER:
                self.newcomers[person.sector] += 1

    def stays_months(self) -> int:
        """As far as the solution looks ahead."""
        return HORIZON

    def look(self, participants: list[Person]) -> None:
        """The share of each sector's newcomers with a mentor."""
        s, at_work = self.settings, [0] * N_SECTORS
        for person in participants:
            if person.employer is not None:
                at_work[person.sector] += 1
        for sector, newcomers in enumerate(self.newcomers):
            self.mentored[sector] = min(s.mentors * at_work[sector] * s.newcomers_per_mentor / max(newcomers, 1), 1.0)

    def set_levers(self, levers: Levers, number: int) -> None:
        """Later exit, fewer hours once, search after the pension, newcomers who stay."""
        s = self.settings
        levers["retirement_log_odds"][number] = self.shift
        levers["contract_hours"][number] = -round(ONE * s.hours_handed_over)
        levers["search_after_pension"][number] = round(ONE * s.search_after_pension)
        for sector, share in enumerate(self.mentored):
            levers["sector_newcomer_exit"][sector] -= round(ONE * s.fewer_leave * share)
