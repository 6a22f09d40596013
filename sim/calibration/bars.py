"""What the baseline has to reach, and by how much it does or does not."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sim.calibration.score import Scores, middle, percentage_error
from sim.codes import SECTORS

SECTOR_VACANCIES = "vacancies_open"
"""Target with open vacancies by sector and quarter."""


@dataclass(frozen=True)
class Bar:
    """A measured figure in percent and the range it should lie in; `measured` is None where nothing could be measured.

    ``name`` is a key of the texts (`sim/report/locale`, ``fit.bars``), ``window`` the window it was measured in.
    """

    name: str
    window: str
    measured: float | None
    low: float
    high: float

    @property
    def is_met(self) -> bool:
        """Whether it was measured and lies in the range."""
        return self.measured is not None and self.low <= self.measured <= self.high

    @property
    def off_by(self) -> float | None:
        """Percentage points outside the range; 0 when met."""
        return None if self.measured is None else max(self.low - self.measured, self.measured - self.high, 0.0)


def bars(scores: Scores) -> list[Bar]:
    """The bars of the windows that were scored.

    Median error of the series: at most 5 % in the fit window, 10 % in the check window. Open vacancies over all sectors and quarters of
    the check window: at most 12 %; for scale, a log-linear regression that is given the true national total reaches 11 %. 90 % intervals
    cover 80 to 95 % (mean over the series). Lower error than the best of three naive forecasts, chosen with hindsight, in two thirds of
    the series.
    """
    found = []
    windows = set(scores.series["window"])
    if "fit" in windows:
        found.append(Bar("error", "fit", middle(scores.voters("fit")["error"]), 0.0, 5.0))
    if "check" in windows:
        check = scores.voters("check")
        found += [
            Bar("error", "check", middle(check["error"]), 0.0, 10.0),
            Bar("vacancies", "check", sector_vacancies(scores, "error"), 0.0, 12.0),
            Bar("coverage", "check", percent(check["covered90"]), 80.0, 95.0),
            Bar("wins", "check", percent(check["wins"].cast(pl.Float64)), 200 / 3, 100.0),
        ]
    return found


def percent(shares: pl.Series) -> float | None:
    """Mean of what is known, in percent."""
    known = shares.drop_nulls()
    return 100 * float(known.to_numpy().mean()) if len(known) else None


def sector_vacancies(scores: Scores, column: str) -> float | None:
    """Median absolute percentage error of open vacancies over all sectors and quarters of the check window.

    `column` is ``error`` (the model) or the name of a naive forecast.
    """
    of_sectors = (pl.col("window") == "check") & (pl.col("target") == SECTOR_VACANCIES) & pl.col("cell").is_in(SECTORS)
    rows = scores.points.filter(of_sectors)
    if column == "error":
        return middle(rows["error"])
    return middle(percentage_error(*pair) for pair in rows.select(column, "observed").iter_rows())
