"""A small month of plain Mesa objects: for scale, not for results.

One object per person and per employer, one method per rule, nothing clever: what a labour-market model looks like when it is first written
down. It knows far less than the model: six rules in place of fourteen lines; no licences, no contracts, no hours, no institutes, no second
jobs, no reserves, no policy, no ledger, chances that depend on age at most. So dividing its time by the model's understates what columns
and kernels save.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mesa

from sim.bench.floors import calibration_ns, use_threads
from sim.bench.timing import Timing, against, seconds

MONTHS = 12
WARM_UP_MONTHS = 2
PEOPLE_PER_EMPLOYER = 20
SECTORS = 20
JOBS_PER_PERSON = 0.72
APPLICATIONS = 3
PENSION_AGE_MONTHS = 67 * 12
CHANCE_TO_LEAVE, CHANCE_TO_LOOK_AROUND, CHANCE_TO_RETIRE_EARLY = 0.012, 0.03, 0.004


class PlainPerson(mesa.Agent):
    """A person: age in months, sector, hourly wage in cents, and an employer or none."""

    def __init__(self, model: PlainMonth) -> None:
        super().__init__(model)
        self.age = model.random.randrange(15 * 12, 75 * 12)
        self.sector = model.random.randrange(SECTORS)
        self.wage = model.random.randrange(1500, 4500)
        self.employer: PlainEmployer | None = None
        self.is_retired = self.age >= PENSION_AGE_MONTHS

    def leave(self) -> None:
        """Give up the job."""
        if self.employer is not None:
            self.employer.staff -= 1
            self.employer = None

    def grow_older(self) -> None:
        """A month passes; at 75 somebody of 15 takes the place."""
        self.age += 1
        if self.age == 75 * 12:
            self.leave()
            self.age, self.is_retired = 15 * 12, False

    def maybe_leave(self) -> None:
        """Jobs end, for the young more often."""
        if self.employer is not None and self.random.random() < CHANCE_TO_LEAVE * (2 if self.age < 25 * 12 else 1):
            self.leave()

    def maybe_retire(self) -> None:
        """At the pension age at the latest."""
        if not self.is_retired and self.age >= 60 * 12:
            self.is_retired = self.age >= PENSION_AGE_MONTHS or self.random.random() < CHANCE_TO_RETIRE_EARLY
            if self.is_retired:
                self.leave()

    def search(self) -> None:
        """Who has no job, and a few others, apply to some openings of their sector."""
        if self.is_retired or (self.employer is not None and self.random.random() >= CHANCE_TO_LOOK_AROUND):
            return
        openings = self.model.openings[self.sector]
        for _ in range(min(APPLICATIONS, len(openings))):
            self.random.choice(openings).applicants.append(self)

    def earn(self) -> None:
        """Wages grow in the job; everybody is counted."""
        if self.employer is not None:
            self.wage += self.wage // 500
            self.model.employed += 1
            self.model.wage_bill += self.wage


class PlainEmployer(mesa.Agent):
    """An employer: desired jobs, staff, and this month's applicants."""

    def __init__(self, model: PlainMonth) -> None:
        super().__init__(model)
        self.sector = model.random.randrange(SECTORS)
        self.desired = PEOPLE_PER_EMPLOYER * JOBS_PER_PERSON
        self.staff = 0
        self.applicants: list[PlainPerson] = []

    def post(self) -> None:
        """Demand moves a little; a gap becomes an opening."""
        self.applicants = []
        self.desired *= self.random.uniform(0.995, 1.0055)
        if self.staff < self.desired:
            self.model.openings[self.sector].append(self)

    def hire(self) -> None:
        """Take the cheapest applicants, as far as the gap goes."""
        for person in sorted(self.applicants, key=lambda person: person.wage):
            if self.staff >= self.desired:
                break
            if person.employer is not self:
                person.leave()
                person.employer = self
                self.staff += 1


class PlainMonth(mesa.Model):
    """The small month. employed : people at work after the last month. wage_bill : their hourly wages together, cents."""

    def __init__(self, n_people: int, seed: int = 1) -> None:
        super().__init__(rng=seed)
        self.openings: list[list[PlainEmployer]] = []
        self.employed = self.wage_bill = 0
        PlainPerson.create_agents(self, n_people)
        PlainEmployer.create_agents(self, n_people // PEOPLE_PER_EMPLOYER)
        for _ in range(4):  # find most people a job
            self.step()

    def step(self) -> None:
        """One month."""
        people, employers = self.agents_by_type[PlainPerson], self.agents_by_type[PlainEmployer]
        self.openings = [[] for _ in range(SECTORS)]
        self.employed = self.wage_bill = 0
        people.do("grow_older")
        employers.do("post")
        people.do("maybe_leave")
        people.do("maybe_retire")
        people.do("search")
        employers.do("hire")
        people.do("earn")


@dataclass(frozen=True)
class PlainResult:
    """time : per person-month, against the calibration kernel on one thread."""

    people: int
    time: Timing


def measure_plain_month(n_people: int = 20_000) -> PlainResult:
    """Time a year of the small month."""
    use_threads(1)  # the calibration kernel's; Mesa has one
    model: Any = PlainMonth(n_people)
    ns, calibration = [], []
    for _ in range(WARM_UP_MONTHS + MONTHS):
        calibration.append(calibration_ns())
        ns.append(1e9 * seconds(model.step) / n_people)
    return PlainResult(n_people, against(ns[WARM_UP_MONTHS:], calibration[WARM_UP_MONTHS:]))
