"""Who gains and who loses: the net FTE-months of a scenario split by sector, by province and by age.

By sector and by province of work the parts add up to the national net effect, because they are sums of the same cells. Age is a property
of people, not of positions: the age bands count the hours of people's main jobs, and what remains (second jobs and reserve hours on one
side, the self-employed on the other) is shown as one line, so that this sheet adds up as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.contrast import Comparison
from sim.analysis.intervals import SUMMATION_ERROR, Interval, difference, paired_interval
from sim.codes import AGE_BANDS, PROVINCES, SECTORS

OTHER = "other"
SPLITS = ("sector", "province", "age")


@dataclass(frozen=True)
class BalanceSheet:
    """Net FTE-months by line, and in total; the means of the lines add up to the mean of the total.

    The intervals of the lines hold together (of 20 lines one would else look clear by chance); that of the total stands alone.
    """

    split: str
    lines: dict[str, Interval]
    total: Interval

    @property
    def gains(self) -> list[str]:
        """Lines that clearly gain, largest first."""
        return sorted((key for key, line in self.lines.items() if line.sign > 0), key=lambda key: -self.lines[key].mean)

    @property
    def losses(self) -> list[str]:
        """Lines that clearly lose, largest first."""
        return sorted((key for key, line in self.lines.items() if line.sign < 0), key=lambda key: self.lines[key].mean)


def balance_sheets(comparison: Comparison, name: str) -> dict[str, BalanceSheet]:
    """Return the sheets of one scenario by split (`SPLITS`)."""
    base, rows = comparison.rows(name)
    frames = comparison.frames
    cells = difference(frames.market_fte[rows], frames.market_fte[base])
    ages = difference(frames.people_fte[rows], frames.people_fte[base])
    total = cells.sum(axis=(1, 2))
    other = total - ages.sum(axis=1)
    other = np.where(np.abs(other) <= SUMMATION_ERROR * frames.people_fte[base].sum(axis=1), 0.0, other)
    return {
        "sector": _sheet("sector", SECTORS, cells.sum(axis=2), total),
        "province": _sheet("province", PROVINCES, cells.sum(axis=1), total),
        "age": _sheet("age", (*AGE_BANDS, OTHER), np.column_stack([ages, other]), total),
    }


def _sheet(split: str, keys: tuple[str, ...], differences: np.ndarray, total: np.ndarray) -> BalanceSheet:
    lines = {key: paired_interval(differences[:, column], family=len(keys)) for column, key in enumerate(keys)}
    return BalanceSheet(split, lines, paired_interval(total))
