"""Career advice for people under notice and people who became unemployed in the last six months.

    call-back rises by  screening * strength  of that of somebody of 25-44 with a short spell
    lowest wage falls by  wage_realism * strength  of that of an unemployed person with a short spell (no more than all of it)
    applications outside the own sector rise by  breadth * strength

The strength is evidence: where the measured curve has the effect of the trials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.policies.back_at_work import is_back_at_work, is_under_notice
from twin.policies.base import ONE, Levers, Policy

from sim.codes import State

if TYPE_CHECKING:
    from twin.agents import Person

RECENTLY = 6
"""Months."""


class CareerAdvice(Policy):
    """A few talks with an adviser."""

    name = "career_advice"

    def is_for(self, person: Person) -> bool:
        """Threatened, or out of work for a short time."""
        is_new = person.state == State.UNEMPLOYED and person.state_since > self.market.month - RECENTLY
        return is_under_notice(person) or is_new

    def stays_months(self) -> int:
        """What was learnt counts for so long."""
        return self.settings.months

    def has_finished(self, person: Person) -> bool:
        """In a new job."""
        return is_back_at_work(person)

    def set_levers(self, levers: Levers, number: int) -> None:
        """Easier screening, a lower claim, a wider look."""
        s, p = self.settings, self.market.lines["matching"].parameters
        levers["callback"][number] = round(round(ONE * p.callback_rate) * s.screening * s.strength)
        levers["reservation_wage"][number] = -round(round(ONE * p.reservation_unemployed) * min(s.wage_realism * s.strength, 1.0))
        levers["other_sector_share"][number] = round(ONE * s.breadth * s.strength)

    def is_success(self, person: Person) -> bool:
        """In work, and not under notice."""
        return is_back_at_work(person)
