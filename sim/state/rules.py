"""What must hold of one person, whoever else there is: every value in its bounds, nobody in two states, who is not there holds nothing.

Each group of rules is a list of texts and, below it, one function that tells which of them a row breaks, as a bit set in that order. The
functions use no branches and no other width than that of their columns (bytes, months, rows and cents), so that the compiler looks at up to
64 people at a time. The audit (`sim.state.checks`) runs them over everybody, and again over everybody to say who, when one is broken.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import MAX_AGE, MIN_AGE, N_PROVINCES, N_SECTORS, N_STATES, NEVER, NO_SECTOR, NOBODY, Commitment, Contract, State
from sim.numerics.jit import inline

EMPLOYED, TRAINING, RETIRED, OUTSIDE = int(State.EMPLOYED), int(State.TRAINING), int(State.RETIRED), int(State.OUTSIDE)
NO_CONTRACT, SELF_EMPLOYED = int(Contract.NONE), int(Contract.SELF_EMPLOYED)
SECOND_JOB, RESERVES = int(Commitment.SECOND_JOB), int(Commitment.CARE_RESERVE | Commitment.DEFENCE_RESERVE)
ALL_COMMITMENTS = SECOND_JOB | RESERVES
N_SEXES, N_LEVELS = 2, 3
YOUNGEST, TOO_OLD = MIN_AGE * 12, (MAX_AGE + 1) * 12
MOST_HOURS, MOST_CENTS, LONGEST_NOTICE = 80, 100_000, 12
"""Hours per week, euro cents per hour, months: far above what the model can reach."""


class Rule(NamedTuple):
    """says : what is wrong when the rule is broken. columns : the columns of people that show it."""

    says: str
    columns: tuple[str, ...]


class Person(NamedTuple):
    """Columns of people that rules read."""

    state: np.ndarray
    sex: np.ndarray
    province: np.ndarray
    education: np.ndarray
    health: np.ndarray
    sector: np.ndarray
    study_field: np.ndarray
    is_searching: np.ndarray
    contract: np.ndarray
    commitments: np.ndarray
    hours: np.ndarray
    second_hours: np.ndarray
    birth_month: np.ndarray
    entry_month: np.ndarray
    state_since: np.ndarray
    job_since: np.ndarray
    displaced_since: np.ndarray
    programme_since: np.ndarray
    notice_until: np.ndarray
    training_until: np.ndarray
    institute: np.ndarray
    programmes: np.ndarray
    ever_programmes: np.ndarray
    employer: np.ndarray
    second_employer: np.ndarray
    wage_cents: np.ndarray
    qualifications: np.ndarray


@inline
def _bit(position, is_wrong):
    return np.uint16(1 << position) if is_wrong else np.uint16(0)


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
    """Bit set of `CODE_RULES` (uint16) that row `i` breaks."""
    state, contract, commitments = p.state[i], p.contract[i], p.commitments[i]
    return (
        _bit(0, state >= N_STATES)
        | _bit(1, p.sex[i] >= N_SEXES)
        | _bit(2, p.province[i] >= N_PROVINCES)
        | _bit(3, p.education[i] >= N_LEVELS)
        | _bit(4, p.health[i] > 1)
        | _bit(5, (p.sector[i] > NO_SECTOR) | ((p.sector[i] == NO_SECTOR) & (state == EMPLOYED)))
        | _bit(6, p.study_field[i] > NO_SECTOR)
        | _bit(7, p.is_searching[i] > 1)
        | _bit(8, contract > SELF_EMPLOYED)
        | _bit(9, commitments > ALL_COMMITMENTS)
        | _bit(10, (p.hours[i] > MOST_HOURS) | (p.second_hours[i] > MOST_HOURS))
        | _bit(11, (state == OUTSIDE) & ((contract | p.is_searching[i] | commitments) != 0))
        | _bit(12, (state == EMPLOYED) != (contract != NO_CONTRACT))
        | _bit(13, (commitments & RESERVES) == RESERVES)
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
    is_outside, is_enrolled = state == OUTSIDE, institute != NOBODY
    youngest, too_old, longest = np.int16(month - YOUNGEST), np.int16(month - TOO_OLD), np.int16(month + LONGEST_NOTICE)
    return (
        _bit(0, ((born > youngest) | (born <= too_old)) & ~is_outside)
        | _bit(1, (p.entry_month[i] > month) & ~is_outside)
        | _bit(2, _is_odd(p.state_since[i], born, month) | ((p.state_since[i] == NEVER) & ~is_outside))
        | _bit(3, _is_odd(p.job_since[i], born, month) | ((p.job_since[i] == NEVER) & (state == EMPLOYED)))
        | _bit(4, _is_odd(p.displaced_since[i], born, month))
        | _bit(5, _is_odd(p.programme_since[i], born, month))
        | _bit(6, (notice != NEVER) & ((notice <= month) | (notice > longest)))
        | _bit(7, (institute < NOBODY) | (institute >= n_institutes))
        | _bit(8, (state == TRAINING) & (~is_enrolled | (p.training_until[i] <= month)))
        | _bit(9, is_enrolled & ((state == EMPLOYED) | (state >= RETIRED)))
        | _bit(10, (p.programmes[i] & ~p.ever_programmes[i]) != 0)
        | _bit(11, is_outside & ((notice != NEVER) | (p.programmes[i] != 0)))
    )


@inline
def _is_odd(since, born, month):
    return (since > month) | ((since <= born) & (since != NEVER))


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
        _bit(0, (employer < NOBODY) | (employer >= n_employers))
        | _bit(1, (second < NOBODY) | (second >= n_employers))
        | _bit(2, (state == OUTSIDE) & (has_job | has_second))
        | _bit(3, has_job != ((contract != NO_CONTRACT) & (contract != SELF_EMPLOYED)))
        | _bit(4, (p.notice_until[i] != NEVER) & ~has_job)
        | _bit(5, has_second != ((p.commitments[i] & SECOND_JOB) != 0))
        | _bit(6, has_second & (state != EMPLOYED))
        | _bit(7, (p.second_hours[i] != 0) & ~has_second)
        | _bit(8, has_second & (employer == second))
        | _bit(9, (p.wage_cents[i] < 0) | (p.wage_cents[i] > MOST_CENTS))
        | _bit(10, p.qualifications[i] >= 1 << N_SECTORS)
    )
