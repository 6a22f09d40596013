"""People by labour state and age, and how both change, as in the labour force survey.

States are at work (E: employees and self-employed), unemployed (U) and neither (I: inactive, in training, retired). Levels are means over
the months; flows compare the last month of a quarter with three or twelve months earlier, among people of 15-74 at both moments, at the
age they have now. A year's flow is the mean of its four quarters. The model has no wrong answers, so its flows between U and I hold only
true moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calibration.sheet import Mean, Sheet, by_cell, published_cells, quarter_of, ratio, year_of
from sim.codes import MAX_AGE, MIN_AGE, N_STATES, State

if TYPE_CHECKING:
    from sim.calibration.survey import Moment, Snapshot
    from sim.model import LabourMarket

N_AGES = MAX_AGE - MIN_AGE + 1
AGE_OF_MONTHS = (np.arange((MAX_AGE + 2) * 12) // 12 - MIN_AGE).clip(0, N_AGES - 1).astype(np.int16)
"""(912,) position in arrays by single age from 15, by age in months; the ages of people who are away are never read."""
EMPLOYEE, SELF, SEEKS, NEITHER, AWAY = range(5)
N_STATUSES = 5
WORKS = slice(EMPLOYEE, SEEKS)
HERE = slice(EMPLOYEE, AWAY)
STATUS_OF_STATE = np.full(N_STATES, NEITHER, np.uint8)
"""(N_STATES,) status by labour state; for people at work, that of the self-employed."""
STATUS_OF_STATE[[State.EMPLOYED, State.UNEMPLOYED, State.OUTSIDE]] = SELF, SEEKS, AWAY
SAME, OTHER = 0, 1
"""Last axis but one of `moves`: whether the employer is the same (without an employer before and now: the same)."""
LONG = 12
"""Months after which unemployment is long."""


class LabourForceSurvey:
    """Employment, unemployment and their flows by age."""

    def __init__(self, model: LabourMarket, sheet: Sheet) -> None:
        self.model, self.sheet = model, sheet
        self._quarter, self._year = Mean(3), Mean(12)
        self._long, self._over_quarters, self._over_years = Mean(4), Mean(4), Mean(4)

    def look(self, moment: Moment) -> None:
        """Add a month."""
        if moment.last is None:
            return
        age = AGE_OF_MONTHS[(moment.month - self.model.people.birth_month).clip(0, AGE_OF_MONTHS.size - 1)]
        people = np.bincount(moment.now.status * np.int16(N_AGES) + age, minlength=N_STATUSES * N_AGES).reshape(-1, N_AGES)
        self._quarter.add(people)
        self._year.add(people)
        if moment.ends_quarter:
            self._write_levels(quarter_of(moment.month))
            self._write_spells(moment, age)
            self._write_moves(moment, age)
        if moment.ends_year:
            self._write_year(year_of(moment.month))

    def _write_levels(self, period: str) -> None:
        people = self._quarter.close()
        if people is not None:
            working = people[WORKS].sum(axis=0)
            for name in ("unemployment_rate", "unemployment_by_age"):
                self.sheet.write(name, period, by_cell(name, people[SEEKS], people[SEEKS] + working))
            for name in ("employment_rate", "participation_by_age"):
                self.sheet.write(name, period, by_cell(name, working, people[HERE].sum(axis=0)))

    def _write_spells(self, moment: Moment, age: np.ndarray) -> None:
        unemployed = np.flatnonzero(moment.now.status == SEEKS)
        is_long = moment.month - self.model.people.state_since[unemployed].astype(np.int32) >= LONG
        counts = np.stack([np.bincount(age[rows], minlength=N_AGES) for rows in (unemployed[is_long], unemployed)])
        self.sheet.write("long_term_share", quarter_of(moment.month), by_cell("long_term_share", *counts))
        self._long.add(counts)

    def _write_moves(self, moment: Moment, age: np.ndarray) -> None:
        if moment.quarter_ago is not None:
            over_quarter = moves(moment.quarter_ago, moment.now, age)
            self._over_quarters.add(over_quarter)
            thousand = over_quarter.sum(axis=(2, 3)) * self.model.weight / 1000
            places = {"E": WORKS, "U": slice(SEEKS, SEEKS + 1), "I": slice(NEITHER, NEITHER + 1)}
            cells = {cell: [places[key] for key in cell.split("-")] for cell in published_cells("flows_of_states")}
            self.sheet.write("flows_of_states", quarter_of(moment.month), {cell: thousand[a, b].sum() for cell, (a, b) in cells.items()})
        if moment.year_ago is not None:
            self._over_years.add(moves(moment.year_ago, moment.now, age))

    def _write_year(self, period: str) -> None:
        people, spells, over_quarter, over_year = (x.close() for x in (self._year, self._long, self._over_quarters, self._over_years))
        write = self.sheet.write
        if people is not None:
            rates = by_cell("participation_older", people[WORKS].sum(axis=0), people[HERE].sum(axis=0))
            write("participation_older", period, rates)
        if spells is not None:
            everybody = 100 * ratio(*spells.sum(axis=1))
            write("long_term_by_age", period, {cell: ratio(x, everybody) for cell, x in by_cell("long_term_by_age", *spells).items()})
        if over_quarter is not None:
            self._write_over_quarters(period, over_quarter)
        if over_year is not None:
            self._write_over_years(period, over_year)

    def _write_over_quarters(self, period: str, table: np.ndarray) -> None:
        positions = table.sum(axis=2)
        found, lost = positions[SEEKS, WORKS].sum(axis=0), positions[WORKS, SEEKS].sum(axis=0)
        seeking, working = positions[SEEKS].sum(axis=0), positions[WORKS].sum(axis=(0, 1))
        for name, part, whole in (("job_finding", found, seeking), ("job_loss", lost, working)):
            rates, relative = by_cell(name, part, whole), f"{name}_relative"
            self.sheet.write(name, period, rates)
            self.sheet.write(relative, period, {cell: ratio(rates[cell], rates["15-34"]) for cell in published_cells(relative)})
        name = "other_employer_quarter"
        self.sheet.write(name, period, by_cell(name, table[EMPLOYEE, EMPLOYEE, OTHER], positions[EMPLOYEE].sum(axis=0)))

    def _write_over_years(self, period: str, table: np.ndarray) -> None:
        positions = table.sum(axis=2)
        for name, before, now in (("employee_to_self", EMPLOYEE, SELF), ("self_to_employee", SELF, EMPLOYEE)):
            self.sheet.write(name, period, by_cell(name, positions[before, now], positions[before, WORKS].sum(axis=0)))
        both = table[WORKS, WORKS].sum(axis=(0, 1))
        self.sheet.write("job_switch_year", period, by_cell("job_switch_year", both[OTHER], both.sum(axis=0)))


def moves(before: Snapshot, now: Snapshot, age: np.ndarray) -> np.ndarray:
    """People by status at two moments, whether the employer is another, and age now.

    Returns
    -------
    (4, 4, 2, N_AGES) int64 - those away at one of the moments are left out.
    """
    shape = (N_STATUSES, N_STATUSES, 2, N_AGES)
    pair = (before.status * np.uint8(N_STATUSES) + now.status) * np.uint8(2) + (before.employer != now.employer)
    return np.bincount(pair * np.int16(N_AGES) + age, minlength=int(np.prod(shape))).reshape(shape)[HERE, HERE]
