"""Line 11, wages: what an employer offers, and how the wage grows in the job.

    offer   = norm * premium * (1 - penalty * distance) * exp(offer_sd * z) * entry(new)
    norm    = level(old, age) * (1 + pass_through * (level(new, age) / level(old, age) - 1))
    premium = 1 + portable * (present wage / (level(old, age) * (1 + paid(old))) - 1)
    entry   = own tension * (1 + lever)

with the premium kept between 0.5 and 3, so that part of what somebody earns above the norm of the old sector is carried over, a move to a
distant sector costs, and little of the gap between two sectors' wages can be had by moving: most of it is a difference in who works
there. A first job pays level(new, age).

A policy moves what a whole sector pays by the lever `sector_wage`. Offers from it are worth that much more, to everybody. Its employees get

    wage * (1 + lever) / (1 + paid),     paid(sector) = the largest lever so far,

in the month in which the lever rises. A rise of the whole sector is nobody's personal premium, so it is not carried elsewhere; who left
the sector before it counts as paid below its scale. Wages do not fall: when the lever does, staff keep what they got, as a personal
premium, new staff do not get it, and a lever that comes back reaches staff only beyond where it stood. Whether people come, stay or go is
not set: they compare offers with what they have.

The matching line calls `offered_wage`; this line raises wages of stayers once a year and lets a sector's entry wage follow its own
tension (off by default; kept between 0.8 and 2 times the norm). All wages are integer euro cents per hour at the prices of the start.

Source: level: CBS hourly wage by sector and age; DSP24 (penalty), DSP26 (portable share); parameters ``wages.*``.
Reads: job_since, state, employer, sector. Writes: wage_cents (hires: in matching), own_entry, paid. Draws: nothing (offers: TASTE_FOR_JOB).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from sim.codes import N_SECTORS, NOBODY, State
from sim.numerics.desks import at_desks
from sim.numerics.jit import BLOCK, scan, serial, shared
from sim.numerics.selection import gather_set
from sim.numerics.tables import exponential_of, exponential_table
from sim.numerics.types import int16s, int32s, int64, uint8s
from sim.phases.base import Phase
from sim.state.ledger import Books, raise_wage

if TYPE_CHECKING:
    from sim.model import LabourMarket

EMPLOYED = int(State.EMPLOYED)
LAST_RAISE = 120
"""Tenure in months after which the wage no longer grows with it."""


@shared
def wage_class(age_months):
    """Five-year age class (0: 15-19 ... 11: 70-74) of an age in months."""
    return min(max((age_months - 180) // 60, 0), 11)


@shared
def offered_wage(level, exponential, old_sector, sector, age_class, wage, portable, pass_through, penalty, distance, entry, deviation):
    """Offer in cents.

    level : (2 * N_SECTORS, ages), see `Wages.level`. portable ... entry in 1/65536; deviation in thousandths of a log point; wage 0: first
    job.
    """
    premium, norm = np.int64(65536), np.int64(level[sector, age_class])
    if wage > 0 and old_sector < N_SECTORS:
        old_norm = np.int64(level[old_sector, age_class])
        old_paid = np.int64(level[N_SECTORS + old_sector, age_class])
        premium += (portable * ((np.int64(wage) * 65536) // old_paid - 65536)) >> 16
        premium = min(max(premium, 32768), 196608)
        norm = old_norm + ((pass_through * (norm - old_norm)) >> 16)
    factor = (premium * (65536 - ((penalty * distance) >> 16))) >> 16
    factor = (factor * (exponential_of(exponential, deviation) >> 4)) >> 16
    factor = (factor * entry) >> 16
    return (norm * factor) >> 16


@scan
def _whose_anniversary(month: int64, state: uint8s, job_since: int16s, rows: int32s, fates: uint8s, counts: int32s):
    for b in prange(counts.size):
        lo = b * BLOCK
        k, hi = lo, min(lo + BLOCK, state.size)
        stands, began = state[lo:hi], job_since[lo:hi]
        due, where = np.zeros(BLOCK, np.uint8), np.empty(BLOCK, np.int32)
        for tenure in range(12, LAST_RAISE + 1, 12):
            then = np.int16(month - tenure)
            for j in range(hi - lo):
                due[j] |= np.uint8(began[j] == then)
        for j in range(hi - lo):
            due[j] &= np.uint8(stands[j] == EMPLOYED)
        for c in range(gather_set(due, where)):
            rows[k] = lo + where[c]
            fates[k] = 1
            k += 1
        counts[b] = k - lo


@serial
def _raise(books: Books, first: int64, end: int64, month: int64, rows: int32s, growth: int64):
    for k in range(first, end):
        raise_wage(books, rows[k], month, (np.int64(books.wage_cents[rows[k]]) * growth) >> 16)


class Wages(Phase):
    """Wages of stayers, and the entry wage of each sector relative to its norm.

    Attributes
    ----------
    own_entry : (N_SECTORS,) int64, 1/65536: entry wage relative to the CBS level, by the sector's own tension.
    paid : (N_SECTORS,) int64, 1/65536: the largest rise of the sector's wage by a lever so far; its staff have it.
    """

    name = "wages"
    carries = ("own_entry", "paid")

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        p = self.parameters
        self._norm = np.ascontiguousarray(model.tables.wage_level_cents, dtype=np.int32)
        self.exponential = exponential_table()
        self.portable, self.penalty = round(p.portable_share * 65536), round(p.penalty_per_distance * 65536)
        self.pass_through = round(p.sector_pass_through * 65536)
        self.growth, self.offer_sd = round(p.growth_per_year_of_tenure * 65536), round(p.offer_sd * 1000)
        self.own_entry = np.full(N_SECTORS, 65536, np.int64)
        self.paid = np.zeros(N_SECTORS, np.int64)

    @property
    def entry(self) -> np.ndarray:
        """(N_SECTORS,) int64, 1/65536: entry wage of this month relative to the CBS level."""
        return (self.own_entry * (65536 + self.model.levers.sector_wage)) >> 16

    @property
    def level(self) -> np.ndarray:
        """(2 * N_SECTORS, ages) int32 cents: first the norm of every sector, then the norm of what its staff are paid in this month."""
        held = np.maximum(np.minimum(self.paid, self.model.levers.sector_wage), 0)
        return np.vstack([self._norm, ((self._norm * (65536 + held)[:, None]) >> 16).astype(np.int32)])

    def run(self) -> None:
        """Yearly raise in the anniversary month of the job; rises of whole sectors; entry wages follow tension when the switch is on."""
        model, people, n = self.model, self.model.people, self.model.n_present
        pick, counts = model.selection, model.selection.counts(n)
        _whose_anniversary(model.month, people.state[:n], people.job_since, pick.rows, pick.fates, counts)
        rows, _ = pick.collect(counts)
        at_desks(model.ledger.desks, rows.size, _raise, model.month, rows, self.growth)
        self._raise_sectors()
        if self.parameters.tension_response:
            self._follow_tension()

    def _raise_sectors(self) -> None:
        """Pass a lever that is higher than ever on to the staff of its sector; this month's hires have it in their offer."""
        model, people, n = self.model, self.model.people, self.model.n_present
        lever = model.levers.sector_wage
        for sector in np.flatnonzero(lever > self.paid).tolist():
            staff = (people.sector[:n] == sector) & (people.employer[:n] != NOBODY) & (people.job_since[:n] != model.month)
            rows, rise = np.flatnonzero(staff).astype(np.int32), int(lever[sector] - self.paid[sector])
            at_desks(model.ledger.desks, rows.size, _raise, model.month, rows, (rise << 16) // int(65536 + self.paid[sector]))
            self.paid[sector] = lever[sector]

    def _follow_tension(self) -> None:
        """Move each entry wage by the yearly response times the log2 of its recorded vacancies relative to those at the start."""
        model = self.model
        now = model.phase("vacancies").open.reshape(N_SECTORS, -1).sum(axis=1)
        then = np.bincount(model.employers.sector, model.open_at_start, N_SECTORS)
        tension = np.log2(np.maximum(now, 1) / np.maximum(then, 1))
        step = np.round(65536 * self.parameters.tension_response / 12 * tension).astype(np.int64)
        self.own_entry = np.clip(self.own_entry + step, 52429, 131072)
