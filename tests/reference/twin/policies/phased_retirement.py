"""Fewer hours in the last years of work. Who takes part depends on income: a share of each third, by a lot that people keep for ever.

The thirds are those of the weekly wages of employees of the age at the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from twin.lots import would_join
from twin.policies.base import ONE, Levers
from twin.policies.older_staff import OlderStaff

from sim.codes import State

if TYPE_CHECKING:
    from twin.agents import Person

TO_THE_END = 240
"""Months."""
WISH = "phased_retirement, take-up"


def weekly_wage(person: Person) -> int:
    """Cents a week in the main job."""
    return person.wage_cents * person.hours


def quantile(values: Sequence[int], share: float) -> float:
    """The value below which a share of them lies; between two of them, in proportion."""
    if not values:
        return 0.0
    ordered, place = sorted(values), share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


class PhasedRetirement(OlderStaff):
    """Generation pact."""

    name = "phased_retirement"

    def prepare(self) -> None:
        """The wages that part the thirds."""
        wages = [weekly_wage(person) for person in self.market.present if super().is_for(person)]
        self.low, self.high = quantile(wages, 1 / 3), quantile(wages, 2 / 3)

    def take_up(self, person: Person) -> float:
        """Share of people of this income who would take part."""
        s, wage = self.settings, weekly_wage(person)
        return s.take_up_low if wage < self.low else s.take_up_middle if wage < self.high else s.take_up_high

    def is_for(self, person: Person) -> bool:
        """Older employees who would."""
        return super().is_for(person) and would_join(self.market, person.number, WISH, self.take_up(person))

    def stays_months(self) -> int:
        """To the end of the working life."""
        return TO_THE_END

    def has_finished(self, person: Person) -> bool:
        """At work no longer."""
        return person.state != State.EMPLOYED

    def set_levers(self, levers: Levers, number: int) -> None:
        """Fewer hours, once."""
        levers["contract_hours"][number] = -round(ONE * self.settings.hours_cut)
