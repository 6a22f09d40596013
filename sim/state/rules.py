"""What must hold of one person, whoever else there is: every value in its bounds, nobody in two states, who is not there holds nothing.

Each group of rules is a list of texts and, below it, one function that tells which of them a row breaks, as a bit set in that order. The
functions have no branches and no other width than that of their columns (bytes, months, rows and cents), so that the compiler looks at
up to 64 people at a time, and NumPy at whole columns: the audit (`sim.state.checks`) uses the one to see whether a rule is broken, the
other to say by whom.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import MAX_AGE, MIN_AGE, N_PROVINCES, N_SECTORS, N_SEXES, N_STATES, NEVER, NO_SECTOR, NOBODY, Commitment, Contract, State
from sim.numerics.jit import inline
from sim.numerics.types import int16s, int32s, uint8s, uint16s, uint32s

EMPLOYED, TRAINING, RETIRED, OUTSIDE = int(State.EMPLOYED), int(State.TRAINING), int(State.RETIRED), int(State.OUTSIDE)
NO_CONTRACT, SELF_EMPLOYED = int(Contract.NONE), int(Contract.SELF_EMPLOYED)
SECOND_JOB, RESERVES = int(Commitment.SECOND_JOB), int(Commitment.CARE_RESERVE | Commitment.DEFENCE_RESERVE)
ALL_COMMITMENTS = SECOND_JOB | RESERVES
N_LEVELS = 3
YOUNGEST, TOO_OLD = MIN_AGE * 12, (MAX_AGE + 1) * 12
MOST_HOURS, MOST_CENTS, LONGEST_NOTICE = 80, 100_000, 12
"""Hours per week, euro cents per hour, months: far above what the model can reach."""


class Rule(NamedTuple):
    """says : what is wrong when the rule is broken. columns : the columns of people that show it."""

    says: str
    columns: tuple[str, ...]


class Person(NamedTuple):
    """Columns of people that rules read."""

    state: uint8s
    sex: uint8s
    province: uint8s
    education: uint8s
    health: uint8s
    sector: uint8s
    study_field: uint8s
    is_searching: uint8s
    contract: uint8s
    commitments: uint8s
    hours: uint8s
    second_hours: uint8s
    birth_month: int16s
    entry_month: int16s
    state_since: int16s
    job_since: int16s
    displaced_since: int16s
    programme_since: int16s
    notice_until: int16s
    training_until: int16s
    institute: int16s
    programmes: uint16s
    ever_programmes: uint16s
    employer: int32s
    second_employer: int32s
    wage_cents: int32s
    qualifications: uint32s


BITS = tuple(np.uint16(1 << position) for position in range(16))


CODE_RULES = (
    Rule("state is no State", ("state",)),
    Rule("sex is neither 0 nor 1", ("sex",)),
    Rule("province is none of PROVINCES", ("province",)),
    Rule("education is none of EDUCATION_LEVELS", ("education",)),
    Rule("health is neither 0 nor 1", ("health",)),
    Rule("sector is none of SECTORS, or missing at work", ("sector", "state")),
    Rule("study field is none of SECTORS", ("study_field",)),
    Rule("is_searching is neither 0 nor 1", ("is_searching",)),
    Rule("contract is no Contract", ("contract",)),
    Rule("commitments have unknown bits", ("commitments",)),
    Rule(f"hours above {MOST_HOURS}", ("hours", "second_hours")),
    Rule("outside the population, yet at work, searching or committed", ("state", "contract", "is_searching", "commitments")),
    Rule("contract without work, or work without contract", ("state", "contract")),
    Rule("reservist of care and of defence", ("commitments",)),
)
"""Broken by the columns of one byte."""


@inline
def codes_broken(p, i):
    """Bit set of `CODE_RULES` (uint16) that row (or rows) `i` of `p`, a `Person`, breaks."""
    state, contract, commitments = p.state[i], p.contract[i], p.commitments[i]
    return (
        BITS[0] * (state >= N_STATES)
        | BITS[1] * (p.sex[i] >= N_SEXES)
        | BITS[2] * (p.province[i] >= N_PROVINCES)
        | BITS[3] * (p.education[i] >= N_LEVELS)
        | BITS[4] * (p.health[i] > 1)
        | BITS[5] * ((p.sector[i] > NO_SECTOR) | ((p.sector[i] == NO_SECTOR) & (state == EMPLOYED)))
        | BITS[6] * (p.study_field[i] > NO_SECTOR)
        | BITS[7] * (p.is_searching[i] > 1)
        | BITS[8] * (contract > SELF_EMPLOYED)
        | BITS[9] * (commitments > ALL_COMMITMENTS)
        | BITS[10] * ((p.hours[i] > MOST_HOURS) | (p.second_hours[i] > MOST_HOURS))
        | BITS[11] * ((state == OUTSIDE) & ((contract | p.is_searching[i] | commitments) != 0))
        | BITS[12] * ((state == EMPLOYED) != (contract != NO_CONTRACT))
        | BITS[13] * ((commitments & RESERVES) == RESERVES)
    )


MONTH_RULES = (
    Rule(f"age outside {MIN_AGE}-{MAX_AGE}", ("birth_month", "state")),
    Rule("in the population before the month of entry", ("entry_month", "state")),
    Rule("state began before birth, in the future, or never", ("state_since", "birth_month", "state")),
    Rule("job began before birth, in the future, or never", ("job_since", "birth_month", "state")),
    Rule("displaced before birth or in the future", ("displaced_since", "birth_month")),
    Rule("enrolled before birth or in the future", ("programme_since", "birth_month")),
    Rule(f"notice that should have ended, or of more than {LONGEST_NOTICE} months", ("notice_until",)),
    Rule("institute is no row of institutes", ("institute",)),
    Rule("in training without institute, or past the month of the diploma", ("state", "institute", "training_until")),
    Rule("on a waiting list while at work, retired or outside the population", ("state", "institute")),
    Rule("in a programme never taken part in", ("programmes", "ever_programmes")),
    Rule("outside the population, yet under notice or in a programme", ("state", "notice_until", "programmes")),
)
"""Broken by the columns of two bytes."""


@inline
def months_broken(p, i, month, n_institutes):
    """Bit set of `MONTH_RULES` (uint16) that row `i` breaks. month, n_institutes : int16."""
    state, born, notice, institute = p.state[i], p.birth_month[i], p.notice_until[i], p.institute[i]
    since, job, lost, joined = p.state_since[i], p.job_since[i], p.displaced_since[i], p.programme_since[i]
    is_outside, is_enrolled = state == OUTSIDE, institute != NOBODY
    youngest, too_old, longest = np.int16(month - YOUNGEST), np.int16(month - TOO_OLD), np.int16(month + LONGEST_NOTICE)
    return (
        BITS[0] * (((born > youngest) | (born <= too_old)) & ~is_outside)
        | BITS[1] * ((p.entry_month[i] > month) & ~is_outside)
        | BITS[2] * ((since > month) | ((since <= born) & (since != NEVER)) | ((since == NEVER) & ~is_outside))
        | BITS[3] * ((job > month) | ((job <= born) & (job != NEVER)) | ((job == NEVER) & (state == EMPLOYED)))
        | BITS[4] * ((lost > month) | ((lost <= born) & (lost != NEVER)))
        | BITS[5] * ((joined > month) | ((joined <= born) & (joined != NEVER)))
        | BITS[6] * ((notice != NEVER) & ((notice <= month) | (notice > longest)))
        | BITS[7] * ((institute < NOBODY) | (institute >= n_institutes))
        | BITS[8] * ((state == TRAINING) & (~is_enrolled | (p.training_until[i] <= month)))
        | BITS[9] * (is_enrolled & ((state == EMPLOYED) | (state >= RETIRED)))
        | BITS[10] * ((p.programmes[i] & ~p.ever_programmes[i]) != 0)
        | BITS[11] * (is_outside & ((notice != NEVER) | (p.programmes[i] != 0)))
    )


WORK_RULES = (
    Rule("employer is no row of employers", ("employer",)),
    Rule("employer of the second job is no row of employers", ("second_employer",)),
    Rule("outside the population, yet with an employer", ("state", "employer", "second_employer")),
    Rule("employer without contract of an employee, or the reverse", ("employer", "contract")),
    Rule("notice without employer", ("employer", "notice_until")),
    Rule("second job without its commitment, or the reverse", ("second_employer", "commitments")),
    Rule("second job without work", ("second_employer", "state")),
    Rule("hours of a second job without one", ("second_employer", "second_hours")),
    Rule("second job with the employer of the main job", ("employer", "second_employer")),
    Rule(f"wage below 0 or above {MOST_CENTS} cents", ("wage_cents",)),
    Rule("qualifications have unknown bits", ("qualifications",)),
)
"""Broken by the columns of four bytes, and what goes with them."""


@inline
def work_broken(p, i, n_employers):
    """Bit set of `WORK_RULES` (uint16) that row `i` breaks. n_employers : int32."""
    state, employer, second, contract = p.state[i], p.employer[i], p.second_employer[i], p.contract[i]
    has_job, has_second = employer != NOBODY, second != NOBODY
    return (
        BITS[0] * ((employer < NOBODY) | (employer >= n_employers))
        | BITS[1] * ((second < NOBODY) | (second >= n_employers))
        | BITS[2] * ((state == OUTSIDE) & (has_job | has_second))
        | BITS[3] * (has_job != ((contract != NO_CONTRACT) & (contract != SELF_EMPLOYED)))
        | BITS[4] * ((p.notice_until[i] != NEVER) & ~has_job)
        | BITS[5] * (has_second != ((p.commitments[i] & SECOND_JOB) != 0))
        | BITS[6] * (has_second & (state != EMPLOYED))
        | BITS[7] * ((p.second_hours[i] != 0) & ~has_second)
        | BITS[8] * (has_second & (employer == second))
        | BITS[9] * ((p.wage_cents[i] < 0) | (p.wage_cents[i] > MOST_CENTS))
        | BITS[10] * (p.qualifications[i] >= 1 << N_SECTORS)
    )
