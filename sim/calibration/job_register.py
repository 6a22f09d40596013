"""Employee jobs by section, and where employees were a year before, as in the job register (81431ned, Statistische Trends 2022, AZW).

Jobs count main and second jobs; flows follow the main job. A yearly flow compares the end of September with the September before (moves
between sections, inflow, outflow; among people in the population at both moments, because the outflow is published as one to no work or
self-employment), or December with December (same employer, other employer, none; here who left the population is no employee any more). It
carries the year in which it ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calibration.sheet import Mean, Sheet, published_cells, quarter_of, ratio, year_of
from sim.calibration.vacancy_survey import SECTION_OF, TOTAL, by_section
from sim.codes import N_SECTORS, NOBODY, SECTORS, State
from sim.world.sources import SECTIONS

if TYPE_CHECKING:
    from sim.calibration.survey import Moment, Snapshot
    from sim.model import LabourMarket

N_SECTIONS = len(SECTIONS)
NO_JOB = N_SECTIONS
OLDER_MONTHS = 55 * 12
CARE = SECTIONS.index("Q")
MONTH_OF_FLOWS = 8
"""September, from 0."""


class JobRegister:
    """Jobs, ages, hours and wages by section; flows of employees."""

    def __init__(self, model: LabourMarket, sheet: Sheet) -> None:
        self.model, self.sheet = model, sheet
        self.section = SECTION_OF[np.append(model.employers.sector, len(SECTORS) - 1)]
        self.section[-1] = NO_JOB  # of NOBODY, row -1
        self._jobs, self._pay, self._moves = Mean(12), Mean(4), Mean(12)

    def look(self, moment: Moment) -> None:
        """Add a month."""
        if moment.last is None:
            return
        employers = self.model.employers
        self._jobs.add(np.stack([np.bincount(employers.sector, x, N_SECTORS) for x in (employers.filled_jobs, employers.filled_hours)]))
        self._moves.add(_monthly_moves(moment.last, moment.now))
        if moment.ends_quarter:
            self._pay.add(self._ages_and_pay(moment))
        if moment.year_ago is not None:
            self._write_year_flows(moment, moment.year_ago)
        if moment.ends_year:
            self._write_year(year_of(moment.month))

    def _ages_and_pay(self, moment: Moment) -> np.ndarray:
        """(4, N_SECTORS) jobs, jobs of people of 55 and over, hours and pay in main jobs."""
        people, sector = self.model.people, self.model.employers.sector
        counts = np.zeros((4, N_SECTORS))
        for employer in (people.employer, people.second_employer):
            rows = np.flatnonzero(employer != NOBODY)
            at = sector[employer[rows]]
            older = moment.month - people.birth_month[rows].astype(np.int32) >= OLDER_MONTHS
            counts[0] += np.bincount(at, minlength=N_SECTORS)
            counts[1] += np.bincount(at, older, N_SECTORS)
            if employer is people.employer:
                hours = people.hours[rows].astype(np.float64)
                counts[2] += np.bincount(at, hours, N_SECTORS)
                counts[3] += np.bincount(at, hours * people.wage_cents[rows], N_SECTORS)
        return counts

    def _write_year(self, period: str) -> None:
        jobs, pay, moves = (x.close() for x in (self._jobs, self._pay, self._moves))
        if jobs is not None:
            heads, hours = by_section(jobs[0]), by_section(jobs[1])
            self.sheet.write("jobs", period, {cell: x * self.model.weight / 1000 for cell, x in heads.items()})
            self.sheet.write("hours_relative", period, _relative(hours, heads))
        if pay is not None:
            heads, older, hours, wages = (by_section(x) for x in pay)
            self.sheet.write("jobs_55plus_share", period, {cell: 100 * ratio(x, heads[cell]) for cell, x in older.items()})
            self.sheet.write("hourly_wage_relative", period, _relative(wages, hours))
        if moves is not None:
            for name, x in zip(("job_to_job_month", "employee_exit_month"), moves, strict=True):
                self.sheet.write(name, period, {TOTAL: 100 * float(x)})

    def _write_year_flows(self, moment: Moment, before: Snapshot) -> None:
        was, now = self.section[before.employer], self.section[moment.now.employer]
        table = _moves(was, now)
        thousand, quarter, year = self.model.weight / 1000, quarter_of(moment.month), year_of(moment.month)
        stayed = table[CARE, CARE]
        self.sheet.write("care_inflow", quarter, {"Q": thousand * (table[:, CARE].sum() - stayed)})
        self.sheet.write("care_outflow", quarter, {"Q": thousand * (table[CARE].sum() - stayed)})
        if moment.month % 12 == MONTH_OF_FLOWS:
            here = (before.state != State.OUTSIDE) & (moment.now.state != State.OUTSIDE)
            self._write_switches(year, _moves(was[here], now[here]))
        if moment.ends_year:
            same = np.bincount(was[(before.employer == moment.now.employer)], minlength=N_SECTIONS + 1)
            for cell, rows in ((TOTAL, slice(N_SECTIONS)), *((key, slice(k, k + 1)) for k, key in enumerate(SECTIONS))):
                everybody, kept, none = table[rows].sum(), same[rows].sum(), table[rows, NO_JOB].sum()
                for name, x in (("same_job", kept), ("other_employer", everybody - kept - none), ("no_employee_job", none)):
                    self.sheet.write(f"{name}_after_year", year, {cell: 100 * ratio(float(x), float(everybody))})

    def _write_switches(self, year: str, table: np.ndarray) -> None:
        """`table`: see `_moves`."""
        between = table[:N_SECTIONS, :N_SECTIONS] - np.diag(np.diag(table)[:N_SECTIONS])
        before, now = table[:N_SECTIONS].sum(), table[:, :N_SECTIONS].sum()
        self.sheet.write("sector_switch", year, {TOTAL: 100 * ratio(between.sum(), before)})
        self.sheet.write("employee_outflow", year, {TOTAL: 100 * ratio(table[:N_SECTIONS, NO_JOB].sum(), before)})
        self.sheet.write("employee_inflow", year, {TOTAL: 100 * ratio(table[NO_JOB, :N_SECTIONS].sum(), now)})
        for name, axis in (("switch_destination", 1), ("switch_origin", 0)):
            sums = between.sum(axis=axis)
            pairs = {cell: [SECTIONS.index(key) for key in cell.split("-")] for cell in published_cells(name)}
            shares = {cell: 100 * ratio(between[a, b], sums[a if axis else b]) for cell, (a, b) in pairs.items()}
            self.sheet.write(name, year, shares)


def _moves(was: np.ndarray, now: np.ndarray) -> np.ndarray:
    """(N_SECTIONS + 1, N_SECTIONS + 1) people by section before and now; the last row and column: no employee."""
    n = N_SECTIONS + 1
    return np.bincount(was * n + now, minlength=n * n).reshape(n, n)


def _relative(part: dict[str, float], whole: dict[str, float]) -> dict[str, float]:
    """part / whole of each section over that of all together."""
    everybody = ratio(part[TOTAL], whole[TOTAL])
    return {cell: ratio(ratio(x, whole[cell]), everybody) for cell, x in part.items()}


def _monthly_moves(last: Snapshot, now: Snapshot) -> np.ndarray:
    """(2,) shares of the employees of last month: with another employer now, not employees now."""
    was_employee = last.employer != NOBODY
    moved = was_employee & (now.employer != last.employer)
    gone = moved & (now.employer == NOBODY)
    return np.array([moved.sum() - gone.sum(), gone.sum()]) / max(was_employee.sum(), 1)
