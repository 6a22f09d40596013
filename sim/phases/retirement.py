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

from sim.codes import N_AGE_BANDS, N_PROVINCES, N_SECTORS, NOBODY, State
from sim.numerics.jit import BLOCK, scan, serial
from sim.numerics.rng import Stream, draw32
from sim.numerics.tables import LOG_ODDS_MAX, LOG_ODDS_MIN, log_odds, logistic_thresholds
from sim.phases.base import Phase
from sim.policies.levers import lever_of
from sim.state.courses import leave_institute
from sim.state.jobs import end_main_job, end_second_job
from sim.state.ledger import BAND_OF_AGE, Cause, move

if TYPE_CHECKING:
    from sim.model import LabourMarket

EMPLOYED, INACTIVE, RETIRED, OUTSIDE = int(State.EMPLOYED), int(State.INACTIVE), int(State.RETIRED), int(State.OUTSIDE)
FROM_AGE = 55 * 12
NEAR_PENSION = -48
SPAN = 240
"""Months to either side of the pension age that the hazard table covers."""
RETIREMENT = int(Cause.RETIREMENT)


@scan
def _who_retires(
    month,
    pension_age,
    retire_key,
    state,
    birth_month,
    health,
    taste,
    programmes,
    base,
    poor_health,
    not_working,
    lever,
    logistic,
    rows,
    fates,
    counts,
):
    # base: (2 * SPAN + 1,) hundredths of log-odds by months from the pension age
    for b in prange(counts.size):
        lo = b * BLOCK
        j = lo
        for i in range(lo, min(lo + BLOCK, state.size)):
            age = month - np.int64(birth_month[i])
            if age < FROM_AGE or state[i] >= RETIRED:
                continue
            k = age - pension_age
            x = np.int64(base[min(max(k, -SPAN), SPAN) + SPAN]) + np.int64(taste[i]) + poor_health * np.int64(health[i])
            if state[i] != EMPLOYED and k >= NEAR_PENSION:
                x += not_working
            x += lever_of(programmes[i], lever)
            chance = logistic[min(max(x, LOG_ODDS_MIN), LOG_ODDS_MAX) - LOG_ODDS_MIN]
            if draw32(retire_key, i) < chance or (state[i] == INACTIVE and k >= 0):
                rows[j] = i
                fates[j] = 1
                j += 1
        counts[b] = j - lo


@serial
def _apply(month, rows, retirements, age_months, books, jobs, courses):
    # retirements, age_months: (N_SECTORS + 1, N_PROVINCES, N_AGE_BANDS) employees who retire this month, and the sum of their ages
    for k in range(rows.size):
        i = rows[k]
        if jobs.employer[i] != NOBODY:
            age = month - np.int64(books.birth_month[i])
            cell = books.sector[i], books.province[i], BAND_OF_AGE[age]
            retirements[cell] += 1
            age_months[cell] += age
        leave_institute(courses, i)
        end_main_job(jobs, i)
        end_second_job(jobs, i)
        move(books, i, month, RETIRED, books.sector[i], RETIREMENT)


class Retirement(Phase):
    """Who retires this month."""

    name = "retirement"
    carries = ("retirements", "age_months")

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        p = self.parameters
        k = np.arange(-SPAN, SPAN + 1)
        windows = [k < -84, k < -48, k < -24, k < -12, k < 0, k == 0, k <= 6]
        hazards = [
            p.from_7_years, p.from_4_years, p.from_2_years, p.from_1_year, p.last_year, p.at_pension_age, p.first_half_year_after,
        ]  # fmt: skip
        self.base = log_odds(np.select(windows, hazards, default=p.later_after))
        self.poor_health, self.not_working = round(100 * p.poor_health), round(100 * p.not_working_log_odds)
        self.logistic = logistic_thresholds()
        shape = (N_SECTORS + 1, N_PROVINCES, N_AGE_BANDS)
        self.retirements, self.age_months = np.zeros(shape, np.int64), np.zeros(shape, np.int64)

    def run(self) -> None:
        """Pick who retires, then carry it out; employees who retire are counted with their age."""
        model, people, n = self.model, self.model.people, self.model.n_present
        pick, counts = model.selection, model.selection.counts(n)
        _who_retires(
            model.month, model.now.pension_age, model.key(Stream.RETIREMENT), people.state[:n], people.birth_month, people.health,
            people.taste_for_work, people.programmes, self.base, self.poor_health, self.not_working, model.levers.retirement_log_odds,
            self.logistic, pick.rows, pick.fates, counts,
        )  # fmt: skip
        rows, _ = pick.collect(counts)
        self.retirements[:] = 0
        self.age_months[:] = 0
        _apply(model.month, rows, self.retirements, self.age_months, model.ledger.books, model.jobs, model.courses)
