"""Line 11, wages: how the wage grows in the job, and what a sector pays. Whole euro cents per hour, at the prices of the start.

In the month in which a job is one, two ... ten years old, its wage grows by a fixed rate. When the lever `sector_wage` of a sector is
higher than ever (`paid`), all its employees but those hired this month, who have it in their offer, get

    wage * (1 + (lever - paid) / (1 + paid))

A sector's entry wage follows its own tension: each month by response / 12 * log2(vacancies now / vacancies at the start), within 0.8 .. 2;
the response is zero unless asked for.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from twin.fixed import WHOLE, part, share
from twin.levers import sector_lever
from twin.line import Line
from twin.tables import kept

from sim.codes import N_PROVINCES, N_SECTORS, State

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.market import ReferenceMarket

LAST_RAISE = 120
"""Months in the job after which the wage no longer grows with it."""
LOWEST_ENTRY, HIGHEST_ENTRY = 52429, 131072


class Wages(Line):
    """Wages of stayers, and what offers are made with (`twin.offers`).

    own_entry : entry wage of each sector relative to its level; paid : its largest lever so far; both in 1/65536.
    portable, pass_through, penalty : of an offer, 1/65536; offer_sd : its deviation, thousandths of a log point.
    """

    name = "wages"
    compares = ("own_entry", "paid")

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        p = self.parameters
        self.own_entry, self.paid = [WHOLE] * N_SECTORS, [0] * N_SECTORS
        self.growth = share(p.growth_per_year_of_tenure)
        self.portable, self.pass_through = share(p.portable_share), share(p.sector_pass_through)
        self.penalty, self.offer_sd = share(p.penalty_per_distance), round(p.offer_sd * 1000)

    def run(self) -> None:
        """Raises by tenure, then those of whole sectors, then entry wages."""
        for person in self.market.present:
            if person.state == State.EMPLOYED and self.has_anniversary(person):
                self.give_raise(person, self.growth)
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
        person.wage_cents += part(person.wage_cents, rate)

    def pass_on(self, sector: int, lever: int) -> None:
        """Give the employees of a sector what its wage has risen beyond what they were given before."""
        rise = lever - self.paid[sector]
        if rise <= 0:
            return
        for person in self.market.present:
            is_new = person.job_since == self.market.month
            if person.employer is not None and person.sector == sector and not is_new:
                self.give_raise(person, WHOLE * rise // (WHOLE + self.paid[sector]))
        self.paid[sector] = lever

    def follow_tension(self, sector: int) -> None:
        """Let the entry wage follow the recorded vacancies of the sector relative to those at the start."""
        open_vacancies = self.market.lines["vacancies"].open  # type: ignore[attr-defined]
        now = sum(open_vacancies[sector * N_PROVINCES : (sector + 1) * N_PROVINCES])
        at_start = self.market.world.open_vacancies
        then = sum(int(at_start[employer.number]) for employer in self.market.employers if employer.sector == sector)
        step = round(WHOLE * self.parameters.tension_response / 12 * math.log2(max(now, 1) / max(then, 1)))
        self.own_entry[sector] = kept(self.own_entry[sector] + step, LOWEST_ENTRY, HIGHEST_ENTRY)
