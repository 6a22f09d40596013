"""Line 6, retirement: a monthly hazard around the moving state pension age.

With k = age minus the state pension age of this month, in months, for everybody of 55 and over not yet retired:

    log-odds P(retires) = base(k) + poor_health * health + taste + not_working * (out of work and k >= -48) + lever

base(k) is a step function with a spike in the month of the pension age, when Dutch contracts end by law or agreement. Nothing here
depends on the calendar year: the mean retirement age rises *because* the pension age moves. Inactive people retire at the pension age
at the latest. Work after the pension comes back through the search line.

Source: parameters ``retirement.*`` (CBS retirement ages 2015-2019; health: STREAM); pension age by law.
Reads: birth_month, health, taste_for_work, programmes, state. Writes: state through the ledger. Draws: RETIREMENT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from sim.codes import NOBODY, State
from sim.numerics.desks import add, at_desks
from sim.numerics.jit import BLOCK, inline, scan, serial
from sim.numerics.rng import AnyKey, Stream, draw_block
from sim.numerics.selection import gather_set
from sim.numerics.tables import LOG_ODDS_MAX, LOG_ODDS_MIN, log_odds, logistic_thresholds
from sim.numerics.types import int8s, int16s, int32s, int64, int64s, uint8s, uint16s, uint32, uint32s
from sim.phases.base import Phase
from sim.policies.levers import lever_of
from sim.state.courses import Courses, leave_institute
from sim.state.jobs import Jobs, end_main_job, end_second_job
from sim.state.ledger import BAND_OF_AGE, N_WORK_CELLS, Books, Cause, cell_of, move

if TYPE_CHECKING:
    from sim.model import LabourMarket

EMPLOYED, INACTIVE, RETIRED, OUTSIDE = int(State.EMPLOYED), int(State.INACTIVE), int(State.RETIRED), int(State.OUTSIDE)
FROM_AGE = 55 * 12
NEAR_PENSION = -48
SPAN = 240
"""Months to either side of the pension age that the hazard table covers."""
SURE = 1 << 32
"""A threshold above every draw."""
RETIREMENT = int(Cause.RETIREMENT)


@inline
def log_odds_of(month, pension_age, i, state, birth_month, health, taste, programmes, base, poor_health, not_working, lever):
    """Log-odds that person `i` retires this month, hundredths; arguments as in the kernel."""
    k = month - np.int64(birth_month[i]) - pension_age
    x = np.int64(base[min(max(k, -SPAN), SPAN) + SPAN]) + np.int64(taste[i]) + poor_health * np.int64(health[i])
    if state[i] != EMPLOYED and k >= NEAR_PENSION:
        x += not_working
    return x + lever_of(programmes[i], lever)


@inline
def retirement_chance(month, pension_age, i, state, birth_month, x, logistic):
    """Threshold (int64) that person `i` retires at log-odds `x`; `SURE` for the inactive from the pension age on."""
    if state[i] == INACTIVE and month - np.int64(birth_month[i]) - pension_age >= 0:
        return np.int64(SURE)
    return np.int64(logistic[min(max(x, LOG_ODDS_MIN), LOG_ODDS_MAX) - LOG_ODDS_MIN])


@scan
def _who_retires(
    month: int64,
    pension_age: int64,
    retire_key: AnyKey,
    state: uint8s,
    birth_month: int16s,
    health: uint8s,
    taste: int8s,
    programmes: uint16s,
    base: int32s,
    poor_health: int64,
    not_working: int64,
    lever: int64s,
    logistic: uint32s,
    most_far: uint32,
    most_near: uint32,
    rows: int32s,
    fates: uint8s,
    counts: int32s,
):
    # base: (2 * SPAN + 1,) hundredths of log-odds by months from the pension age
    # most_far, most_near: largest chance of anybody more, and less, than 48 months from the pension age; past it all are asked
    for b in prange(counts.size):
        lo = b * BLOCK
        hi = min(lo + BLOCK, state.size)
        counts[b] = 0
        stands, born = state[lo:hi], birth_month[lo:hi]
        if month - np.int64(born.min()) < FROM_AGE:  # rows lie in order of birth, so most blocks end here
            continue
        draws, maybe, where = np.empty(hi - lo, np.uint64), np.zeros(BLOCK, np.uint8), np.empty(BLOCK, np.int32)
        draw_block(retire_key, lo, draws)
        far, past, old = np.int16(month - pension_age - NEAR_PENSION), np.int16(month - pension_age), np.int16(month - FROM_AGE)
        for j in range(hi - lo):
            largest = most_far if born[j] > far else most_near
            can = np.uint8(np.uint32(draws[j] >> np.uint64(32)) < largest) | np.uint8(born[j] <= past)
            maybe[j] = can & np.uint8(stands[j] < RETIRED) & np.uint8(born[j] <= old)
        found = lo
        for c in range(gather_set(maybe, where)):
            i = lo + where[c]
            x = log_odds_of(month, pension_age, i, state, birth_month, health, taste, programmes, base, poor_health, not_working, lever)
            if np.int64(draws[i - lo] >> np.uint64(32)) < retirement_chance(month, pension_age, i, state, birth_month, x, logistic):
                rows[found] = i
                fates[found] = 1
                found += 1
        counts[b] = found - lo


@serial
def _apply(
    books: Books,
    first: int64,
    end: int64,
    month: int64,
    rows: int32s,
    retirements: int64s,
    age_months: int64s,
    jobs: Jobs,
    courses: Courses,
):
    # retirements, age_months: (N_WORK_CELLS,) employees who retire this month, and the sum of their ages
    for k in range(first, end):
        i = rows[k]
        if jobs.employer[i] != NOBODY:
            age = month - np.int64(books.birth_month[i])
            cell = cell_of(0, books.sector[i], books.province[i], BAND_OF_AGE[age])
            add(retirements, cell, 1)
            add(age_months, cell, age)
        leave_institute(courses, i)
        end_main_job(jobs, i)
        end_second_job(jobs, i)
        move(books, i, month, RETIRED, books.sector[i], RETIREMENT)


class Retirement(Phase):
    """Who retires this month.

    Attributes
    ----------
    window, base : (2 * SPAN + 1,) by months from the pension age: which of the eight hazards holds (int64), and its log-odds, hundredths.
    """

    name = "retirement"
    carries = ("retirements", "age_months")

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        p = self.parameters
        k = np.arange(-SPAN, SPAN + 1)
        windows = [k < -84, k < -48, k < -24, k < -12, k < 0, k == 0, k <= 6]
        self.window = np.select(windows, range(len(windows)), default=len(windows))
        hazards = [
            p.from_7_years, p.from_4_years, p.from_2_years, p.from_1_year, p.last_year, p.at_pension_age, p.first_half_year_after,
            p.later_after,
        ]  # fmt: skip
        self.base = log_odds(np.array(hazards)[self.window])
        self.poor_health, self.not_working = round(100 * p.poor_health), round(100 * p.not_working_log_odds)
        self.logistic = logistic_thresholds()
        self.retirements, self.age_months = np.zeros(N_WORK_CELLS, np.int64), np.zeros(N_WORK_CELLS, np.int64)
        self.most_personal = int(model.people.taste_for_work.max(initial=0)) + max(self.poor_health, 0)

    def run(self) -> None:
        """Pick who retires, then carry it out; employees who retire are counted with their age."""
        model, people, n = self.model, self.model.people, self.model.n_present
        pick, counts, lever = model.selection, model.selection.counts(n), model.levers.retirement_log_odds
        _who_retires(
            model.month, model.now.pension_age, model.key(Stream.RETIREMENT), people.state[:n], people.birth_month, people.health,
            people.taste_for_work, people.programmes, self.base, self.poor_health, self.not_working, lever,
            self.logistic, *self._largest_chances(lever), pick.rows, pick.fates, counts,
        )  # fmt: skip
        rows, _ = pick.collect(counts)
        self.retirements[:] = 0
        self.age_months[:] = 0
        at_desks(model.ledger.desks, rows.size, _apply, model.month, rows, self.retirements, self.age_months, model.jobs, model.courses)

    def _largest_chances(self, lever: np.ndarray) -> list[np.uint32]:
        """Largest chance of anybody more than 48 months from the pension age, and of anybody nearer, as thresholds."""
        most = self.most_personal + int(lever[lever > 0].sum())
        near = SPAN + NEAR_PENSION
        odds = int(self.base[:near].max()) + most, int(self.base.max()) + max(self.not_working, 0) + most
        return [self.logistic[min(max(x, LOG_ODDS_MIN), LOG_ODDS_MAX) - LOG_ODDS_MIN] for x in odds]
