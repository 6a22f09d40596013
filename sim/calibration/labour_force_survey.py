"""People by labour state and age, and how both change, as in the labour force survey.

States are at work (E), unemployed (U) and neither (I: inactive, in training, retired). Levels are means over the months; flows compare the
last month of a quarter with three or twelve months earlier, among people of 15-74 at both moments, at the age they have now. A year's flow
is the mean of its four quarters. The model has no wrong answers, so its flows between U and I hold only true moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calibration.sheet import Mean, Sheet, by_cell, published_cells, quarter_of, ratio, year_of
from sim.codes import MAX_AGE, MIN_AGE, NOBODY, State

if TYPE_CHECKING:
    from sim.calibration.survey import Moment, Snapshot
    from sim.model import LabourMarket

N_AGES = MAX_AGE - MIN_AGE + 1
WORKS, SEEKS, NEITHER, AWAY = range(4)
POSITION = np.array([WORKS, SEEKS, NEITHER, NEITHER, NEITHER, AWAY])
"""(N_STATES,) labour state as the survey asks for it."""
LONG = 12
"""Months after which unemployment is long."""


class LabourForceSurvey:
    """Employment, unemployment and their flows by age."""

    def __init__(self, model: LabourMarket, sheet: Sheet) -> None:
        self.model, self.sheet = model, sheet
        self._quarter, self._year = Mean(3), Mean(12)
        self._long, self._moves, self._employer_moves, self._year_moves = Mean(4), Mean(4), Mean(4), Mean(4)

    def look(self, moment: Moment) -> None:
        """Add a month."""
        if moment.last is None:
            return
        people = self.model.people
        age = ((moment.month - people.birth_month.astype(np.int32)) // 12 - MIN_AGE).clip(0, N_AGES - 1)
        position = POSITION[moment.now.state]
        table = np.bincount(position * N_AGES + age, minlength=4 * N_AGES).reshape(4, N_AGES)[:AWAY]
        self._quarter.add(table)
        self._year.add(table)
        if moment.ends_quarter:
            self._write_levels(quarter_of(moment.month))
            self._write_spells(moment, age, position)
            self._add_moves(moment, age, position)
        if moment.ends_year:
            self._write_year(year_of(moment.month))

    def _write_levels(self, period: str) -> None:
        table = self._quarter.close()
        if table is not None:
            for name in ("unemployment_rate", "unemployment_by_age"):
                self.sheet.write(name, period, by_cell(name, table[SEEKS], table[WORKS] + table[SEEKS]))
            for name in ("employment_rate", "participation_by_age"):
                self.sheet.write(name, period, by_cell(name, table[WORKS], table.sum(axis=0)))

    def _write_spells(self, moment: Moment, age: np.ndarray, position: np.ndarray) -> None:
        unemployed = np.flatnonzero(position == SEEKS)
        is_long = moment.month - self.model.people.state_since[unemployed].astype(np.int32) >= LONG
        counts = np.stack([np.bincount(age[rows], minlength=N_AGES) for rows in (unemployed[is_long], unemployed)])
        self.sheet.write("long_term_share", quarter_of(moment.month), by_cell("long_term_share", *counts))
        self._long.add(counts)

    def _add_moves(self, moment: Moment, age: np.ndarray, position: np.ndarray) -> None:
        if moment.quarter_ago is not None:
            moves = _moves(POSITION[moment.quarter_ago.state], position, age)
            self._moves.add(moves)
            thousand = moves.sum(axis=2) * self.model.weight / 1000
            names = {
                "U-E": (SEEKS, WORKS),
                "E-U": (WORKS, SEEKS),
                "I-U": (NEITHER, SEEKS),
                "U-I": (SEEKS, NEITHER),
                "I-E": (NEITHER, WORKS),
            }
            self.sheet.write("flows_of_states", quarter_of(moment.month), {cell: float(thousand[k]) for cell, k in names.items()})
            self._employer_moves.add(_job_moves(moment.quarter_ago, moment.now, age))
        if moment.year_ago is not None:
            self._year_moves.add(_job_moves(moment.year_ago, moment.now, age))

    def _write_year(self, period: str) -> None:
        write = self.sheet.write
        table, spells, moves, quarterly, yearly = (
            x.close() for x in (self._year, self._long, self._moves, self._employer_moves, self._year_moves)
        )
        if table is not None:
            write("participation_older", period, by_cell("participation_older", table[WORKS], table.sum(axis=0)))
        if spells is not None:
            everybody = 100 * ratio(*spells.sum(axis=1))
            write("long_term_by_age", period, {cell: ratio(x, everybody) for cell, x in by_cell("long_term_by_age", *spells).items()})
        if moves is not None:
            for name, before, after in (("job_finding", SEEKS, WORKS), ("job_loss", WORKS, SEEKS)):
                part, whole = moves[before, after], moves[before].sum(axis=0)
                rates = by_cell(name, part, whole)
                write(name, period, rates)
                relative = f"{name}_relative"
                write(relative, period, {cell: ratio(rates[cell], rates["15-34"]) for cell in published_cells(relative)})
        if quarterly is not None:
            stays, other, stops = quarterly[[SAME_EMPLOYER, OTHER_EMPLOYER, NO_EMPLOYER]]
            own = quarterly[TO_SELF]
            write("other_employer_quarter", period, by_cell("other_employer_quarter", other, stays + other + own + stops))
        if yearly is not None:
            stays, other, to_self, to_employee, stays_self = yearly[[SAME_EMPLOYER, OTHER_EMPLOYER, TO_SELF, TO_EMPLOYEE, STAYS_SELF]]
            changes = other + to_self + to_employee
            write("job_switch_year", period, by_cell("job_switch_year", changes, changes + stays + stays_self))
            write("employee_to_self", period, by_cell("employee_to_self", to_self, to_self + stays + other))
            write("self_to_employee", period, by_cell("self_to_employee", to_employee, to_employee + stays_self))


def _moves(before: np.ndarray, now: np.ndarray, age: np.ndarray) -> np.ndarray:
    """(3, 3, N_AGES) people by position before, position now and age now; those away at one of the moments are left out."""
    code = (before * 4 + now) * N_AGES + age
    return np.bincount(code, minlength=16 * N_AGES).reshape(4, 4, N_AGES)[:AWAY, :AWAY]


SAME_EMPLOYER, OTHER_EMPLOYER, NO_EMPLOYER, TO_SELF, TO_EMPLOYEE, STAYS_SELF, NOT_COUNTED = range(7)
"""What became of people at work: the first four were employees before, the next two self-employed."""


def _job_moves(before: Snapshot, now: Snapshot, age: np.ndarray) -> np.ndarray:
    """(7, N_AGES) people by what became of their job and by age now; not counted: not at work before, or away at one of the moments."""
    was_employee, is_employee = before.employer != NOBODY, now.employer != NOBODY
    was_self = (before.state == State.EMPLOYED) & ~was_employee
    is_self = (now.state == State.EMPLOYED) & ~is_employee
    here = (before.state != State.OUTSIDE) & (now.state != State.OUTSIDE)
    kinds = [
        here & was_employee & is_employee & (before.employer == now.employer),
        here & was_employee & is_employee,
        here & was_employee & ~is_employee & ~is_self,
        here & was_employee & is_self,
        here & was_self & is_employee,
        here & was_self & is_self,
    ]
    kind = np.select(kinds, range(NOT_COUNTED), default=NOT_COUNTED)
    return np.bincount(kind * N_AGES + age, minlength=(NOT_COUNTED + 1) * N_AGES).reshape(-1, N_AGES)
