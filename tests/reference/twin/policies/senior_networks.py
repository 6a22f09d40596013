"""Peer networks for older employees, who leave work later: by so much that few participants gain the delay of the evidence."""

from __future__ import annotations

from twin.policies.base import Levers
from twin.policies.delay import shift_for_delay
from twin.policies.older_staff import OlderStaff


class SeniorNetworks(OlderStaff):
    """Meetings, planning tools, a talk with the leader."""

    name = "senior_networks"

    def prepare(self) -> None:
        """Solve how far the log-odds of retiring fall."""
        s, people = self.settings, [person for person in self.market.present if self.is_for(person)]
        self.shift = shift_for_delay(self.market, people, self.pension_age(), s.net_delay_months, s.effect_months)

    def stays_months(self) -> int:
        """As long as the effect lasts."""
        return self.settings.effect_months

    def set_levers(self, levers: Levers, number: int) -> None:
        """Later exit."""
        levers["retirement_log_odds"][number] = self.shift
