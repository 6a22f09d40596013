"""A job ends in one way only: here. So the heads and hours that employers count are always those that people
say they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import NEVER, NOBODY, Commitment, Contract
from sim.numerics.desks import add
from sim.numerics.jit import inline
from sim.numerics.types import int16s, int32s, uint8s

SECOND_JOB = np.uint8(Commitment.SECOND_JOB)
NO_CONTRACT = np.uint8(Contract.NONE)


class Jobs(NamedTuple):
    """Columns that tie people to employers; passed to kernels as one argument.

    employer, contract, notice_until, hours, second_employer, second_hours, commitments : of people.
    filled_jobs, filled_hours, notices : of employers.
    """

    employer: int32s
    contract: uint8s
    notice_until: int16s
    hours: uint8s
    second_employer: int32s
    second_hours: uint8s
    commitments: uint8s
    filled_jobs: int32s
    filled_hours: int32s
    notices: int32s


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
