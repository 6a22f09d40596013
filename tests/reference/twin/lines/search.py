"""Line 9, search: who looks for a (other) job this month.

    unemployed  : effort * spell * age        spell : 1, and less from a year on;  age : 1, from 55 half-way to that from 60
    at work     : rate * contract * newcomer(tenure) * age
    under notice: a rate of its own, for everybody
    inactive    : rate * age
    in training : effort * lock-in, in the last six months of the course
    retired     : a rate, under 72

    + lever search_effort, and for the retired search_after_pension, for whom the chance is not zero

An employee not under notice and without a second job, who takes part in a programme for second jobs, looks with the chance of its lever
alone. Before that, by the same draw, some unemployed stop looking (inactive from now on), and some who worked before start a business.
Of the inactive who look, a part only takes a look this month; the rest is unemployed from now on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.agents import NEVER
from twin.fixed import part, share
from twin.jobs import leave_institute, start_business
from twin.levers import lever_of
from twin.line import Line
from twin.luck import draw32, threshold
from twin.tables import ALL_BITS, kept

from sim.codes import Contract, State
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.market import ReferenceMarket

YOUNG, MIDDLE, OLDER, OLD, TOO_OLD = 25 * 12, 45 * 12, 55 * 12, 60 * 12, 72 * 12
"""Months of age."""
NEWCOMER, LONG_SPELL, LAST_MONTHS = 24, 12, 6
"""Months in the job, out of work, and before the diploma."""


class Search(Line):
    """``searchers`` : numbers of the people who look for a job this month, in order."""

    name = "search"
    compares = ("searchers",)

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        self.searchers: list[int] = []

    def run(self) -> None:
        """Ask everybody who is there."""
        for person in self.market.present:
            person.is_searching = 0
            if person.state != State.OUTSIDE:
                self.ask(person)
        self.searchers = [person.number for person in self.market.present if person.is_searching]

    def ask(self, person: Person) -> None:
        """Whether somebody stops looking, starts a business, or looks for a job."""
        p, books = self.parameters, self.market.books
        luck = draw32(self.market.key(Stream.SEARCH), person.number)
        # the highest draws stop looking, the next highest start a business, the lowest look for a job
        stops_from = ALL_BITS - threshold(p.discouraged_per_month)
        business_from = stops_from - threshold(p.start_business_per_month)
        has_worked = person.hours > 0
        chance = self.chance(person)
        if person.state == State.UNEMPLOYED and p.discouraged_per_month > 0 and luck >= stops_from:
            books.move(person, State.INACTIVE, person.sector, self.name)
        elif person.state == State.UNEMPLOYED and has_worked and p.start_business_per_month > 0 and luck >= business_from:
            leave_institute(person)
            start_business(books, person, self.name)
        elif luck < chance:
            person.is_searching = 1
            only_a_look = part(chance, share(p.casual_share))
            if person.state == State.INACTIVE and luck >= only_a_look:
                books.move(person, State.UNEMPLOYED, person.sector, self.name)

    def chance(self, person: Person) -> int:
        """Chance to look this month, as a threshold, with what programmes change."""
        usual = threshold(self.usual_chance(person))
        if usual == 0 or person.programmes == 0:
            return usual
        is_employee = person.state == State.EMPLOYED and person.contract != Contract.SELF_EMPLOYED
        if is_employee and person.notice_until == NEVER and person.second_employer is None:
            for_second_job = lever_of(person, "second_job_search")
            if for_second_job > 0:
                return kept(for_second_job << 16, 0, ALL_BITS)
        more = lever_of(person, "search_effort")
        if person.state == State.RETIRED:
            more += lever_of(person, "search_after_pension")
        return kept(usual + (more << 16), 0, ALL_BITS)

    def usual_chance(self, person: Person) -> float:
        """Chance to look this month without programmes."""
        p, age = self.parameters, person.age
        match State(person.state):
            case State.EMPLOYED:
                return p.notice_effort if person.notice_until != NEVER else self.on_the_job(person)
            case State.UNEMPLOYED:
                spell = 1.0 if self.market.month - person.state_since < LONG_SPELL else p.long_spell_effort
                by_age = 1.0 if age < OLDER else (1 + p.older_effort) / 2 if age < OLD else p.older_effort
                return p.unemployed_effort * spell * by_age
            case State.INACTIVE:
                by_age = p.student_relative_search if age < YOUNG else 1.0 if age < OLDER else p.older_inactive_relative_search
                return p.inactive_per_month * by_age
            case State.TRAINING:
                return p.unemployed_effort * p.lock_in if person.training_until - self.market.month < LAST_MONTHS else 0.0
            case _:
                return p.retired_per_month if age < TOO_OLD else 0.0

    def on_the_job(self, person: Person) -> float:
        """Chance to look for another job."""
        p = self.parameters
        by_contract = {
            Contract.PERMANENT: 1.0,
            Contract.FLEXIBLE: p.flexible_relative_search,
            Contract.SELF_EMPLOYED: p.self_employed_relative_search,
        }[Contract(person.contract)]
        by_tenure = p.newcomer_relative_search if self.market.month - person.job_since < NEWCOMER else 1.0
        by_age = 1.0 if person.age < MIDDLE else p.older_relative_search
        return min(p.on_the_job_per_month * by_contract * by_tenure * by_age, 1.0)
