"""Vacancies by section and province, as in CBS 80472ned and 83599NED.

Recorded vacancies only: openings offered in an employer's own network are in no statistic. What CBS calls filled includes what lapsed, so
here it is filled plus withdrawn, and open(t) = open(t-1) + new(t) - filled(t) in every quarter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calibration.sheet import Mean, Sheet, quarter_of, ratio, year_of
from sim.codes import N_PROVINCES, N_SECTORS, PROVINCES, SECTORS
from sim.world.sources import SECTIONS

if TYPE_CHECKING:
    from sim.calibration.survey import Moment
    from sim.model import LabourMarket

TOTAL = "A-U"
SECTION_OF = np.array([SECTIONS.index("O" if key == "DEF" else key) for key in SECTORS])
"""(N_SECTORS,) position in SECTIONS of each sector of the model: defence is part of section O."""
DAYS = 365.25


def by_section(values: np.ndarray) -> dict[str, float]:
    """Sums by section, and the total, of `values`: (N_SECTORS,)."""
    sums = np.bincount(SECTION_OF, values, len(SECTIONS))
    return {**dict(zip(SECTIONS, sums.tolist(), strict=True)), TOTAL: float(sums.sum())}


class VacancySurvey:
    """Open vacancies at the end of the quarter; new, and filled or lapsed, in it; duration and provinces by year."""

    def __init__(self, model: LabourMarket, sheet: Sheet) -> None:
        self.model, self.sheet = model, sheet
        self._flows, self._gone_in_year, self._open_in_year, self._open_by_province = Mean(3), Mean(12), Mean(4), Mean(4)

    def look(self, moment: Moment) -> None:
        """Add a month."""
        if moment.last is None:
            return
        thousand = self.model.weight / 1000
        posting, matching = self.model.phase("vacancies"), self.model.phase("matching")
        gone = posting.withdrawn + matching.filled
        open_now, new, gone = (thousand * x.reshape(N_SECTORS, N_PROVINCES) for x in (posting.open, posting.new, gone))
        self._flows.add(np.stack([new.sum(axis=1), gone.sum(axis=1)]))
        self._gone_in_year.add(gone.sum(axis=1))
        if moment.ends_quarter:
            self._open_in_year.add(open_now.sum(axis=1))
            self._open_by_province.add(open_now.sum(axis=0))
            self._write_quarter(quarter_of(moment.month), open_now.sum(axis=1))
        if moment.ends_year:
            self._write_year(year_of(moment.month))

    def _write_quarter(self, period: str, open_now: np.ndarray) -> None:
        self.sheet.write("vacancies_open", period, by_section(open_now))
        flows = self._flows.close()
        if flows is not None:
            for name, values in zip(("vacancies_new", "vacancies_filled"), 3 * flows, strict=True):
                self.sheet.write(name, period, by_section(values))
                self.sheet.write(f"{name}_small", period, by_section(values))

    def _write_year(self, period: str) -> None:
        gone, open_mean, provinces = (x.close() for x in (self._gone_in_year, self._open_in_year, self._open_by_province))
        if gone is not None and open_mean is not None:
            flow = by_section(12 * gone)
            self.sheet.write("vacancy_duration", period, {cell: DAYS * ratio(x, flow[cell]) for cell, x in by_section(open_mean).items()})
        if provinces is not None:
            shares = {cell: 100 * ratio(x, provinces.sum()) for cell, x in zip(PROVINCES, provinces, strict=True)}
            self.sheet.write("vacancy_share_province", period, shares)
