"""Programmes: who is enrolled, what it costs, what its own report would say, and what a trial would find.

Every month, in this order, for one policy:

    follow up : who was called up twelve months ago is looked at: participants (gross) and those who got no place (comparison group)
    end       : a participant leaves whose stay is over, who retired (where that ends it) or left the population, or who has finished
    enrol     : of those whom the policy is for, never took part and are not in a comparison group, twice as many as there are places are
                called up, the lowest lots first; a second lot, new each month, gives the places out; who gets none is the comparison group
    levers    : what participants get, whether or not the programme still enrols
    books     : cost of joining and of taking part, the standing cost while it is open, savings

    places(month) = round(places so far, with this month) - round(places so far), in persons of the sample, as far as the budget pays
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.budget import affordable
from twin.lots import lot
from twin.policies import POLICIES

from sim.codes import EPOCH_YEAR, State, month_index
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.market import ReferenceMarket
    from twin.policies.base import Policy

    from sim.policies.programme import Programme as ProgrammeOfModel

FOLLOW_UP = 12
"""Months after which participants and comparison group are looked at."""


def make_programmes(market: ReferenceMarket) -> list[Programme]:
    """The programmes of the scenario, in order of name; that order gives them their numbers."""
    names = sorted(market.config.policies)
    return [Programme(POLICIES[name](market, market.config.policies[name]), number) for number, name in enumerate(names)]


class Programme:
    """One policy in one run.

    Attributes
    ----------
    number : bit in ``person.programmes``. since : participant -> month of joining, in order of joining.
    called_up : month -> (participants who joined in it, their comparison group), until followed up.
    new, total : persons who joined this month, and so far. unpaid : places so far that the budget did not pay for.
    cost, saving : euros this month, whole country. costs : calendar year -> euros so far.
    gross_outcome, gross_count : successes among the participants followed up this month, and their number; control_ : comparison group.
    """

    compares = (
        "is_open", "participants", "joined", "cohorts", "new", "total", "unpaid", "cost", "saving", "costs", "gross_outcome",
        "gross_count", "control_outcome", "control_count",
    )  # fmt: skip

    def __init__(self, policy: Policy, number: int) -> None:
        self.policy, self.market, self.number = policy, policy.market, number
        self.since: dict[Person, int] = {}
        self.called_up: dict[int, tuple[list[Person], list[Person]]] = {}
        self.new = self.total = self.unpaid = 0
        self.gross_outcome = self.gross_count = self.control_outcome = self.control_count = 0
        self.cost = self.saving = 0.0
        self.costs: dict[int, float] = {}

    @property
    def is_open(self) -> bool:
        """Whether it enrols this month."""
        return self.policy.is_open(self.market.month)

    def set_rules(self) -> None:
        """The levers that hold for everybody, while it is open."""
        if self.is_open:
            self.policy.set_rules(self.market.levers, self.number)

    def run_month(self) -> None:
        """One month."""
        self.follow_up()
        self.end()
        self.enrol()
        self.policy.look(list(self.since))
        self.policy.set_levers(self.market.levers, self.number)
        self.keep_books()

    def follow_up(self) -> None:
        """Look at those who were called up twelve months ago."""
        joined, passed_over = self.called_up.pop(self.market.month - FOLLOW_UP, ([], []))
        if not self.policy.has_comparison:
            passed_over = []
        self.gross_count, self.control_count = len(joined), len(passed_over)
        self.gross_outcome = sum(map(self.policy.is_success, joined))
        self.control_outcome = sum(map(self.policy.is_success, passed_over))

    def end(self) -> None:
        """Take out those who take part no longer."""
        for person in [person for person in self.since if self.is_over(person)]:
            del self.since[person]
            person.programmes &= ~(1 << self.number)

    def is_over(self, person: Person) -> bool:
        """Whether somebody takes part no longer."""
        ends_it = (State.RETIRED, State.OUTSIDE) if self.policy.ends_at_retirement else (State.OUTSIDE,)
        stayed = self.market.month - self.since[person]
        return stayed >= self.policy.stays_months() or person.state in ends_it or self.policy.has_finished(person)

    def enrol(self) -> None:
        """Call up twice as many as there are places, and give the places out."""
        self.new = 0
        if not self.is_open:
            return
        planned = self.places()
        places = affordable(self, planned)
        self.unpaid += planned - places
        if places <= 0:
            return
        candidates = self.in_order_of_lot(self.who_may_join(), is_lasting=True)[: 2 * places]
        candidates = self.in_order_of_lot(candidates, is_lasting=False)
        joined, passed_over = (sorted(group, key=lambda person: person.number) for group in (candidates[:places], candidates[places:]))
        for person in joined:
            self.take_in(person)
        self.called_up[self.market.month] = joined, passed_over
        self.new = len(joined)
        self.total += self.new

    def places(self) -> int:
        """Whole places of this month, in persons of the sample."""
        passed = self.market.month - max(month_index(self.policy.settings.start), self.market.start)
        per_month = self.policy.places_this_year() / 12 / self.market.weight
        return int((passed + 1) * per_month + 0.5) - int(passed * per_month + 0.5)

    def who_may_join(self) -> list[Person]:
        """Whom it is for, who never took part, and who is not in a comparison group."""
        held_back = {person for _, passed_over in self.called_up.values() for person in passed_over}
        never = [person for person in self.market.present if not person.ever_programmes >> self.number & 1]
        return [person for person in never if person not in held_back and self.policy.is_for(person)]

    def in_order_of_lot(self, people: list[Person], *, is_lasting: bool) -> list[Person]:
        """People by their lot for this policy, for ever or of this month; of two with the same, the lower number first."""
        key = self.market.lasting_key(Stream.ENROLMENT) if is_lasting else self.market.key(Stream.ENROLMENT)
        return sorted(people, key=lambda person: (lot(key, person.number, self.policy.name), person.number))

    def take_in(self, person: Person) -> None:
        """Somebody joins."""
        self.since[person] = person.programme_since = self.market.month
        person.programmes |= 1 << self.number
        person.ever_programmes |= 1 << self.number

    def keep_books(self) -> None:
        """What the month costs and saves."""
        market, policy, year = self.market, self.policy, self.market.month // 12 + EPOCH_YEAR
        self.cost = policy.cost(self.new * market.weight, len(self.since) * market.weight)
        if self.is_open:
            self.cost += policy.standing_cost() / 12
        self.costs[year] = self.costs.get(year, 0.0) + self.cost
        self.saving = policy.saving() if self.is_open or self.since else 0.0

    # for the comparison with the model: numbers in place of people

    @property
    def participants(self) -> list[int]:
        """Numbers of the participants, in order of joining."""
        return [person.number for person in self.since]

    @property
    def joined(self) -> list[int]:
        """Months in which they joined."""
        return list(self.since.values())

    @property
    def cohorts(self) -> dict[int, list[list[int]]]:
        """Month -> numbers of those who joined in it, and of their comparison group."""
        return {month: [[person.number for person in group] for group in groups] for month, groups in self.called_up.items()}

    def read(self, programme: ProgrammeOfModel) -> None:
        """Take over what the programme of the model carries from month to month."""
        people = self.market.people
        self.since = dict(zip((people[row] for row in programme.participants.tolist()), programme.joined.tolist(), strict=True))
        self.called_up = {
            month: ([people[row] for row in joined.tolist()], [people[row] for row in passed_over.tolist()])
            for month, (joined, passed_over) in programme.cohorts.items()
        }
        self.total, self.unpaid, self.costs = programme.total, programme.unpaid, dict(programme.costs)
