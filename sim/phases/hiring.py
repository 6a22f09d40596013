"""Second half of line 10: what happens to the people who were matched.

A job changer leaves the old employer, which may recruit in turn next month. A second job is taken beside the first; in a programme for
second jobs it has the hours of that programme, a share of which is given up in the main job. Somebody hired from a
waiting list or a course leaves it.

Draws: HIRE (contract, change of hours), WANTED_HOURS. Source: parameters ``matching.*`` (contract and hours of new jobs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.codes import N_SECTORS, NEVER, NOBODY, Commitment, Contract, State
from sim.numerics.desks import add
from sim.numerics.jit import serial
from sim.numerics.rng import AnyKey, draw_sub32
from sim.numerics.slots import tickets
from sim.numerics.types import int8s, int16s, int32s, int32s2, int64, int64s, uint8s, uint8s4, uint16s, uint32, uint32s
from sim.phases.applications import CHUNK
from sim.policies.levers import lever_of
from sim.state.courses import Courses, leave_institute
from sim.state.jobs import Jobs, end_main_job, end_second_job
from sim.state.ledger import Books, Cause, change_hours, start_job

if TYPE_CHECKING:
    from sim.state.people import People

RETIRED = int(State.RETIRED)
PERMANENT, FLEXIBLE = np.uint8(Contract.PERMANENT), np.uint8(Contract.FLEXIBLE)
SECOND_JOB = np.uint8(Commitment.SECOND_JOB)
MATCHING = int(Cause.MATCHING)
IN_EDUCATION, MID_CAREER, LATE_CAREER = 0, 1, 2
"""Stages of life for contract hours."""
LATE_MONTHS, FULL_TIME = 60 * 12, 38
MANY = 1_000_000


class NewJob(NamedTuple):
    """Contract and hours of new jobs. Thresholds, but `second_hours` and `pension_hours` in hours per week."""

    flexible_young: uint32
    flexible: uint32
    keeps_hours: uint32s  # (2,): in the sector of the last job, in another
    hours_held: uint8s4  # (N_SECTORS, 2, 3 stages, TICKETS) uint8
    second_hours: int64
    pension_hours: int64


def hours_held(people: People, month: int) -> np.ndarray:
    """Contract hours that employees hold now, as a lookup table for new jobs.

    Returns
    -------
    (N_SECTORS, 2, 3, TICKETS) uint8 - hours per week by sector, sex and stage of life; an empty cell takes the hours of the whole sector.
    """
    counted = np.zeros(N_SECTORS * 6 * 64, np.int64)
    for first in range(0, len(people), MANY):  # bit by bit, to need little memory
        at_work = first + np.flatnonzero(people.employer[first : first + MANY] != NOBODY)
        age = month - people.birth_month[at_work].astype(np.int32)
        stage = np.where(people.graduation_month[at_work] > month, IN_EDUCATION, np.where(age >= LATE_MONTHS, LATE_CAREER, MID_CAREER))
        cell = (people.sector[at_work].astype(np.int64) * 2 + people.sex[at_work]) * 3 + stage
        counted += np.bincount(cell * 64 + np.minimum(people.hours[at_work], 63), minlength=counted.size)
    heads = counted.reshape(N_SECTORS, 2, 3, 64)
    whole_sector = heads.sum(axis=(1, 2), keepdims=True) + (np.arange(64) == FULL_TIME) * (heads.sum(axis=(1, 2, 3), keepdims=True) == 0)
    return tickets(np.where(heads.sum(axis=3, keepdims=True) > 0, heads, whole_sector).astype(np.float64))


class Hired(NamedTuple):
    """Columns of people that a hire reads (the first three) or writes beside those of `Jobs` and the ledger."""

    sex: uint8s
    graduation_month: int16s
    programmes: uint16s
    job_since: int16s
    displaced_since: int16s


@serial
def hire(
    books: Books,
    first: int64,
    end: int64,
    month: int64,
    pension_age: int64,
    k: AnyKey,
    hours_key: AnyKey,
    counts: int32s,
    applicant: int32s,
    turn: int8s,
    choice: int32s2,
    offer: int32s2,
    is_second: uint8s,
    rules: NewJob,
    second_hours: int64s,
    given_up: int64s,
    opening_employer: int32s,
    opening_recorded: uint8s,
    taker: int32s,
    sector: uint8s,
    cell: int64s,
    hires: int64s,
    filled: int64s,
    hired: Hired,
    jobs: Jobs,
    courses: Courses,
):
    """Carry out the matches of chunks first .. end; counts all `hires` and recorded vacancies `filled` by market cell of the employer."""
    for b in range(first, end):
        for q in range(b * CHUNK, b * CHUNK + counts[b]):
            if turn[q] == NOBODY:
                continue
            i, v = applicant[q], choice[q, turn[q]]
            e = opening_employer[v]
            taker[v] = i
            add(hires, cell[e], 1)
            add(filled, cell[e], np.int64(opening_recorded[v]))
            add(jobs.filled_jobs, e, 1)
            if is_second[q]:
                programmes = hired.programmes[i]
                wanted = lever_of(programmes, second_hours)
                second, main = rules.second_hours, np.int64(books.hours[i])
                if wanted > 0:
                    second = wanted
                    less = (min(wanted, main) * lever_of(programmes, given_up) + 32768) >> 16
                    add(jobs.filled_hours, jobs.employer[i], -np.int32(min(less, main - 1)))
                    change_hours(books, i, month, main - min(less, main - 1))
                add(jobs.filled_hours, e, second)
                jobs.second_employer[i] = e
                jobs.second_hours[i] = second
                jobs.commitments[i] |= SECOND_JOB
                continue
            leave_institute(courses, i)
            if jobs.second_employer[i] == e:
                end_second_job(jobs, i)
            end_main_job(jobs, i)
            age = month - np.int64(books.birth_month[i])
            share = rules.flexible_young if age < 300 else rules.flexible
            is_flexible = books.state[i] == RETIRED or age >= pension_age or draw_sub32(k, i, 0) < share
            jobs.contract[i] = FLEXIBLE if is_flexible else PERMANENT
            hours = np.int64(books.hours[i])
            if age >= pension_age:
                hours = rules.pension_hours
            elif (
                hours == 0
                or hired.job_since[i] < hired.graduation_month[i]  # the last job was one beside school
                or draw_sub32(k, i, 1) >= rules.keeps_hours[0 if books.sector[i] == sector[e] else 1]
            ):
                u = draw_sub32(hours_key, i, sector[e])  # the hours somebody wants in a sector are a lasting taste
                stage = IN_EDUCATION if hired.graduation_month[i] > month else (LATE_CAREER if age >= LATE_MONTHS else MID_CAREER)
                hours = np.int64(rules.hours_held[sector[e], hired.sex[i], stage, u >> np.uint32(22)])
            hired.job_since[i] = month
            hired.displaced_since[i] = NEVER
            jobs.employer[i] = e
            add(jobs.filled_hours, e, hours)
            start_job(books, i, month, sector[e], hours, offer[q, turn[q]], MATCHING)
