"""A job ends in one way only: here. So the heads and hours that employers count are always those that people
say they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import NEVER, NOBODY, Commitment, Contract
from sim.numerics.desks import add
from sim.numerics.jit import inline

SECOND_JOB = np.uint8(Commitment.SECOND_JOB)
NO_CONTRACT = np.uint8(Contract.NONE)


class Jobs(NamedTuple):
    """Columns that tie people to employers; passed to kernels as one argument.

    employer, contract, notice_until, hours, second_employer, second_hours, commitments : of people.
    filled_jobs, filled_hours, notices : of employers.
    """

    employer: np.ndarray
    contract: np.ndarray
    notice_until: np.ndarray
    hours: np.ndarray
    second_employer: np.ndarray
    second_hours: np.ndarray
    commitments: np.ndarray
    filled_jobs: np.ndarray
    filled_hours: np.ndarray
    notices: np.ndarray


@inline
def end_main_job(jobs, i):
    """End the main job of person `i`: employer, contract and notice go."""
    e = jobs.employer[i]
    if e != NOBODY:
        add(jobs.filled_jobs, e, -1)
        add(jobs.filled_hours, e, -np.int32(jobs.hours[i]))
        if jobs.notice_until[i] != NEVER:
            add(jobs.notices, e, -1)
    jobs.employer[i] = NOBODY
    jobs.contract[i] = NO_CONTRACT
    jobs.notice_until[i] = NEVER


@inline
def end_second_job(jobs, i):
    """End the second job of person `i`, if there is one."""
    e = jobs.second_employer[i]
    if e != NOBODY:
        add(jobs.filled_jobs, e, -1)
        add(jobs.filled_hours, e, -np.int32(jobs.second_hours[i]))
        jobs.second_employer[i] = NOBODY
        jobs.second_hours[i] = 0
        jobs.commitments[i] &= ~SECOND_JOB
