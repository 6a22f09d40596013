"""Line 5, separations: lay-offs, end of notice, contracts that end, quits, own businesses, permanent contracts.

For somebody at work, with one draw u for the three risks of a month, laid end to end from zero:

    leaves work       : 0 <= u < exit * contract * tenure * age * (1 + levers, in the first two years of the job)
    starts a business : exit' <= u < exit' + business,             employees only; exit' = the same without the levers
    gets a permanent contract : exit' + business <= u < exit' + business + permanent,    flexible staff from one year on

    contract : permanent 1, flexible, self-employed;   tenure : newcomer in the first two years, then 1;   age : under 25, 1, from 55 on
    levers   : those of the programmes the person takes part in, and that of the sector

Before all this comes notice that has run out. A lay-off, with another draw and the employer's chance per head, hits who neither leaves nor
starts a business and is not under notice; it comes before the permanent contract, and starts a period of notice of

    1 month for flexible staff; for others 1, 2, 3, 4 months at under 5, 10, 15, and from 15 years of tenure

At the end of it comes unemployment. Of who leaves work a share, by age, looks for work at once (unemployed); the rest is inactive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.agents import NEVER
from twin.cells import N_MARKET_CELLS, market_cell
from twin.fixed import WHOLE, part
from twin.jobs import end_all_jobs, start_business
from twin.levers import lever_of, sector_lever
from twin.line import Line
from twin.luck import draw32, threshold

from sim.codes import Contract, State
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.market import ReferenceMarket

FIRST_YEAR, NEWCOMER = 12, 24
"""Months of tenure."""
YOUNG, OLDER = 25 * 12, 55 * 12
"""Months of age."""


class Separations(Line):
    """Who leaves a job, and how. ``layoffs`` : notices given this month, by market cell of the employer."""

    name = "separations"
    compares = ("layoffs",)

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        self.layoffs = [0] * N_MARKET_CELLS

    def run(self) -> None:
        """Ask everybody at work."""
        self.layoffs = [0] * N_MARKET_CELLS
        for person in self.market.present:
            if person.state == State.EMPLOYED:
                self.ask(person)

    def ask(self, person: Person) -> None:
        """What happens to the job of somebody this month."""
        month = self.market.month
        luck = draw32(self.market.key(Stream.SEPARATION), person.number)
        exit_without_levers, until_business, until_permanent = self.risks(person)
        if person.notice_until != NEVER and person.notice_until <= month:
            self.lose_work(person, State.UNEMPLOYED)
        elif luck < self.exit_with_levers(person, exit_without_levers):
            self.lose_work(person, State.UNEMPLOYED if self.looks_on(person) else State.INACTIVE)
        elif exit_without_levers <= luck < until_business:
            start_business(self.market.books, person, self.name)
        elif self.is_laid_off(person):
            self.give_notice(person)
        elif until_business <= luck < until_permanent:
            person.contract = int(Contract.PERMANENT)

    def risks(self, person: Person) -> tuple[int, int, int]:
        """Upper ends, as thresholds, of the three risks laid end to end."""
        p, tenure, age = self.parameters, self.market.month - person.job_since, person.age
        by_contract = {
            Contract.PERMANENT: 1.0,
            Contract.FLEXIBLE: p.flexible_relative_exit,
            Contract.SELF_EMPLOYED: p.self_employed_relative_exit,
        }[Contract(person.contract)]
        by_tenure = p.newcomer_relative_exit if tenure < NEWCOMER else 1.0
        by_age = p.young_relative_exit if age < YOUNG else 1.0 if age < OLDER else p.older_relative_exit
        leaves = p.permanent_exit_per_month * by_contract * by_tenure * by_age
        business = p.start_business_per_month if person.contract != Contract.SELF_EMPLOYED else 0.0
        is_ripe = person.contract == Contract.FLEXIBLE and tenure >= FIRST_YEAR
        permanent = p.permanent_contract_per_month if is_ripe else 0.0
        return threshold(leaves), threshold(leaves + business), threshold(leaves + business + permanent)

    def exit_with_levers(self, person: Person, chance: int) -> int:
        """The chance to leave, as a threshold, with what policies change for newcomers."""
        if self.market.month - person.job_since >= NEWCOMER:
            return chance
        relative = WHOLE + sector_lever(self.market, "sector_newcomer_exit", person.sector) + lever_of(person, "newcomer_exit")
        return part(chance, max(relative, 0))

    def looks_on(self, person: Person) -> bool:
        """Whether somebody who leaves work looks for other work at once."""
        p = self.parameters
        share = p.share_to_unemployment if person.age < OLDER else p.older_share_to_unemployment
        return draw32(self.market.key(Stream.DESTINATION), person.number) < threshold(share)

    def lose_work(self, person: Person, state: State) -> None:
        """Out of work, second job and all."""
        end_all_jobs(person)
        self.market.books.move(person, state, person.sector, self.name)

    def is_laid_off(self, person: Person) -> bool:
        """Whether the employer gives notice, this month, to somebody who is not under notice."""
        if person.employer is None or person.notice_until != NEVER:
            return False
        chance_per_head = self.market.lines["labour_demand"].layoff[person.employer.number]  # type: ignore[attr-defined]
        return draw32(self.market.key(Stream.LAYOFF), person.number) < chance_per_head

    def give_notice(self, person: Person) -> None:
        """Still at work, until the notice has run out; displaced from now on."""
        assert person.employer is not None
        month = self.market.month
        years = (month - person.job_since) // 12
        months = 1 if person.contract == Contract.FLEXIBLE else 1 + min(years // 5, 3)
        person.notice_until, person.displaced_since = month + months, month
        person.employer.notices += 1
        self.layoffs[market_cell(person.employer)] += 1
