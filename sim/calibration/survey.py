"""The survey: measures in the model what the statistical office measures in the country, in the same way and the same units.

Flows are found as the office finds them, by comparing where people are now with where they were three or twelve months ago; what happens in
between is not seen. The instruments: vacancies (`sim.calibration.vacancy_survey`), people by state and age
(`sim.calibration.labour_force_survey`), employee jobs (`sim.calibration.job_register`), spells (`sim.calibration.spells`).

It only reads, and draws no random numbers: a run with a survey is the run without one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.calibration.job_register import JobRegister
from sim.calibration.labour_force_survey import STATUS_OF_STATE, LabourForceSurvey
from sim.calibration.sheet import Sheet
from sim.calibration.spells import Spells
from sim.calibration.vacancy_survey import VacancySurvey
from sim.codes import NOBODY, month_label

if TYPE_CHECKING:
    from sim.model import LabourMarket


@dataclass(frozen=True)
class Snapshot:
    """Where everybody was at the end of a month; six bytes a person.

    Attributes
    ----------
    state : (n_people,) uint8. employer : (n_people,) int32, NOBODY for the self-employed and for those without work.
    """

    state: np.ndarray
    employer: np.ndarray

    @cached_property
    def status(self) -> np.ndarray:
        """(n_people,) uint8 - EMPLOYEE, SELF, SEEKS, NEITHER or AWAY of `sim.calibration.labour_force_survey`."""
        return STATUS_OF_STATE[self.state] - (self.employer != NOBODY)


@dataclass(frozen=True)
class Moment:
    """The end of a month, and the earlier moments it is compared with.

    Attributes
    ----------
    month : months since January 1900. now : where everybody is. last : a month ago; None in the month before the start.
    quarter_ago, year_ago : three and twelve months ago, in the last month of a quarter and when there was a survey then; else None.
    """

    month: int
    now: Snapshot
    last: Snapshot | None
    quarter_ago: Snapshot | None = None
    year_ago: Snapshot | None = None

    @property
    def ends_quarter(self) -> bool:
        """Whether this is the last month of a quarter."""
        return self.month % 3 == 2

    @property
    def ends_year(self) -> bool:
        """Whether this is December."""
        return self.month % 12 == 11


class Survey:
    """Looks at a model at the end of every month.

    Parameters
    ----------
    model : a `LabourMarket` that has not begun, or stands between two months; call `look` once before the next month and after every month.

    Notes
    -----
    Months and quarters at the ends that were not seen whole are left out, and so are flows for which there is no earlier moment.
    """

    def __init__(self, model: LabourMarket) -> None:
        self.model = model
        self._sheet = Sheet()
        self._instruments = [kind(model, self._sheet) for kind in (VacancySurvey, LabourForceSurvey, JobRegister, Spells)]
        self._last: Snapshot | None = None
        self._month = model.month
        self._quarter_ends: deque[Snapshot | None] = deque([None] * 4, maxlen=4)

    def look(self) -> None:
        """Look at the month that has just been closed; ValueError when a month was missed or is looked at twice."""
        model = self.model
        expected = self._month + (self._last is not None)
        if model.month != expected:
            raise ValueError(f"the survey expects {month_label(expected)}, the model is at {month_label(model.month)}: look once a month")
        now = Snapshot(model.people.state.copy(), model.people.employer.copy())
        moment = Moment(model.month, now, self._last)
        if moment.ends_quarter:
            moment = Moment(model.month, now, self._last, self._quarter_ends[-1], self._quarter_ends[0])
            self._quarter_ends.append(now)
        for instrument in self._instruments:
            instrument.look(moment)
        self._last, self._month = now, model.month

    def frame(self) -> pl.DataFrame:
        """What was measured so far: target, cell, period (strings), value; keys and units as in `sim.calibration.targets.observed`."""
        return self._sheet.frame()
