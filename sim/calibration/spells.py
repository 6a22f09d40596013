"""Ends and lengths: the age at which employees retire, and how long employees who become unemployed remain so.

An employee who is unemployed at the end of the next month has entered; the entrants of a year are followed for twelve months and written in
the year after theirs. Benefit statistics count people with rights, as long as these last; the model knows no rights, so survival is shown
beside them and not scored. Retirement is that of people who were employees a month before, in a job that began before the pension age: who
was hired after it lives on the pension already, and is no employee to the statistics, which go by the main source of income.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calibration.sheet import Mean, Sheet, ratio, year_of
from sim.codes import NEVER, NOBODY, State

if TYPE_CHECKING:
    from sim.calibration.survey import Moment
    from sim.model import LabourMarket

FOLLOWED = 12
"""Months that entrants are followed."""


class Spells:
    """Retirement ages, survival in unemployment, return to work."""

    def __init__(self, model: LabourMarket, sheet: Sheet) -> None:
        self.model, self.sheet = model, sheet
        self._entered, self._idle = (np.full(len(model.people), NEVER, np.int16) for _ in range(2))
        self._entrants: dict[int, int] = {}
        self._left: dict[int, np.ndarray] = {}
        self._back: dict[int, np.ndarray] = {}
        self._months: dict[int, int] = {}
        self._retired = Mean(12)

    def look(self, moment: Moment) -> None:
        """Add a month."""
        if moment.last is None:
            return
        people, month, state = self.model.people, moment.month, moment.now.state
        since = people.state_since
        self._end(self._entered, (state != State.UNEMPLOYED) | (since != self._entered), month, self._left)
        self._end(self._idle, state == State.EMPLOYED, month, self._back)
        began = since == month
        was_employee = moment.last.employer != NOBODY
        new = np.flatnonzero(began & was_employee & (state == State.UNEMPLOYED))
        self._entered[new] = self._idle[new] = month
        year = month // 12
        self._entrants[year] = self._entrants.get(year, 0) + new.size
        self._months[year] = self._months.get(year, 0) + 1
        leaves = np.flatnonzero(began & was_employee & (state == State.RETIRED))
        born = people.birth_month[leaves].astype(np.int32)
        first_time = people.job_since[leaves] - born < self.model.now.pension_age
        age = (month - born)[first_time]
        self._retired.add([age.size, int(age.sum()), int((age >= 65 * 12).sum()), int((age // 12 == 66).sum())])
        if moment.ends_year:
            self._write(year_of(month), year)

    def _end(self, start: np.ndarray, is_over: np.ndarray, month: int, counts: dict[int, np.ndarray]) -> None:
        """Count spells that are over by year of entry and length, and forget them."""
        rows = np.flatnonzero((start != NEVER) & is_over)
        entry = start[rows].astype(np.int32)
        for year in np.unique(entry // 12).tolist():
            length = np.minimum(month - entry[entry // 12 == year], FOLLOWED + 1)
            counts[year] = counts.get(year, np.zeros(FOLLOWED + 2, np.int64)) + np.bincount(length, minlength=FOLLOWED + 2)
        start[rows] = NEVER

    def _write(self, period: str, year: int) -> None:
        retired = self._retired.close()
        if retired is not None:
            n, months, at_65, at_66 = retired
            self.sheet.write("retirement_age_after_55", period, {"employees": ratio(months, n) / 12 - 55})
            self.sheet.write("retired_at_65_plus", period, {"employees": 100 * ratio(at_65, n)})
            self.sheet.write("retired_at_66", period, {"employees": 100 * ratio(at_66, n)})
        if self._months.get(year - 1) == 12:
            entrants, nobody = self._entrants[year - 1], np.zeros(FOLLOWED + 2, np.int64)
            left, back = self._left.get(year - 1, nobody).cumsum(), self._back.get(year - 1, nobody).cumsum()
            survival = {f"{k:02d}": 100 * ratio(entrants - left[k], entrants) for k in range(1, FOLLOWED + 1)}
            self.sheet.write("benefit_survival", period, survival)
            self.sheet.write("back_to_work_in_year", period, {"15-74": 100 * ratio(back[FOLLOWED], entrants)})
