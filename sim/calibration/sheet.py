"""What a survey writes on: one row per target, cell and period, and means over periods that were seen from beginning to end."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import polars as pl

from sim.calibration.targets import observed
from sim.codes import EPOCH_YEAR, MAX_AGE, MIN_AGE


@cache
def published_cells(name: str) -> tuple[str, ...]:
    """Cells of a target that are published, in the order of the file; KeyError when there are none.

    >>> published_cells("unemployment_rate")
    ('15-24', '15-74')
    """
    cells = observed().filter(pl.col("target") == name)["cell"].unique(maintain_order=True).to_list()
    if not cells:
        raise KeyError(f"observed.csv has no figures of {name!r}")
    return tuple(cells)


def ages(cell: str) -> slice:
    """Positions of the ages of a cell in an array by single age from 15.

    >>> ages("15-24"), ages("65")
    (slice(0, 10, None), slice(50, 51, None))
    """
    first, last = (cell.split("-") * 2)[:2]
    return slice(max(int(first), MIN_AGE) - MIN_AGE, min(int(last), MAX_AGE) - MIN_AGE + 1)


def by_cell(name: str, part: np.ndarray, whole: np.ndarray, scale: float = 100.0) -> dict[str, float]:
    """`scale` x sum of `part` / sum of `whole`, both (60,) by single age, for the published ages of a target."""
    return {cell: scale * ratio(part[ages(cell)].sum(), whole[ages(cell)].sum()) for cell in published_cells(name)}


def ratio(part: float, whole: float) -> float:
    """part / whole, NaN when there is nobody."""
    return float(part / whole) if whole else float("nan")


def quarter_of(month: int) -> str:
    """Period of a month (months since January 1900).

    >>> quarter_of(1382)
    '2015Q1'
    """
    return f"{EPOCH_YEAR + month // 12}Q{month % 12 // 3 + 1}"


def year_of(month: int) -> str:
    """Year of a month (months since January 1900) as a period."""
    return str(EPOCH_YEAR + month // 12)


class Sheet:
    """Rows target, cell, period, value. Cells that are not published, and values of empty groups (NaN), are left out."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, str, float]] = []

    def write(self, name: str, period: str, values: dict[str, float]) -> None:
        """Add the values of one target in one period, by cell."""
        published = published_cells(name)
        self._rows += [(name, cell, period, float(x)) for cell, x in values.items() if cell in published and np.isfinite(x)]

    def frame(self) -> pl.DataFrame:
        """All rows so far."""
        schema = {"target": pl.String, "cell": pl.String, "period": pl.String, "value": pl.Float64}
        return pl.DataFrame(self._rows, schema=schema, orient="row")


class Mean:
    """Mean over a period of what is seen `times` times in it; None when something was missed, as at the ends of a run.

    >>> mean = Mean(3)
    >>> for x in (1.0, 2.0, 6.0):
    ...     mean.add(x)
    >>> float(mean.close()), mean.close()
    (3.0, None)
    """

    def __init__(self, times: int) -> None:
        self.times = times
        self._sum, self._n = np.zeros(()), 0

    def add(self, x: Iterable[float] | float) -> None:
        """Add what was seen now."""
        self._sum = self._sum + np.asarray(x, np.float64)
        self._n += 1

    def close(self) -> np.ndarray | None:
        """The mean, and begin the next period."""
        mean = self._sum / self.times if self._n == self.times else None
        self._sum, self._n = np.zeros(()), 0
        return mean
