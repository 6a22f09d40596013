"""How a job, a second job and a place at an institute begin and end, whatever the reason. Both sides are told.

An employer counts heads (`filled_jobs`), contract hours a week (`filled_hours`) and staff under notice (`notices`); an institute the people
on its waiting list (`waiting`) and in its courses (`students`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.agents import NEVER

from sim.codes import Commitment, Contract, State

if TYPE_CHECKING:
    from twin.agents import Employer, Institute, Person
    from twin.books import Books


def end_main_job(person: Person) -> None:
    """The main job is over: employer, contract and notice go. Hours and wage stay as those of the last job; so does the state."""
    employer = person.employer
    if employer is not None:
        employer.filled_jobs -= 1
        employer.filled_hours -= person.hours
        if person.notice_until != NEVER:
            employer.notices -= 1
    person.employer = None
    person.contract = int(Contract.NONE)
    person.notice_until = NEVER


def end_second_job(person: Person) -> None:
    """The second job is over, if there was one."""
    employer = person.second_employer
    if employer is not None:
        employer.filled_jobs -= 1
        employer.filled_hours -= person.second_hours
        person.second_employer, person.second_hours = None, 0
        person.commitments &= ~int(Commitment.SECOND_JOB)


def end_all_jobs(person: Person) -> None:
    """Both jobs are over."""
    end_main_job(person)
    end_second_job(person)


def start_main_job(
    books: Books, person: Person, employer: Employer | None, contract: Contract, sector: int, hours: int, wage_cents: int, cause: str
) -> None:
    """Somebody without a main job (`end_main_job` came first) begins one; no `employer`: a business of one's own."""
    person.employer, person.contract = employer, int(contract)
    person.hours, person.wage_cents = hours, wage_cents
    person.job_since = person.model.month
    person.displaced_since = NEVER
    if employer is not None:
        employer.filled_jobs += 1
        employer.filled_hours += hours
    books.move(person, State.EMPLOYED, sector, cause)


def start_business(books: Books, person: Person, cause: str) -> None:
    """Self-employed from now on, in the sector, for the hours and at the hourly income of the last job."""
    end_all_jobs(person)
    start_main_job(books, person, None, Contract.SELF_EMPLOYED, person.sector, person.hours, person.wage_cents, cause)


def start_second_job(person: Person, employer: Employer, hours: int) -> None:
    """A second job beside the main one."""
    employer.filled_jobs += 1
    employer.filled_hours += hours
    person.second_employer, person.second_hours = employer, hours
    person.commitments |= int(Commitment.SECOND_JOB)


def change_hours(person: Person, hours: int) -> None:
    """Other contract hours in the main job."""
    if person.employer is not None:
        person.employer.filled_hours += hours - person.hours
    person.hours = hours


def join_queue(person: Person, institute: Institute) -> None:
    """Ask for a place."""
    person.institute = institute
    institute.waiting += 1


def leave_institute(person: Person) -> None:
    """Off the waiting list or out of the course. Call it before the state changes: that tells which of the two it is."""
    institute = person.institute
    if institute is None:
        return
    if person.state == State.TRAINING:
        institute.students -= 1
    else:
        institute.waiting -= 1
    person.institute, person.training_until = None, NEVER
