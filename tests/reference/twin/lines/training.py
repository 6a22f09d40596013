"""Line 7, training: initial education ends; adults queue for a seat, learn, drop out, get a diploma.

Everybody who is there and not retired is asked at most one question, the first that applies:

    graduates      : in the month in which initial education ends: the diploma of the field, and a search for work
    in a course    : when it is over the diploma of its sector, before that a monthly chance to drop out; both go on to look for work
    on a list      : gives up with a monthly chance; else waits, and may be admitted this month
    out of work    : who searches, is of 20-59 and is not in initial education asks for a place with a monthly chance

    chance(age)    = a * (older, from 45 on) * (1 + interest in the province) + lever;   interest in the province: mean over its seats of
                     the lever of the sector taught there; below zero counts as zero

Who asks without the interest goes to an institute of the own province by its seats, whom the interest adds goes by seats times interest;
nobody asks for a diploma that is there. In a month of intake, seats go by lot among those who wait at the institute; after that, whoever is
in a programme with the lever `course_start` may start at once, anywhere.

    seats(j)       = usual seats at each intake + what the lever adds to the sector, in whole seats;   with `all_year_intake` every month
                     seats(j) * intakes a year / 12, in whole seats that add up over a year
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.jobs import join_queue, leave_institute
from twin.levers import lever_of, sector_lever
from twin.line import Line
from twin.luck import draw32, draw_sub32, threshold
from twin.tables import ALL_BITS, cumulative_thresholds, kept, sum_in_order

from sim.codes import N_SECTORS, State
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Institute, Person
    from twin.market import ReferenceMarket

ADULT, MIDDLE, TOO_OLD = 20 * 12, 45 * 12, 60 * 12
"""Months of age."""
NEVER_EMPTY = 1e-9
"""Seats that every institute has more when people choose, so that a province without seats has a choice."""


class Training(Line):
    """Graduation, queues, intake, dropout, diploma.

    ``started``, ``started_extra`` : by institute, who started this month on a seat; of them, on seats that a policy added.
    ``seats_offered`` : month -> by institute, seats offered in it, bought starts among them; months in which nobody queued are left out.
    """

    name = "training"
    compares = ("seats_offered", "started", "started_extra")

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        self.seats_offered: dict[int, list[int]] = {}
        self.started, self.started_extra = [0] * len(market.institutes), [0] * len(market.institutes)

    def run(self) -> None:
        """Courses and education end, people ask and give up; then those who waited before are admitted."""
        waiting = []
        for person in self.market.present:
            if person.state in (State.RETIRED, State.OUTSIDE):
                continue
            if person.graduation_month == self.market.month:
                self.graduate(person)
            elif person.state == State.TRAINING:
                self.learn(person)
            elif person.institute is not None:
                if self.gives_up(person):
                    leave_institute(person)
                else:
                    waiting.append(person)
            elif self.may_ask(person):
                self.ask(person)
        self.admit(waiting)

    # what happens to one person

    def luck(self, person: Person) -> int:
        """The draw of the month."""
        return draw32(self.market.key(Stream.TRAINING), person.number)

    def graduate(self, person: Person) -> None:
        """Initial education is over."""
        if person.study_field < N_SECTORS:
            person.qualifications |= 1 << person.study_field
        if person.state == State.INACTIVE:
            self.look_for_work(person)

    def learn(self, person: Person) -> None:
        """A month of a course."""
        assert person.institute is not None
        sector, month = person.institute.sector, self.market.month
        if person.training_until <= month:
            person.qualifications |= 1 << sector
            person.study_field = sector
            leave_institute(person)
            person.training_until = month
            self.look_for_work(person)
        elif self.luck(person) < person.institute.dropout_per_month:
            leave_institute(person)
            self.look_for_work(person)

    def look_for_work(self, person: Person) -> None:
        """Unemployed, in the sector of before."""
        self.market.books.move(person, State.UNEMPLOYED, person.sector, self.name)

    def gives_up(self, person: Person) -> bool:
        """Whether somebody leaves the waiting list."""
        return self.luck(person) < threshold(1 / self.parameters.patience_months)

    def may_ask(self, person: Person) -> bool:
        """Who can ask for a place: searches out of work, of the age, not in initial education."""
        out_of_work = person.state in (State.UNEMPLOYED, State.INACTIVE) and person.is_searching
        return bool(out_of_work and ADULT <= person.age < TOO_OLD and person.graduation_month < self.market.month)

    def ask(self, person: Person) -> None:
        """Ask for a place, by chance."""
        schools = self.schools_of(person.province)
        usual, added = [school.seats_per_intake + NEVER_EMPTY for school in schools], self.interest(schools)
        p = self.parameters
        chance = (1.0 if person.age < MIDDLE else p.older_relative_applications) * p.applications_per_month
        anyway = threshold(chance)
        with_interest = threshold(min(chance * (1.0 + sum_in_order(added) / sum_in_order(usual)), 1.0))
        luck = self.luck(person)
        if luck < kept(with_interest + (lever_of(person, "course_applications") << 16), 0, ALL_BITS):
            weights = added if anyway <= luck < with_interest else usual
            choice = draw_sub32(self.market.key(Stream.TRAINING), person.number, 1)
            school = next(s for s, most in zip(schools, cumulative_thresholds(weights), strict=True) if choice <= most)
            if not person.qualifications >> school.sector & 1:
                join_queue(person, school)

    def schools_of(self, province: int) -> list[Institute]:
        """The institutes of a province."""
        return [school for school in self.market.institutes if school.province == province]

    def interest(self, schools: list[Institute]) -> list[float]:
        """Seats of each institute times the interest in its sector."""
        market = self.market
        return [
            (school.seats_per_intake + NEVER_EMPTY) * max(sector_lever(market, "course_interest", school.sector), 0) / 65536
            for school in schools
        ]

    # intake

    def admit(self, waiting: list[Person]) -> None:
        """Seats by lot at the institutes that start a course, then starts that a programme bought."""
        market, key, seats = self.market, self.market.key(Stream.INTAKE), self.seats()
        self.started, self.started_extra = [0] * len(seats), [0] * len(seats)
        seated, queued = [], False
        for school in market.institutes:
            queue = [person for person in waiting if person.institute is school and seats[school.number] > 0]
            queue.sort(key=lambda person: (draw32(key, person.number), person.number))
            queued |= bool(queue)
            seated += queue[: seats[school.number]]
        bought = [person for person in waiting if person not in seated and self.start_is_bought(person)]
        if not queued and not bought:
            return
        offered, usual = seats, self.seats(is_usual=True)
        for person in seated:
            self.started[person.institute.number] += 1
        for person in bought:
            offered[person.institute.number] += 1
        self.started_extra = [max(started - most, 0) for started, most in zip(self.started, usual, strict=True)]
        self.seats_offered[market.month] = offered
        for person in seated + bought:
            self.start_course(person)

    def start_is_bought(self, person: Person) -> bool:
        """Whether a programme lets somebody who waits start at once, on a place of its own."""
        luck = draw_sub32(self.market.key(Stream.INTAKE), person.number, 1) >> 16
        return luck < lever_of(person, "course_start")

    def start_course(self, person: Person) -> None:
        """From the waiting list into the course."""
        school = person.institute
        assert school is not None
        school.waiting -= 1
        school.students += 1
        person.training_until = self.market.month + school.duration_months
        self.market.books.move(person, State.TRAINING, person.sector, self.name)

    def seats(self, *, is_usual: bool = False) -> list[int]:
        """Seats of this month by institute; `is_usual`: those that would be there without the lever `seats`."""
        found = []
        month = self.market.now.calendar_month - 1  # January is 0
        for school in self.market.institutes:
            per_intake = school.seats_per_intake if is_usual else max(school.seats_per_intake + self.added_seats(school), 0)
            if sector_lever(self.market, "all_year_intake", school.sector) > 0:
                a_year = per_intake * school.intake_months.bit_count()
                # shifted by the number of the institute, so that not all have their odd seat in the same month
                until_now, before = ((m * a_year + school.number) // 12 for m in (month + 1, month))
                found.append(until_now - before)
            else:
                found.append(per_intake if school.intake_months >> month & 1 else 0)
        return found

    def added_seats(self, school: Institute) -> int:
        """Whole seats that the lever adds at an intake; those of all institutes of a sector add up to the lever's share, rounded."""
        lever = sector_lever(self.market, "seats", school.sector)
        before = sum(
            other.seats_per_intake for other in self.market.institutes if other.sector == school.sector and other.number < school.number
        )
        return self.rounded(before + school.seats_per_intake, lever) - self.rounded(before, lever)

    @staticmethod
    def rounded(seats: int, share: int) -> int:
        """`share` / 65536 of some seats, to the nearest."""
        return seats * share + 32768 >> 16
