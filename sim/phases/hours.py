"""Line 13, hours: second jobs end, programmes change contracts, sickness takes its share; what is left is worked.

    hours worked(s, p) = (contract hours - absent for service) * (1 - sickness(s, p)) + reserve hours
    sickness(s, p)     = rate(s) * (1 + spiral * unfilled share(s, p) / 0.10)

The shortage spiral (understaffing raises sickness) is off by default: a sensitivity. Contract hours, not hours worked, count for the
shortage of a sector; hours worked are reported beside it.

Who joined a programme this month changes contract hours by its levers, once: hours * (1 + lever), to the nearest hour; where a programme
adds hours, hours * (1 + lever) + hours added, parts of an hour by lot. The result is kept between 1 and 80.
The employer still wants the same hours, so what is given up becomes a gap, and perhaps a vacancy; what is added closes one.

Source: sickness: CBS 2022Q3 by section; spiral: EMP08; parameters ``hours.*``. Reads: second jobs, desired and filled jobs,
who joined which programme. Writes: second job, hours, `sickness`. Draws: HOURS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from sim.codes import N_PROVINCES, N_SECTORS, NOBODY
from sim.numerics.desks import add, at_desks
from sim.numerics.jit import BLOCK, inline, scan, serial
from sim.numerics.rng import AnyKey, Stream, draw32, draw_sub32
from sim.numerics.selection import gather_set
from sim.numerics.tables import one_threshold
from sim.numerics.types import int16s, int32s, int64, int64s, uint8s, uint32
from sim.phases.base import Phase
from sim.state.jobs import Jobs, end_second_job
from sim.state.ledger import Books, change_hours
from sim.state.rules import MOST_HOURS

if TYPE_CHECKING:
    from sim.model import LabourMarket


@inline
def second_job_ends(k, i, ends):
    """Whether the second job of person `i` ends this month; ends: threshold."""
    return draw32(k, i) < ends


@scan
def _which_end(k: AnyKey, n: int64, second_employer: int32s, ends: uint32, rows: int32s, fates: uint8s, counts: int32s):
    for b in prange(counts.size):
        lo = b * BLOCK
        j, hi = lo, min(lo + BLOCK, n)
        second, has_two, where = second_employer[lo:hi], np.zeros(BLOCK, np.uint8), np.empty(BLOCK, np.int32)
        for c in range(hi - lo):
            has_two[c] = np.uint8(second[c] != NOBODY)
        for c in range(gather_set(has_two, where)):
            i = lo + where[c]
            if second_job_ends(k, i, ends):
                rows[j] = i
                fates[j] = 1
                j += 1
        counts[b] = j - lo


@serial
def _end(books: Books, first: int64, end: int64, rows: int32s, jobs: Jobs):
    for j in range(first, end):
        end_second_job(jobs, rows[j])


@serial
def _change_contracts(
    books: Books,
    first: int64,
    end: int64,
    month: int64,
    k: AnyKey,
    rows: int64s,
    lever: int64s,
    added: int64s,
    job_since: int16s,
    jobs: Jobs,
):
    # rows: people who joined a programme this month, lever, added: theirs; those who lost or changed the job since are left alone
    for j in range(first, end):
        i = rows[j]
        e = jobs.employer[i]
        if e != NOBODY and job_since[i] != month:
            before, lot = np.int64(books.hours[i]), np.int64(32768)
            if added[j] != 0:
                lot = np.int64(draw_sub32(k, i, 1) >> np.uint32(16))
            hours = min(max((before * (65536 + lever[j]) + added[j] + lot) >> 16, np.int64(1)), np.int64(MOST_HOURS))
            change_hours(books, i, month, hours)
            add(jobs.filled_hours, e, np.int32(hours - before))


class Hours(Phase):
    """Second jobs that end, and the sickness rate of each sector and province.

    Attributes
    ----------
    sickness : (N_SECTORS, N_PROVINCES) float64 share of contract hours lost to sickness.
    """

    name = "hours"
    carries = ("sickness",)

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        self.ends = one_threshold(self.parameters.second_job_end_per_month)
        self.usual = np.repeat(model.tables.sickness_share[:, None], N_PROVINCES, axis=1)
        self.sickness = self.usual.copy()

    def run(self) -> None:
        """End second jobs, change the hours of who joined a programme, set sickness."""
        model, pick, n = self.model, self.model.selection, self.model.n_present
        counts = pick.counts(n)
        _which_end(model.key(Stream.HOURS), n, model.people.second_employer, self.ends, pick.rows, pick.fates, counts)
        rows, _ = pick.collect(counts)
        at_desks(model.ledger.desks, rows.size, _end, rows, model.jobs)
        self._change_contracts_of_new_participants()
        if self.parameters.spiral:
            employers, cells = model.employers, N_SECTORS * N_PROVINCES
            desired = np.bincount(model.cell_of_employer, employers.desired_jobs, cells)
            filled = np.bincount(model.cell_of_employer, employers.filled_jobs, cells)
            unfilled = np.clip(1 - np.divide(filled, desired, out=np.ones(cells), where=desired > 0), 0, 1)
            self.sickness = self.usual * (1 + self.parameters.spiral * unfilled.reshape(N_SECTORS, N_PROVINCES) / 0.10)

    def _change_contracts_of_new_participants(self) -> None:
        """Change every contract once, by the sum of the levers of all programmes that the person joined this month."""
        model, levers = self.model, self.model.levers
        joined, bits = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for programme in model.programmes:
            if model.month in programme.cohorts and (levers.contract_hours[programme.bit] or levers.hours_added[programme.bit]):
                joined.append(programme.cohorts[model.month][0])
                bits.append(np.full(joined[-1].size, programme.bit))
        of_programme = np.concatenate(bits)
        rows, place = np.unique(np.concatenate(joined), return_inverse=True)
        if rows.size:
            lever, added = np.zeros(rows.size, np.int64), np.zeros(rows.size, np.int64)
            np.add.at(lever, place, levers.contract_hours[of_programme])
            np.add.at(added, place, levers.hours_added[of_programme])
            at_desks(
                model.ledger.desks, rows.size, _change_contracts, model.month, model.key(Stream.HOURS), rows, lever, added,
                model.people.job_since, model.jobs,
            )  # fmt: skip
