"""Line 6, retirement: a monthly hazard around the moving state pension age.

With k = age minus the state pension age of this month, in months, for everybody of 55 and over not yet retired:

    log-odds P(retires) = base(k) + poor_health * health + taste + not_working * (out of work and k >= -48) + lever

base(k) : the log-odds of one hazard for k < -84, < -48, < -24, < -12, < 0, = 0, <= 6, and beyond. All in whole hundredths.
Inactive people retire at the pension age at the latest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cells import N_WORK_CELLS, work_cell
from twin.jobs import end_all_jobs, leave_institute
from twin.levers import lever_of
from twin.line import Line
from twin.luck import draw32
from twin.tables import log_odds, logistic

from sim.codes import State
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.market import ReferenceMarket

FROM_AGE = 55 * 12
NEAR_PENSION = -48


class Retirement(Line):
    """Who retires. ``retirements``, ``age_months`` : employees who do this month, and the sum of their ages, by cell of those at work."""

    name = "retirement"
    compares = ("retirements", "age_months")

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        self.retirements, self.age_months = [0] * N_WORK_CELLS, [0] * N_WORK_CELLS

    def run(self) -> None:
        """Ask everybody of 55 and over who is there and not retired."""
        self.retirements, self.age_months = [0] * N_WORK_CELLS, [0] * N_WORK_CELLS
        for person in self.market.present:
            if person.state not in (State.RETIRED, State.OUTSIDE) and person.age >= FROM_AGE and self.wants_to(person):
                self.retire(person)

    def wants_to(self, person: Person) -> bool:
        """Whether somebody retires this month."""
        if person.state == State.INACTIVE and self.months_past_pension_age(person) >= 0:
            return True
        return draw32(self.market.key(Stream.RETIREMENT), person.number) < logistic(self.log_odds_of(person))

    def months_past_pension_age(self, person: Person) -> int:
        """k; below zero before the pension age."""
        return person.age - self.market.now.pension_age

    def log_odds_of(self, person: Person) -> int:
        """Hundredths of log-odds that somebody retires this month."""
        p, k = self.parameters, self.months_past_pension_age(person)
        poor_health = round(100 * p.poor_health) * person.health
        is_idle = person.state != State.EMPLOYED and k >= NEAR_PENSION
        not_working = round(100 * p.not_working_log_odds) if is_idle else 0
        return log_odds(self.hazard(k)) + poor_health + person.taste_for_work + not_working + lever_of(person, "retirement_log_odds")

    def hazard(self, k: int) -> float:
        """Monthly chance to retire, k months from the pension age, of somebody in good health and at work, of average taste."""
        p = self.parameters
        if k < 0:
            steps = ((-84, p.from_7_years), (-48, p.from_4_years), (-24, p.from_2_years), (-12, p.from_1_year), (0, p.last_year))
            return next(hazard for end, hazard in steps if k < end)
        if k == 0:
            return p.at_pension_age
        return p.first_half_year_after if k <= 6 else p.later_after

    def retire(self, person: Person) -> None:
        """Work, second job and course end; employees are counted."""
        if person.employer is not None:
            self.retirements[work_cell(person)] += 1
            self.age_months[work_cell(person)] += person.age
        leave_institute(person)
        end_all_jobs(person)
        self.market.books.move(person, State.RETIRED, person.sector, self.name)
