"""The job bridge: displaced workers cross to another sector, with the frictions between jobs lowered for them.

    relief(f) = strength * (1 - friction(f)) * size(f);   every lever is the sum of its reliefs

The strength is evidence: where the measured curve has the effect of the trials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.agents import NEVER
from twin.lots import would_join
from twin.policies.back_at_work import is_back_at_work, is_under_notice
from twin.policies.base import ONE, Levers, Policy

from sim.codes import State

if TYPE_CHECKING:
    from twin.agents import Person

RECENTLY = 12
"""Months."""
EARLY = "job_bridge, help before dismissal"
LEVERS = {
    "skill_distance_relief": ("unseen_skills",),
    "other_sector_share": ("unknown_sectors",),
    "licence_relief": ("licence",),
    "course_start": ("training_dates",),
    "hiring_score": ("mentors", "employer_risk"),
    "course_applications": ("tied_training_money", "no_income", "benefit_rules"),
    "extra_applications": ("coordination",),
}
"""Lever -> the frictions whose relief it is."""


class JobBridge(Policy):
    """From work to work in another sector."""

    name = "job_bridge"

    def is_for(self, person: Person) -> bool:
        """Displaced: under notice, where help comes in time, or unemployed since a lay-off of the last twelve months."""
        if person.displaced_since == NEVER:
            return False
        if is_under_notice(person):
            return would_join(self.market, person.number, EARLY, 1 - self.settings.friction_late_help)
        return person.state == State.UNEMPLOYED and person.displaced_since >= self.market.month - RECENTLY

    def stays_months(self) -> int:
        """On the bridge."""
        return self.settings.months

    def has_finished(self, person: Person) -> bool:
        """Across, and landed: some months in the new job; at once where nobody guides in it."""
        landing = self.settings.landing_months if self.settings.friction_rough_landing < 1 else 0
        return is_back_at_work(person) and self.market.month - person.job_since >= landing

    def relief(self, friction: str) -> float:
        """What participants get because a friction is lower."""
        s = vars(self.settings)
        return s["strength"] * (1 - s[f"friction_{friction}"]) * s[f"size_{friction}"]

    def set_levers(self, levers: Levers, number: int) -> None:
        """Every relief at its lever."""
        p = self.market.lines["matching"].parameters
        for lever, frictions in LEVERS.items():
            levers[lever][number] = round(ONE * sum(map(self.relief, frictions)))
        levers["callback"][number] = round(round(ONE * p.callback_rate) * self.relief("diploma_screening"))
        levers["reservation_wage"][number] = -round(round(ONE * p.reservation_unemployed) * self.relief("wage_loss"))
        levers["newcomer_exit"][number] = -round(ONE * self.relief("rough_landing"))

    def cost(self, new: float, participants: float) -> float:
        """On joining, with the months of income that participants get."""
        s = self.settings
        return new * (s.cost_per_participant_eur + (1 - s.friction_no_income) * s.income_months * s.income_per_month_eur)

    def is_success(self, person: Person) -> bool:
        """In work, and not under notice."""
        return is_back_at_work(person)
