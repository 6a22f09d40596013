"""Peer networks for staff of 58 and over, after the Netværksmøder 58+ of Aarhus municipality.

Facilitated meetings, planning tools and a talk with the leader help participants to find a reason and a way to stay. In the model a
participant's log-odds of retiring fall for some years. How far is solved, not assumed: such that, for the people who may take part and
with nobody competing, the expected exit is `net_delay_months` later. What happens beyond - fewer openings for others, fewer vacancies -
comes out of the market.

Trap: 42 % of participants said they wanted to stay longer. That is a wish without comparison group, and no input here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import PrivateAttr

from sim.policies.base import choice, evidence
from sim.policies.delay import shift_for_delay
from sim.policies.older_staff import OlderStaff
from sim.policies.target import pension_age_in_force

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers


class SeniorNetworks(OlderStaff):
    """Peer-network meetings for older employees."""

    name: ClassVar[str] = "senior_networks"
    effect: ClassVar[str | None] = "net_delay_months"

    places_per_year: float = choice("policies.senior_networks.places_per_year", ge=0)
    capacity_fill: float = evidence("policies.senior_networks.capacity_fill", ge=0, le=1)
    minimum_age: int = choice("policies.senior_networks.minimum_age", ge=50, le=74)
    net_delay_months: float = evidence("policies.senior_networks.net_delay_months", ge=0, le=24)
    effect_months: int = evidence("policies.senior_networks.effect_months", ge=1, le=120)
    cost_per_participant_eur: float = evidence("policies.senior_networks.cost_per_participant_eur", ge=0)

    _shift: int = PrivateAttr(default=0)

    def prepare(self, model: LabourMarket) -> None:
        """Solve the shift of the log-odds that gives the delay of the evidence to the people eligible at the start."""
        pension_age = pension_age_in_force(model)
        self._shift = shift_for_delay(model, self.eligible(model), pension_age, self.net_delay_months, self.effect_months)

    def stays_months(self) -> int:
        """The effect lasts, then fades."""
        return self.effect_months

    def set_levers(self, levers: Levers, bit: int) -> None:
        """Lower the log-odds of retiring."""
        levers.retirement_log_odds[bit] = self._shift
