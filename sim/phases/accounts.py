"""Line 14, accounts: the books are closed, and as often as ``checks`` asks (off, year: in December, month) everybody is held against them.

    closing(cell) = opening(cell) + in(cell) - out(cell)

The lines of the month book every change of persons, contract hours and wages (`sim.state.ledger`), so closing costs nothing. The audit
(`sim.state.checks`) reads all people, independent of the bookings; persons, hours and euro cents, and heads and hours at work by sex,
must agree exactly, and so must all that people, employers, institutes and openings say of each other. A count of everybody starts the
books, and says where they are wrong.

Reads: everything. Writes: the ledger's closing balance. Draws: nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import get_num_threads, prange

from sim.codes import NOBODY, State, month_label
from sim.numerics.jit import scan
from sim.numerics.types import int16s, int32s, int64, int64s2, uint8s
from sim.phases.base import Phase
from sim.state.checks import Audit, OnRecord
from sim.state.ledger import BAND_OF_AGE, N_CELLS, N_WORK_CELLS, STOCKS, cell_of

if TYPE_CHECKING:
    from sim.model import LabourMarket

EMPLOYED, OUTSIDE = int(State.EMPLOYED), int(State.OUTSIDE)


@scan
def _count(
    month: int64,
    state: uint8s,
    sector: uint8s,
    province: uint8s,
    birth_month: int16s,
    sex: uint8s,
    hours: uint8s,
    wage_cents: int32s,
    employer: int32s,
    second_employer: int32s,
    second_hours: uint8s,
    heads: int64s2,
    work_hours: int64s2,
    wage_bill: int64s2,
    sex_heads: int64s2,
    sex_hours: int64s2,
    hours_by_employer: int64s2,
    n_per_stripe: int64,
):
    # one partial sum per stripe; integers, so neither their order nor their number can matter.
    # heads: (n_stripes, N_CELLS); work_hours, wage_bill: (n_stripes, N_WORK_CELLS) hours and cents per week, by residence;
    # sex_heads, sex_hours: (n_stripes, N_SEXES) of those at work; hours_by_employer: (n_stripes, n_employers) hours per week; all int64
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
                sex_heads[stripe, sex[i]] += 1
                sex_hours[stripe, sex[i]] += h
                if employer[i] != NOBODY:
                    hours_by_employer[stripe, employer[i]] += h
                if second_employer[i] != NOBODY:
                    hours_by_employer[stripe, second_employer[i]] += np.int64(second_hours[i])


class Accounts(Phase):
    """Closing the books, and the count of everybody."""

    name = "accounts"

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        heads, stocks, at_work = self.count()
        model.ledger.take_stock(heads, stocks)
        model.employers.filled_hours[:] = at_work

    def count(self) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
        """Count everybody.

        Returns
        -------
        (N_CELLS,) persons; the `STOCKS` of the ledger: contract hours and wage cents per week by residence, heads at work and contract
        hours by sex; (n_employers,) contract hours per week, second jobs included. All int64.
        """
        model, people, n = self.model, self.model.people, self.model.n_present
        sizes = N_CELLS, *(getattr(model.ledger.books, stock).size for stock in STOCKS), len(model.employers)
        sums = [np.zeros((get_num_threads(), size), np.int64) for size in sizes]
        _count(
            model.month, people.state[:n], people.sector, people.province, people.birth_month, people.sex, people.hours,
            people.wage_cents, people.employer, people.second_employer, people.second_hours, *sums, -(-n // get_num_threads()),
        )  # fmt: skip
        heads, *stocks, at_work = (stripes.sum(axis=0) for stripes in sums)
        return heads, dict(zip(STOCKS, stocks, strict=True)), at_work

    def run(self) -> None:
        """Close the books; count and check as often as the configuration asks."""
        model = self.model
        model.ledger.close_month()
        checks = model.config.checks
        if checks == "month" or (checks == "year" and model.now.calendar_month == 12):
            self.check()

    def check(self) -> None:
        """Raise LedgerError unless people, employers, institutes, openings and books agree; only reads."""
        model, books = self.model, self.model.ledger.books
        on_record = OnRecord(
            model.ledger.closing, books.work_hours, books.wage_bill, books.sex_heads, books.sex_hours,
            model.phase("training").seats_offered, model.start, self.recount,
        )  # fmt: skip
        Audit(model.month, model.people, model.employers, model.institutes, model.vacancies, on_record, model.selection).run()

    def recount(self) -> None:
        """Count everybody, and raise LedgerError where the books differ."""
        heads, stocks, _ = self.count()
        self.model.ledger.check(heads, stocks, month_label(self.model.month))
