"""Line 12, reserves: pools of care and defence reservists, who drill, and come when a crisis calls.

In a month in which a crisis raises the demand of care (or defence), everybody in that pool who is available works

    care    : h hours a week, at most what 48 hours leave beside the own jobs; nobody whose main job is in care
    defence : h hours a week; whoever has a job or two is absent from them, for all their hours; nobody whose main job is in defence

    hours that count = hours worked * productivity;   drill, hours a week = members * days a year / 12 * 8 / weeks per month

Beforehand members leave by a monthly chance, and when they leave the population. Recruits come last: whoever joined a programme with that
lever this month, is still there and is in no pool. Nobody is in two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.line import Line
from twin.luck import draw32, threshold

from sim.codes import N_PROVINCES, N_SECTORS, SECTOR, Commitment, State
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.market import ReferenceMarket

CARE, DEFENCE = SECTOR["Q"], SECTOR["DEF"]
EITHER_POOL = Commitment.CARE_RESERVE | Commitment.DEFENCE_RESERVE
WORKING_DAY, WEEKS_PER_MONTH, MOST_HOURS = 8.0, 365.25 / 12 / 7, 48


def is_in_a_pool(person: Person) -> bool:
    """Whether somebody is a reservist."""
    return person.commitments & EITHER_POOL != 0


def by_place(value: float = 0) -> list[list[float]]:
    """A number for every sector and province."""
    return [[value] * N_PROVINCES for _ in range(N_SECTORS)]


class Reserves(Line):
    """The pools of care and defence reservists.

    By sector and province: ``members`` : persons, where they live. ``hours``, ``reserve_hours`` : hours a week they work in a crisis, as
    they are and as they count. ``absent_hours`` : hours a week missed, where the employer is, in own businesses where the owner lives.
    ``drill_hours`` : hours a week.
    """

    name = "reserves"
    compares = ("hours", "absent_hours", "reserve_hours", "members", "drill_hours")

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        self.members, self.hours, self.absent_hours, self.reserve_hours, self.drill_hours = (by_place() for _ in range(5))

    def run(self) -> None:
        """Some leave, the others are counted and perhaps called; recruits last."""
        self.members, self.hours, self.absent_hours = by_place(), by_place(), by_place()
        for person in self.market.present:
            if is_in_a_pool(person):
                if self.leaves(person):
                    person.commitments &= ~EITHER_POOL
                else:
                    self.count_and_call(person)
        self.add_up()
        for lever, pool in (("care_reserve", Commitment.CARE_RESERVE), ("defence_reserve", Commitment.DEFENCE_RESERVE)):
            self.recruit(lever, pool)

    def leaves(self, person: Person) -> bool:
        """Whether somebody leaves the pool this month."""
        chance = threshold(self.parameters.attrition_per_year / 12)
        return person.state == State.OUTSIDE or draw32(self.market.key(Stream.ATTRITION), person.number) < chance

    def count_and_call(self, person: Person) -> None:
        """Count a member, and let it serve when there is a crisis, it is available, and does not work there anyway."""
        p = self.parameters
        is_care = bool(person.commitments & Commitment.CARE_RESERVE)
        pool, available = (CARE, p.care_available) if is_care else (DEFENCE, p.defence_available)
        self.members[pool][person.province] += 1
        is_called = self.market.now.crisis_factor[pool] > 1.0
        comes = draw32(self.market.key(Stream.RESERVE), person.number) < threshold(available)
        works_there = person.state == State.EMPLOYED and person.sector == pool
        if is_called and comes and not works_there:
            if is_care:
                self.hours[CARE][person.province] += min(round(p.care_hours), max(MOST_HOURS - self.own_hours(person), 0))
            else:
                self.hours[DEFENCE][person.province] += round(p.defence_hours)
                self.is_absent(person)

    def own_hours(self, person: Person) -> int:
        """Contract hours a week of all jobs somebody has."""
        return (person.hours if person.state == State.EMPLOYED else 0) + person.second_hours

    def is_absent(self, person: Person) -> None:
        """Book the hours that the own jobs miss."""
        if person.state == State.EMPLOYED:
            where = person.employer or person  # an own business is where its owner lives
            self.absent_hours[where.sector][where.province] += person.hours
        if person.second_employer is not None:
            self.absent_hours[person.second_employer.sector][person.second_employer.province] += person.second_hours

    def add_up(self) -> None:
        """What the hours count for, and the drill."""
        p = self.parameters
        self.reserve_hours = [[hours * p.productivity for hours in row] for row in self.hours]
        self.drill_hours = by_place(0.0)
        for pool, days in ((CARE, p.care_drill_days), (DEFENCE, p.defence_drill_days)):
            self.drill_hours[pool] = [members * (days / 12 * WORKING_DAY / WEEKS_PER_MONTH) for members in self.members[pool]]

    def recruit(self, lever: str, pool: Commitment) -> None:
        """Into the pool whoever joined a programme with this lever this month."""
        for programme in self.market.programmes:
            joined, _ = programme.called_up.get(self.market.month, ([], []))
            for person in joined if self.market.levers[lever][programme.number] else []:
                if not is_in_a_pool(person) and person.state != State.OUTSIDE:
                    person.commitments |= pool
