"""Second half of line 10: what happens to the people who were matched.

A job changer leaves the old employer, which may recruit in turn next month. A second job is taken beside the first. Somebody hired from a
waiting list or a course leaves it.

Draws: HIRE (contract, change of hours), WANTED_HOURS. Source: parameters ``matching.*`` (contract and hours of new jobs).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import NEVER, NOBODY, Commitment, Contract, State
from sim.numerics.jit import serial
from sim.numerics.rng import draw_sub32
from sim.state.courses import leave_institute
from sim.state.jobs import end_main_job, end_second_job
from sim.state.ledger import Cause, move

EMPLOYED, RETIRED = int(State.EMPLOYED), int(State.RETIRED)
PERMANENT, FLEXIBLE = np.uint8(Contract.PERMANENT), np.uint8(Contract.FLEXIBLE)
SECOND_JOB = np.uint8(Commitment.SECOND_JOB)
MATCHING = int(Cause.MATCHING)


class NewJob(NamedTuple):
    """Contract and hours of new jobs. Thresholds, but `second_hours` and `pension_hours` in hours per week."""

    flexible_young: np.uint32
    flexible: np.uint32
    keeps_hours: np.uint32
    hours_cdf: np.ndarray  # (N_SECTORS, 2, classes)
    hours_values: np.ndarray  # (classes,)
    second_hours: int
    pension_hours: int


class Hired(NamedTuple):
    """Columns of people that a hire writes beside those of `Jobs` and the ledger."""

    sex: np.ndarray
    hours: np.ndarray
    wage_cents: np.ndarray
    job_since: np.ndarray
    displaced_since: np.ndarray


@serial
def hire(month, pension_age, k, hours_key, searchers, turn, choice, offer, is_second, rules, opening_employer, opening_recorded, taker, sector, cell,
         hires, filled, hired, books, jobs, courses):  # type: ignore[no-untyped-def]  # fmt: skip
    """Carry out all matches; counts all `hires` and recorded vacancies `filled` by market cell of the employer."""
    for q in range(searchers.size):
        if turn[q] == NOBODY:
            continue
        i, v = searchers[q], choice[q, turn[q]]
        e = opening_employer[v]
        taker[v] = i
        hires[cell[e]] += 1
        filled[cell[e]] += opening_recorded[v]
        jobs.filled_jobs[e] += 1
        if is_second[q]:
            jobs.second_employer[i] = e
            jobs.second_hours[i] = rules.second_hours
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
        if age >= pension_age:
            hired.hours[i] = rules.pension_hours
        elif hired.hours[i] == 0 or draw_sub32(k, i, 1) >= rules.keeps_hours:
            u = draw_sub32(hours_key, i, sector[e])  # the hours somebody wants in a sector are a lasting taste
            cdf = rules.hours_cdf[sector[e], hired.sex[i]]
            klass = 0
            while cdf[klass] < u:
                klass += 1
            hired.hours[i] = rules.hours_values[klass]
        hired.wage_cents[i] = offer[q, turn[q]]
        hired.job_since[i] = month
        hired.displaced_since[i] = NEVER
        jobs.employer[i] = e
        move(books, i, month, EMPLOYED, sector[e], MATCHING)
