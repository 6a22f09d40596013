"""Line 14, accounts: everybody is counted, the books must balance, and the month goes on record.

The closing balance of every cell is counted by a scan over all people, independent of the bookings of the month, and must equal opening
+ in - out. With ``checks=month`` the cross-indices are checked too: heads that employers count = heads that people say, notices, waiting
lists, students, second jobs, recorded vacancies.

Reads: everything. Writes: the ledger's closing balance, filled_hours of employers, totals of the month. Draws: nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import get_num_threads, prange

from sim.codes import N_AGE_BANDS, N_PROVINCES, N_SECTORS, NOBODY, State, month_label
from sim.numerics.jit import scan
from sim.phases.base import Phase
from sim.state.ledger import BAND_OF_AGE, N_CELLS, N_PEOPLE_SECTORS, cell_of

if TYPE_CHECKING:
    from sim.model import LabourMarket

EMPLOYED, OUTSIDE = int(State.EMPLOYED), int(State.OUTSIDE)
N_WORK_CELLS = N_PEOPLE_SECTORS * N_PROVINCES * N_AGE_BANDS


@scan
def _count(month, state, sector, province, birth_month, hours, wage_cents, employer, second_employer, second_hours,
           heads, work_hours, wage_bill, hours_by_employer, n_per_stripe):  # fmt: skip
    # one partial sum per stripe; integers, so neither their order nor their number can matter.
    # heads: (n_stripes, N_CELLS); work_hours, wage_bill: (n_stripes, N_WORK_CELLS) hours and cents per week, by residence;
    # hours_by_employer: (n_stripes, n_employers) hours per week; all int64
    for stripe in prange(heads.shape[0]):
        for i in range(stripe * n_per_stripe, min((stripe + 1) * n_per_stripe, state.size)):
            s = state[i]
            if s == OUTSIDE:
                continue
            work = cell_of(0, sector[i], province[i], BAND_OF_AGE[month - np.int64(birth_month[i])])
            heads[stripe, np.int64(s) * N_WORK_CELLS + work] += 1
            if s == EMPLOYED:
                h = np.int64(hours[i])
                work_hours[stripe, work] += h
                wage_bill[stripe, work] += h * np.int64(wage_cents[i])
                if employer[i] != NOBODY:
                    hours_by_employer[stripe, employer[i]] += h
                if second_employer[i] != NOBODY:
                    hours_by_employer[stripe, second_employer[i]] += np.int64(second_hours[i])


class Accounts(Phase):
    """The closing balance and the totals of the month.

    Attributes
    ----------
    work_hours, wage_bill : (N_PEOPLE_SECTORS, N_PROVINCES, N_AGE_BANDS) int64 - main-job hours per week, cents per week, by residence.
    hours_by_cell : (N_SECTORS, N_PROVINCES) int64 - hours per week of employees, second jobs included, by place of work.
    """

    name = "accounts"
    carries = ("work_hours", "wage_bill", "hours_by_cell")

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        n_stripes = get_num_threads()
        self._heads = np.zeros((n_stripes, N_CELLS), np.int64)
        self._hours = np.zeros((n_stripes, N_WORK_CELLS), np.int64)
        self._wages = np.zeros((n_stripes, N_WORK_CELLS), np.int64)
        self._at_work = np.zeros((n_stripes, len(model.employers)), np.int64)
        self.count()

    def count(self) -> None:
        """Count everybody into the closing balance, and the hours and wages of those at work."""
        model, people, n = self.model, self.model.people, self.model.n_present
        for array in (self._heads, self._hours, self._wages, self._at_work):
            array[:] = 0
        stripe = -(-n // len(self._heads))
        _count(
            model.month, people.state[:n], people.sector, people.province, people.birth_month, people.hours, people.wage_cents,
            people.employer, people.second_employer, people.second_hours,
            self._heads, self._hours, self._wages, self._at_work, stripe,
        )  # fmt: skip
        model.ledger.closing[:] = self._heads.sum(axis=0)
        shape = (N_PEOPLE_SECTORS, N_PROVINCES, N_AGE_BANDS)
        self.work_hours = self._hours.sum(axis=0).reshape(shape)
        self.wage_bill = self._wages.sum(axis=0).reshape(shape)
        model.employers.filled_hours[:] = self._at_work.sum(axis=0)
        by_cell = np.bincount(model.cell_of_employer, model.employers.filled_hours, N_SECTORS * N_PROVINCES)
        self.hours_by_cell = by_cell.astype(np.int64).reshape(N_SECTORS, N_PROVINCES)

    def run(self) -> None:
        """Count, and check as often as the configuration asks."""
        model = self.model
        self.count()
        model.ledger.check(month_label(model.month))
        checks = model.config.checks
        if checks == "month" or (checks == "year" and model.now.calendar_month == 12):
            model.check()
