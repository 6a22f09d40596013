"""More seats on the courses of one sector, more interest in them, and starts in every month.

cost  = course cost of who would not have started without it: started - min(usual seats, started / (1 + attraction * extra seats)),
        and with starts in every month `all_year_cost` of the course cost of everybody who started; booked the month after
"""

from __future__ import annotations

from twin.agents import Person
from twin.policies.base import ONE, Levers, Rule
from twin.tables import sum_in_order

from sim.codes import SECTOR


class TrainingPlaces(Rule):
    """More places on courses for adults."""

    name = "training_places"

    def set_rules(self, levers: Levers, number: int) -> None:
        """More seats, more applications, more intakes."""
        s, here = self.settings, SECTOR[self.settings.sector]
        levers["seats"][here] += round(ONE * s.extra_seats)
        levers["course_interest"][here] += round(ONE * s.extra_seats * s.attraction)
        levers["all_year_intake"][here] += s.all_year

    def look(self, participants: list[Person]) -> None:
        """What those courses cost that started last month."""
        s, market, training = self.settings, self.market, self.market.lines["training"]
        was_open = self.is_open(market.month - 1)
        schools = [school for school in market.institutes if was_open and school.sector == SECTOR[s.sector]]
        costs = []
        for school in schools:
            started, extra = training.started[school.number], training.started_extra[school.number]  # type: ignore[attr-defined]
            added = max(started - started / (1 + s.attraction * s.extra_seats), extra)
            costs.append(school.cost_eur * (added + started * (s.all_year * s.all_year_cost)))
        self.bill = sum_in_order(costs) * market.weight

    def cost(self, new: float, participants: float) -> float:
        """Courses."""
        return self.bill
