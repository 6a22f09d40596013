"""The audit: what people say about themselves must be what employers, institutes, vacancies and the accounts have on record.

It only reads. One pass over everybody (`sim.state.cross_sums`) looks at the rules of one person (`sim.state.rules`) and at the sector of
each employee's employer, and adds up what must agree:

    by employer           : heads, notices and contract hours that people say = those that employers count
    by institute          : people who say they wait or learn = waiting lists and courses; nobody has a seat that was not offered
    by opening            : one taker at most, nobody hired twice, no job begun this month without an opening
    by cell of the ledger : persons, contract hours and euro cents a week of people and their jobs = what the lines of the month booked,
                            one movement after the other: the two routes to the wage bill, which must agree to the cent
    by sex                : people at work and their contract hours = what the lines of the month booked

Only when something is wrong is it looked for: slowly, exactly, and told with the check, the number of offenders, the first of them and
its values. A failed check is a fault of ours, never of the user.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from sim.codes import NEVER, NOBODY, State, month_label
from sim.numerics.jit import n_blocks, plain
from sim.numerics.selection import Selection
from sim.state.columns import Table
from sim.state.cross_sums import RULES, Openings, is_anybody_twice, read_openings, read_people, sum_cells, sum_employers
from sim.state.employers import Employers
from sim.state.institutes import Institutes
from sim.state.ledger import LedgerError
from sim.state.people import People
from sim.state.rules import BITS, Person, codes_broken, months_broken, work_broken
from sim.state.vacancies import Vacancies


@dataclass(frozen=True)
class OnRecord:
    """What the lines of the month have on record, for comparison with what people say.

    Attributes
    ----------
    heads : (N_CELLS,) int64 persons by cell: the ledger's closing balance.
    hours, cents : (N_WORK_CELLS,) int64 per week in main jobs, by cell: the books.
    sex_heads, sex_hours : (N_SEXES,) int64 people at work and their contract hours per week, by sex: the books.
    seats : month of intake -> (n_institutes,) int64 seats that the institutes offered in it.
    start : first month of the run; what lies before it is not on record.
    recount : counts everybody cell by cell and raises LedgerError where books and count differ; called when they do.
    """

    heads: np.ndarray
    hours: np.ndarray
    cents: np.ndarray
    sex_heads: np.ndarray
    sex_hours: np.ndarray
    seats: Mapping[int, np.ndarray]
    start: int
    recount: Callable[[], None]


class Audit:
    """The audit of one month; `run` raises LedgerError at the first disagreement.

    Parameters
    ----------
    month : months since January 1900, at its end.
    people, employers, institutes, vacancies : the tables; only read.
    on_record : what the accounts and the institutes have on record.
    selection : scratch space for rows of people.
    """

    def __init__(self, month: int, people: People, employers: Employers, institutes: Institutes, vacancies: Vacancies,
                 on_record: OnRecord, selection: Selection) -> None:  # fmt: skip
        self.month, self.people, self.employers, self.institutes, self.vacancies = month, people, employers, institutes, vacancies
        self.on_record, self.selection = on_record, selection

    def run(self) -> None:
        """Read everybody once, then compare."""
        people, employers, n = self.people, self.employers, n_blocks(len(self.people))
        columns = Person(*(people[name] for name in Person._fields))
        broken, misplaced, sums = np.zeros((n, len(RULES)), np.uint32), np.zeros(n, np.uint8), np.zeros((n, 3), np.uint64)
        counts = self.selection.counts(len(people))
        picked = self.selection.rows, counts
        read_people(self.month, len(self.institutes), len(employers), columns, employers.sector, *picked, broken, misplaced, sums)
        if broken.any():
            self._tell_rules(columns)
        if misplaced.any():
            self._tell_misplaced()
        jobs, cells, begun = sums.sum(axis=0)
        by_employer = np.zeros(n_blocks(len(employers)), np.uint64)
        sum_employers(employers.filled_jobs, employers.notices, employers.filled_hours, by_employer)
        if jobs != by_employer.sum():
            self._tell_jobs()
        self._check_courses(self.selection.collect(counts)[0])
        self._check_openings(columns, int(begun))
        record = self.on_record
        if cells != sum_cells(record.heads, record.hours, record.cents, record.sex_heads, record.sex_hours):
            record.recount()
            raise self._no_count("cells")

    def _check_courses(self, rows: np.ndarray) -> None:
        """Waiting lists, courses and seats hold those (`rows`) who say they are in them."""
        people, institutes, n = self.people, self.institutes, len(self.institutes)
        learning = people.state[rows] == State.TRAINING
        students, waiting = rows[learning], rows[~learning]
        self._compare("students of institutes", institutes, "students", np.bincount(people.institute[students], minlength=n))
        self._compare("waiting lists of institutes", institutes, "waiting", np.bincount(people.institute[waiting], minlength=n))
        school = people.institute[students]
        intake = people.training_until[students].astype(np.int64) - institutes.duration_months[school]
        for month in np.unique(intake[intake >= self.on_record.start]):
            taken = np.bincount(school[intake == month], minlength=n)
            seats = self.on_record.seats.get(int(month), np.zeros(n, np.int64))
            says = f"more students than seats at the intake of {month_label(int(month))}"
            self._require(says, "institutes", taken > seats, students=taken, seats=seats)

    def _check_openings(self, columns: Person, begun: int) -> None:
        """Every opening has one employer and one taker at most, and every main job begun this month (`begun`) was an opening."""
        v, n = self.vacancies, n_blocks(len(self.vacancies))
        wrong, mains = np.zeros(n, np.uint8), np.zeros(n, np.int64)
        openings = Openings(*(v[name] for name in Openings._fields))
        read_openings(self.month, len(self.people), len(self.employers), openings, columns, wrong, mains)
        if wrong.any():
            self._tell_openings()
        if is_anybody_twice(v.taker, np.zeros(len(self.people) // 64 + 1, np.uint64)):
            taker = np.sort(v.taker[v.taker != NOBODY])
            twice = taker[1:][taker[1:] == taker[:-1]]
            self._fail("person hired twice in a month", "people", twice, openings=np.bincount(taker))
        if self.month >= self.on_record.start and int(mains.sum()) != begun:
            self._tell_begun()

    def _tell_rules(self, columns: Person) -> NoReturn:
        """Raise the first broken rule, and name the others."""
        everybody, now = slice(None), np.int16(self.month)
        bits = (
            plain(codes_broken)(columns, everybody),
            plain(months_broken)(columns, everybody, now, len(self.institutes)),
            plain(work_broken)(columns, everybody, len(self.employers)),
        )
        offenders = ((rule, np.flatnonzero(b & BITS[r])) for b, rules in zip(bits, RULES, strict=True) for r, rule in enumerate(rules))
        (rule, rows), *others = [(rule, rows) for rule, rows in offenders if rows.size]
        also = "".join(f"; also: {other.says}" for other, _ in others)
        self._raise(rule.says, "people", rows.size, int(rows[0]), {name: self.people[name] for name in rule.columns}, also)

    def _tell_misplaced(self) -> NoReturn:
        """Raise with the employees whose sector is not that of their employer."""
        people = self.people
        rows = np.flatnonzero(people.employer != NOBODY)
        at_work = self.employers.sector[people.employer[rows]]
        wrong = at_work != people.sector[rows]
        rows, shown = rows[wrong], np.zeros(len(people), np.uint8)
        shown[rows] = at_work[wrong]
        self._fail("sector of an employee is not that of the employer", "people", rows, sector=people.sector, employer=people.employer,
                   sector_of_employer=shown)  # fmt: skip

    def _tell_jobs(self) -> NoReturn:
        """Raise with the employers whose heads, notices or hours are not those that people say."""
        people, employers, n = self.people, self.employers, len(self.employers)
        at, beside = people.employer != NOBODY, people.second_employer != NOBODY
        main, second = people.employer[at], people.second_employer[beside]
        heads = np.bincount(main, minlength=n) + np.bincount(second, minlength=n)
        hours = np.bincount(main, people.hours[at], n) + np.bincount(second, people.second_hours[beside], n)
        noticed = people.employer[at & (people.notice_until != NEVER)]
        self._compare("filled jobs of employers", employers, "filled_jobs", heads)
        self._compare("notices of employers", employers, "notices", np.bincount(noticed, minlength=n))
        self._compare("hours of employers", employers, "filled_hours", hours.astype(np.int64))
        raise self._no_count("jobs")

    def _tell_openings(self) -> NoReturn:
        """Raise with the openings whose values are impossible, or whose taker is not at work."""
        v, people = self.vacancies, self.people
        self._require("opening of no employer", "vacancies", (v.employer < 0) | (v.employer >= len(self.employers)), employer=v.employer)
        self._require("opened in the future", "vacancies", v.opened > self.month, opened=v.opened)
        no_flags = (v.is_recorded > 1) | (v.needs_licence > 1)
        self._require("is_recorded or needs_licence is neither 0 nor 1", "vacancies", no_flags, is_recorded=v.is_recorded,
                      needs_licence=v.needs_licence)  # fmt: skip
        self._require("taker is no row of people", "vacancies", (v.taker < NOBODY) | (v.taker >= len(people)), taker=v.taker)
        idle = (v.taker != NOBODY) & (people.state[v.taker] != State.EMPLOYED)
        self._require("taken by somebody who is not at work", "vacancies", idle, taker=v.taker, state_of_taker=people.state[v.taker])
        raise self._no_count("openings")

    def _tell_begun(self) -> NoReturn:
        """Raise with the people whose main job began this month and was no opening."""
        people, v = self.people, self.vacancies
        began = (people.job_since == self.month) & (people.employer != NOBODY)
        taken = np.flatnonzero(v.taker != NOBODY)
        taker = v.taker[taken]
        began[taker[people.employer[taker] == v.employer[taken]]] = False
        self._require("job begun without an opening", "people", began, employer=people.employer, job_since=people.job_since)
        raise self._no_count("openings")

    def _no_count(self, of: str) -> LedgerError:
        return LedgerError(
            f"{month_label(self.month)}: the quick look at {of} found a fault that the slow one does not: the audit is wrong"
        )

    def _compare(self, says: str, table: Table, column: str, counted: np.ndarray) -> None:
        """Raise unless `column` of `table` is what was `counted` from people."""
        values = {column: table[column], "people_say": counted}
        self._require(says, type(table).__name__.lower(), table[column] != counted, **values)

    def _require(self, says: str, table: str, wrong: np.ndarray, **values: np.ndarray) -> None:
        if wrong.any():
            self._fail(says, table, np.flatnonzero(wrong), **values)

    def _fail(self, says: str, table: str, rows: np.ndarray, **values: np.ndarray) -> NoReturn:
        self._raise(says, table, rows.size, int(rows.min()), values)

    def _raise(self, says: str, table: str, count: int, row: int, values: Mapping[str, np.ndarray], others: str = "") -> NoReturn:
        shown = ", ".join(f"{name} {array[row]}" for name, array in values.items())
        raise LedgerError(f"{month_label(self.month)}: {says}: {count} of {table}, first {row}: {shown}{others}")
