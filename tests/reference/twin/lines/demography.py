"""Line 2, demography: people die, emigrate, fall ill, recover, turn 75; then others arrive.

P(leaves by death or emigration) = d(year, sex, age) + e(year, sex, age);  at 75 everybody leaves
P(health begins to limit work)   = h55 * 2 ** ((age - 55) / 15) / 12,  P(recovers) = r / 12
P(who arrives at 20 or over looks for work at once) = s;  who is younger does not

Ages are in whole years. Two independent draws a month: one of life, one of health.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.jobs import end_all_jobs, leave_institute
from twin.line import Line
from twin.luck import draw32, draw64, threshold

from sim.codes import MAX_AGE, State
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.market import ReferenceMarket

TOO_OLD = MAX_AGE + 1
"""Age in years at which somebody leaves the population."""
ADULT = 20


class Demography(Line):
    """Arrivals, health, deaths, departures. ``n_present`` : people who have entered so far, whether or not they are still there."""

    name = "demography"

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        self.n_present = market.world.n_present

    def run(self) -> None:
        """Who is there lives a month; then others arrive, so nobody arrives and leaves in the same month."""
        for person in self.market.present:
            if person.state != State.OUTSIDE:
                self.live_a_month(person)
        people = self.market.people
        while self.n_present < len(people) and people[self.n_present].entry_month <= self.market.month:
            self.arrive(people[self.n_present])
            self.n_present += 1

    def live_a_month(self, person: Person) -> None:
        """Health first, then life: who leaves may have fallen ill in the same month."""
        years = min(person.age // 12, TOO_OLD)
        both = draw64(self.market.key(Stream.LIFE), person.number)
        luck_of_life, luck_of_health = both >> 32, both & 0xFFFFFFFF
        if person.health == 0:
            person.health = int(luck_of_health < threshold(self.falls_ill(years)))
        elif luck_of_health < threshold(self.parameters.recovery_per_year / 12):
            person.health = 0
        if years >= TOO_OLD or luck_of_life < threshold(self.leaves(person, years)):
            leave_institute(person)
            end_all_jobs(person)
            self.market.books.move(person, State.OUTSIDE, person.sector, self.name)

    def leaves(self, person: Person, years: int) -> float:
        """Chance that somebody dies or emigrates this month."""
        tables, year = self.market.tables, self.market.month // 12 - self.market.start // 12
        death = float(tables.death_probability_per_month[year, person.sex, years])
        return death + float(tables.emigration_probability_per_month[year, person.sex, years])

    def falls_ill(self, years: int) -> float:
        """Chance that health begins to limit work this month."""
        return self.parameters.limiting_condition_per_year_at_55 * 2.0 ** ((years - 55) / 15) / 12

    def arrive(self, person: Person) -> None:
        """Somebody turns 15, or immigrates."""
        luck = draw32(self.market.key(Stream.ARRIVAL_STATE), person.number)
        looks_for_work = person.age >= ADULT * 12 and luck < threshold(self.parameters.arrival_searching_share)
        self.market.books.move(person, State.UNEMPLOYED if looks_for_work else State.INACTIVE, person.sector, self.name)
