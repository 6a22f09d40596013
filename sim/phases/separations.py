"""Line 5, separations: lay-offs, end of notice, contracts that end, quits, own businesses, permanent contracts.

Competing risks, one draw per person and month. For somebody at work with contract c, tenure class d and age class a:

    P(leaves work) = exit * relative(c) * newcomer(d) * relative(a) * (1 + levers, in the first two years)

(levers: of the programmes the person takes part in, and of the sector), of which a share looks for work at once (unemployed) and the rest
does not (inactive); leaving for good at 55 and over is retirement. A lay-off, set per head by the labour demand line, first starts a period
of notice: the person stays at work and may search; when it ends without another job, unemployment begins.

    notice = 1, 2, 3, 4 months at under 5, 10, 15, and from 15 years of tenure (flexible staff: 1)

They come in this order, the first that happens counts: the end of notice, leaving, a business of one's own (by the same draw; a lever
that makes more leave takes from these first), a lay-off, a permanent contract.

Source: legal notice, Dutch Civil Code 7:672; rates: parameters ``separations.*``.
Reads: state, contract, job_since, birth_month, employer, sector, programmes. Writes: notice_until, displaced_since, contract, and state
through the ledger.
Draws: SEPARATION, LAYOFF, DESTINATION.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from sim.codes import NEVER, NOBODY, Contract, State
from sim.numerics.desks import add, at_desks
from sim.numerics.jit import BLOCK, inline, scan, serial
from sim.numerics.rng import AnyKey, Stream, draw32, draw_block
from sim.numerics.selection import gather_set
from sim.numerics.tables import threshold
from sim.numerics.types import int16s, int32s, int64, int64s, uint8s, uint16s, uint32s
from sim.phases.base import Phase
from sim.policies.levers import lever_of
from sim.state.employers import N_MARKET_CELLS
from sim.state.jobs import Jobs, end_main_job, end_second_job
from sim.state.ledger import Books, Cause, move, start_job

if TYPE_CHECKING:
    from sim.model import LabourMarket

EMPLOYED, UNEMPLOYED, INACTIVE = int(State.EMPLOYED), int(State.UNEMPLOYED), int(State.INACTIVE)
PERMANENT, FLEXIBLE, SELF_EMPLOYED = np.uint8(Contract.PERMANENT), np.uint8(Contract.FLEXIBLE), np.uint8(Contract.SELF_EMPLOYED)
SEPARATIONS = int(Cause.SEPARATIONS)

NOTICE, NOTICE_ENDS, LEAVES, STARTS_BUSINESS, BECOMES_PERMANENT = 1, 2, 3, 4, 5
"""Fates."""
N_TENURE, NEWCOMER_MONTHS, FIRST_YEAR = 3, 24, 12
"""Tenure classes: first year, second year, later."""
N_AGES, YOUNG_MONTHS, OLDER_MONTHS = 3, 25 * 12, 55 * 12
"""Age classes: under 25, 25-54, 55 and over."""
SURE_MOST = 2**32 - 1
"""The largest threshold."""


@inline
def exit_class(month, i, contract, job_since, birth_month):
    """First of the three chances of person `i` in the table of risks, by contract, tenure and age."""
    tenure = month - np.int64(job_since[i])
    age = month - np.int64(birth_month[i])
    d = 0 if tenure < FIRST_YEAR else (1 if tenure < NEWCOMER_MONTHS else 2)
    a = 0 if age < YOUNG_MONTHS else (1 if age < OLDER_MONTHS else 2)
    return ((np.int64(contract[i]) * N_TENURE + d) * N_AGES + a) * 3


@inline
def exit_chance(month, i, chance, job_since, sector, programmes, risk, lever, sector_lever):
    """Threshold (int64) that person `i` leaves work; chance: of `exit_class`; lever, sector_lever: relative, 1/65536, for newcomers."""
    leaves = np.int64(risk[chance])
    if month - np.int64(job_since[i]) < NEWCOMER_MONTHS:
        relative = 65536 + sector_lever[sector[i]] + lever_of(programmes[i], lever)
        leaves = (leaves * max(relative, np.int64(0))) >> 16
    return leaves


@inline
def exit_fate(
    month, i, u, layoff_key, contract, job_since, birth_month, employer, notice_until, sector, programmes, layoff, risk, lever, sector_lever
):
    """What happens to the job of person `i`, who is at work, at draw `u` (uint32); 0: nothing."""
    e = employer[i]
    chance = exit_class(month, i, contract, job_since, birth_month)
    leaves = exit_chance(month, i, chance, job_since, sector, programmes, risk, lever, sector_lever)
    fate = 0
    if notice_until[i] != NEVER and np.int64(notice_until[i]) <= month:
        fate = NOTICE_ENDS
    elif np.int64(u) < leaves:
        fate = LEAVES
    elif u >= risk[chance] and u < risk[chance + 1]:
        fate = STARTS_BUSINESS
    elif e != NOBODY and notice_until[i] == NEVER and draw32(layoff_key, i) < layoff[e]:
        fate = NOTICE
    elif u >= risk[chance + 1] and u < risk[chance + 2]:
        fate = BECOMES_PERMANENT
    return fate


@inline
def notice_months(month, i, contract, job_since):
    """Months of notice that person `i` can claim."""
    years = (month - np.int64(job_since[i])) // 12
    return 1 if contract[i] == FLEXIBLE else 1 + min(years // 5, 3)


@inline
def looks_on(month, i, destination_key, birth_month, to_unemployment):
    """Whether person `i`, who leaves work, looks for work at once; to_unemployment: (2,) thresholds under 55, from 55."""
    is_older = month - np.int64(birth_month[i]) >= OLDER_MONTHS
    return draw32(destination_key, i) < to_unemployment[1 if is_older else 0]


@scan
def _who_separates(
    month: int64,
    exit_key: AnyKey,
    layoff_key: AnyKey,
    state: uint8s,
    contract: uint8s,
    job_since: int16s,
    birth_month: int16s,
    employer: int32s,
    notice_until: int16s,
    sector: uint8s,
    programmes: uint16s,
    layoff: uint32s,
    shrinks: uint8s,
    risk: uint32s,
    most: uint32s,
    lever: int64s,
    sector_lever: int64s,
    rows: int32s,
    fates: uint8s,
    counts: int32s,
):
    # risk: (4 contracts * N_TENURE * N_AGES * 3,) cumulative thresholds: leaves, starts a business, becomes permanent;
    # most: (4 contracts,) the largest of them
    for b in prange(counts.size):
        lo = b * BLOCK
        k, hi = lo, min(lo + BLOCK, state.size)
        stands, held, works_at, notice = state[lo:hi], contract[lo:hi], employer[lo:hi], notice_until[lo:hi]
        draws, maybe, where = np.empty(hi - lo, np.uint64), np.zeros(BLOCK, np.uint8), np.empty(BLOCK, np.int32)
        draw_block(exit_key, lo, draws)
        permanent, flexible, own = most[PERMANENT], most[FLEXIBLE], most[SELF_EMPLOYED]
        for j in range(hi - lo):
            largest = permanent if held[j] == PERMANENT else (flexible if held[j] == FLEXIBLE else own)
            maybe[j] = np.uint8(np.uint32(draws[j] >> np.uint64(32)) < largest) | np.uint8(notice[j] != NEVER)
        for j in range(hi - lo):  # random access for everybody at work, to one byte of each employer: a megabyte for the whole country
            maybe[j] |= shrinks[np.uint32(max(works_at[j], 0))]
        for j in range(hi - lo):
            maybe[j] &= np.uint8(stands[j] == EMPLOYED)
        for c in range(gather_set(maybe, where)):
            i = lo + where[c]
            u = np.uint32(draws[i - lo] >> np.uint64(32))
            fate = exit_fate(
                month, i, u, layoff_key, contract, job_since, birth_month, employer, notice_until, sector, programmes, layoff, risk, lever,
                sector_lever,
            )  # fmt: skip
            if fate:
                rows[k] = i
                fates[k] = fate
                k += 1
        counts[b] = k - lo


@serial
def _apply(
    books: Books,
    first: int64,
    end: int64,
    month: int64,
    rows: int32s,
    fates: uint8s,
    destination_key: AnyKey,
    to_unemployment: uint32s,
    job_since: int16s,
    displaced_since: int16s,
    cell: int64s,
    layoffs: int64s,
    jobs: Jobs,
):
    # cell: of employers; layoffs: (N_MARKET_CELLS,) int64 notices given this month
    for k in range(first, end):
        i, fate = rows[k], fates[k]
        if fate == NOTICE:
            jobs.notice_until[i] = month + notice_months(month, i, jobs.contract, job_since)
            displaced_since[i] = month
            add(jobs.notices, jobs.employer[i], 1)
            add(layoffs, cell[jobs.employer[i]], 1)
        elif fate == BECOMES_PERMANENT:
            jobs.contract[i] = PERMANENT
        elif fate == STARTS_BUSINESS:
            end_main_job(jobs, i)
            end_second_job(jobs, i)
            jobs.contract[i] = SELF_EMPLOYED
            job_since[i] = month
            displaced_since[i] = NEVER
            start_job(books, i, month, books.sector[i], books.hours[i], books.wage_cents[i], SEPARATIONS)
        else:
            to_state = UNEMPLOYED
            if fate == LEAVES and not looks_on(month, i, destination_key, books.birth_month, to_unemployment):
                to_state = INACTIVE
            end_main_job(jobs, i)
            end_second_job(jobs, i)
            move(books, i, month, to_state, books.sector[i], SEPARATIONS)


class Separations(Phase):
    """Who leaves a job, and how.

    Attributes
    ----------
    layoffs : (N_MARKET_CELLS,) int64 notices given this month, by market cell of the employer.
    """

    name = "separations"
    carries = ("layoffs",)

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        p = self.parameters
        by_contract = np.array([0.0, 1.0, p.flexible_relative_exit, p.self_employed_relative_exit])
        by_tenure = np.array([p.newcomer_relative_exit, p.newcomer_relative_exit, 1.0])
        by_age = np.array([p.young_relative_exit, 1.0, p.older_relative_exit])
        leaves = p.permanent_exit_per_month * by_contract[:, None, None] * by_tenure[:, None] * by_age
        business = np.zeros_like(leaves)
        business[[PERMANENT, FLEXIBLE]] = p.start_business_per_month
        permanent = np.zeros_like(leaves)
        permanent[FLEXIBLE, 1:] = p.permanent_contract_per_month
        self.risk = threshold(np.cumsum(np.stack([leaves, business, permanent], axis=-1), axis=-1)).ravel()
        self.most = self.risk.reshape(len(Contract), -1).max(axis=1)
        self.to_unemployment = threshold(np.array([p.share_to_unemployment, p.older_share_to_unemployment]))
        self.layoffs = np.zeros(N_MARKET_CELLS, np.int64)

    def run(self) -> None:
        """Pick who separates, then carry it out."""
        model, people, n = self.model, self.model.people, self.model.n_present
        pick, counts, demand = model.selection, model.selection.counts(n), model.phase("labour_demand")
        _who_separates(
            model.month, model.key(Stream.SEPARATION), model.key(Stream.LAYOFF), people.state[:n], people.contract, people.job_since,
            people.birth_month, people.employer, people.notice_until, people.sector, people.programmes, demand.layoff, demand.shrinks,
            self.risk, self._most(), model.levers.newcomer_exit, model.levers.sector_newcomer_exit, pick.rows, pick.fates, counts,
        )  # fmt: skip
        rows, fates = pick.collect(counts)
        self.layoffs[:] = 0
        at_desks(
            model.ledger.desks, rows.size, _apply, model.month, rows, fates, model.key(Stream.DESTINATION), self.to_unemployment,
            people.job_since, people.displaced_since, model.cell_of_employer, self.layoffs, model.jobs,
        )  # fmt: skip

    def _most(self) -> np.ndarray:
        """(4 contracts,) the largest chance of anything, as thresholds, under the levers of the month."""
        levers = self.model.levers
        raised = int(np.maximum(levers.newcomer_exit, 0).sum() + max(levers.sector_newcomer_exit.max(), 0))
        return np.minimum((self.most.astype(np.int64) * (65536 + raised)) >> 16, SURE_MOST).astype(np.uint32)
