"""More seats on the courses of one sector, more interest in them, and starts in every month.

cost  = course cost of who would not have started without it: started - min(usual seats, started / (1 + attraction * extra seats)),
        and with starts in every month `all_year_cost` of the course cost of everybody who started; booked the month after
"""

from __future__ import annotations

from collections.abc import Sequence

from twin.agents import Person
from twin.policies.base import ONE, Levers, Rule

from sim.codes import SECTOR


def sum_by_eights(values: Sequence[float]) -> float:
    """A sum of floats, up to 128 of them, in the order in which NumPy adds, on which the last bit depends.

    Eight running sums, then those in pairs, then what is left over; fewer than eight values one after the other.
    """
    whole = len(values) // 8 * 8
    running = [0.0] * 8
    for place, value in enumerate(values[:whole]):
        running[place % 8] += value
    a, b, c, d, e, f, g, h = running
    total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for value in values[whole:]:
        total += value
    return total


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
        self.bill = sum_by_eights(costs) * market.weight

    def cost(self, new: float, participants: float) -> float:
        """Courses."""
        return self.bill
