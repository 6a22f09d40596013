"""Line 11, wages: what an employer offers, and how the wage grows in the job. Whole euro cents per hour, at the prices of the start.

    offer   = norm * premium * (1 - penalty * distance) * exp(deviation) * entry(new)
    norm    = level(old, age) + pass_through * (level(new, age) - level(old, age));   in a first job level(new, age)
    premium = 1 + portable * (present wage / (level(old, age) * (1 + held(old))) - 1), between 0.5 and 3;   in a first job 1
    held    = what the staff of a sector have of its lever: min(paid, lever), never below zero
    entry   = own tension * (1 + lever)

In the month in which a job is one, two ... ten years old, its wage grows by a fixed rate. When the lever `sector_wage` of a sector is
higher than ever (`paid`), all its employees but those hired this month, who have it in their offer, get

    wage * (1 + (lever - paid) / (1 + paid))

A sector's entry wage follows its own tension: each month by response / 12 * log2(openings now / openings at the start), within 0.8 .. 2;
the response is zero unless asked for.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from twin.levers import sector_lever
from twin.line import Line
from twin.tables import exponential, kept

from sim.codes import N_SECTORS, State

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.market import ReferenceMarket

ONE = 65536
"""Shares and rates are in 1/65536."""
LAST_RAISE = 120
"""Months in the job after which the wage no longer grows with it."""
LEAST_PREMIUM, MOST_PREMIUM = 32768, 196608
LOWEST_ENTRY, HIGHEST_ENTRY = 52429, 131072


def age_class(age_months: int) -> int:
    """Five-year class of an age: 0 is 15-19, 11 is 70-74."""
    return kept((age_months - 15 * 12) // 60, 0, 11)


class Wages(Line):
    """``own_entry`` : entry wage of each sector relative to its level; ``paid`` : its largest lever so far; both in 1/65536."""

    name = "wages"
    compares = ("own_entry", "paid")

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        self.own_entry, self.paid = [ONE] * N_SECTORS, [0] * N_SECTORS

    def run(self) -> None:
        """Raises by tenure, then those of whole sectors, then entry wages."""
        growth = round(self.parameters.growth_per_year_of_tenure * ONE)
        for person in self.market.present:
            if person.state == State.EMPLOYED and self.has_anniversary(person):
                self.give_raise(person, growth)
        for sector in range(N_SECTORS):
            self.pass_on(sector, sector_lever(self.market, "sector_wage", sector))
        if self.parameters.tension_response:
            for sector in range(N_SECTORS):
                self.follow_tension(sector)

    def has_anniversary(self, person: Person) -> bool:
        """Whether the job is a whole number of years old this month, ten at most."""
        tenure = self.market.month - person.job_since
        return 0 < tenure <= LAST_RAISE and tenure % 12 == 0

    def give_raise(self, person: Person, rate: int) -> None:
        """Raise a wage by `rate` / 65536, down to a whole cent."""
        person.wage_cents += person.wage_cents * rate >> 16

    def pass_on(self, sector: int, lever: int) -> None:
        """Give the employees of a sector what its wage has risen beyond what they were given before."""
        rise = lever - self.paid[sector]
        if rise <= 0:
            return
        for person in self.market.present:
            is_new = person.job_since == self.market.month
            if person.employer is not None and person.sector == sector and not is_new:
                self.give_raise(person, (rise << 16) // (ONE + self.paid[sector]))
        self.paid[sector] = lever

    def follow_tension(self, sector: int) -> None:
        """Let the entry wage follow the openings of the sector relative to those at the start."""
        now = sum(opening.employer.sector == sector for opening in self.market.openings)
        at_start = self.market.world.open_vacancies
        then = sum(int(at_start[employer.number]) for employer in self.market.employers if employer.sector == sector)
        step = round(ONE * self.parameters.tension_response / 12 * math.log2(max(now, 1) / max(then, 1)))
        self.own_entry[sector] = kept(self.own_entry[sector] + step, LOWEST_ENTRY, HIGHEST_ENTRY)

    # what matching asks

    def level(self, sector: int, age_months: int) -> int:
        """Cents: the norm of a sector at an age."""
        return int(self.market.tables.wage_level_cents[sector, age_class(age_months)])

    def level_of_staff(self, sector: int, age_months: int) -> int:
        """Cents: the norm with what the staff of the sector have of its lever."""
        held = max(min(self.paid[sector], sector_lever(self.market, "sector_wage", sector)), 0)
        return self.level(sector, age_months) * (ONE + held) >> 16

    def entry(self, sector: int) -> int:
        """Entry wage of a sector this month relative to its level, 1/65536."""
        return self.own_entry[sector] * (ONE + sector_lever(self.market, "sector_wage", sector)) >> 16

    def offer(self, person: Person, sector: int, distance: int, deviation: int) -> int:
        """Cents offered to somebody by a sector.

        distance : from the old sector to this one, as it counts for the person, 1/65536. deviation : thousandths of a log point.
        """
        p, age = self.parameters, person.age
        premium, norm = ONE, self.level(sector, age)
        if person.wage_cents > 0 and person.sector < N_SECTORS:
            above_norm = person.wage_cents * ONE // self.level_of_staff(person.sector, age) - ONE
            premium = kept(ONE + (round(p.portable_share * ONE) * above_norm >> 16), LEAST_PREMIUM, MOST_PREMIUM)
            old_norm = self.level(person.sector, age)
            norm = old_norm + (round(p.sector_pass_through * ONE) * (norm - old_norm) >> 16)
        penalty = round(p.penalty_per_distance * ONE) * distance >> 16
        factor = premium * (ONE - penalty) >> 16
        factor = factor * (exponential(deviation) >> 4) >> 16
        factor = factor * self.entry(sector) >> 16
        return norm * factor >> 16
