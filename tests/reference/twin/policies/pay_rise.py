"""A sector pays more; after some months all others have copied a part of it.

    cost = wages of its employees * rise / (1 + what they have of it already) * (1 + on-costs), at the jobs and hours of the last month

After the end new staff get no rise, and staff who were there keep theirs, and cost.
"""

from __future__ import annotations

from twin.agents import Person
from twin.policies.base import ONE, Levers, Rule

from sim.codes import N_SECTORS, SECTOR, month_index

WEEKS_PER_MONTH = 365.25 / 12 / 7


class PayRise(Rule):
    """Higher wages in one sector."""

    name = "pay_rise"

    def set_rules(self, levers: Levers, number: int) -> None:
        """The rise of the sector, and what the others follow."""
        s = self.settings
        has_spread = self.market.month >= month_index(s.start) + s.follow_months
        for sector in range(N_SECTORS):
            followed = s.rise * s.competitors_follow if has_spread else 0.0
            levers["sector_wage"][sector] += round(ONE * (s.rise if sector == SECTOR[s.sector] else followed))

    def look(self, participants: list[Person]) -> None:
        """What the rise costs this month."""
        s, market, here = self.settings, self.market, SECTOR[self.settings.sector]
        self.bill = 0.0
        if market.month >= month_index(s.start):
            cents = float(sum(person.hours * person.wage_cents for person in market.present if self.has_it(person)))
            held = market.lines["wages"].paid[here] / ONE  # type: ignore[attr-defined]
            self.bill = cents / 100 * WEEKS_PER_MONTH * s.rise / (1 + held) * (1 + s.on_costs) * market.weight

    def has_it(self, person: Person) -> bool:
        """Employees of the sector, but for those hired after the end."""
        in_time = self.settings.end is None or person.job_since <= month_index(self.settings.end)
        return person.employer is not None and person.sector == SECTOR[self.settings.sector] and in_time

    def cost(self, new: float, participants: float) -> float:
        """Wages and contributions that are due to the rise."""
        return self.bill
