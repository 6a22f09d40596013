"""Who gains and who loses: the net effect of a scenario split by sector, province, age and sex, in FTE-months and in people.

In FTE-months, sector and province are those of the position (province of work), and their parts add up to the national net effect, because
they are sums of the same cells. Age and sex are properties of people, not of positions: those sheets count the hours of people's main
jobs, and what remains (second jobs and reserve hours on one side, the self-employed on the other) is shown as one line, so that they add
up as well.

In people, a unit is one person at work for one month, self-employed included. Sector is that of the main job, province is that of
residence, and every sheet adds up to the national net change of person-months without a remainder.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.contrast import Comparison
from sim.analysis.intervals import SUMMATION_ERROR, Interval, difference
from sim.analysis.repetitions import Repetitions
from sim.codes import AGE_BANDS, PROVINCES, SECTORS, SEXES

OTHER = "other"
SPLITS = ("sector", "province", "age", "sex")
UNITS = ("fte", "people")
"""FTE-months, and person-months at work."""
LINES: dict[str, tuple[str, ...]] = {"sector": SECTORS, "province": PROVINCES, "age": AGE_BANDS, "sex": SEXES}


@dataclass(frozen=True)
class BalanceSheet:
    """Net FTE-months or person-months by line, and in total; the means of the lines add up to the mean of the total.

    The intervals of the lines hold together (of 20 lines one would else look clear by chance); that of the total stands alone.
    """

    split: str
    unit: str
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


def balance_sheets(comparison: Comparison, name: str) -> dict[str, dict[str, BalanceSheet]]:
    """Return the sheets of one scenario by unit (`UNITS`) and split (`SPLITS`)."""
    return {"fte": _in_fte(comparison, name), "people": _in_people(comparison, name)}


def _in_fte(comparison: Comparison, name: str) -> dict[str, BalanceSheet]:
    base, rows = comparison.rows(name)
    frames = comparison.frames
    family, repeated = comparison.family, comparison.repetitions(name)
    cells = difference(frames.market_fte[rows], frames.market_fte[base])
    total = cells.sum(axis=(1, 2))
    sheets = {
        "sector": _sheet("sector", "fte", SECTORS, cells.sum(axis=2), total, family, repeated),
        "province": _sheet("province", "fte", PROVINCES, cells.sum(axis=1), total, family, repeated),
    }
    for split, hours in frames.people_fte.items():
        lines = difference(hours[rows], hours[base])
        other = total - lines.sum(axis=1)
        other = np.where(np.abs(other) <= SUMMATION_ERROR * hours[base].sum(axis=1), 0.0, other)
        sheets[split] = _sheet(split, "fte", (*LINES[split], OTHER), np.column_stack([lines, other]), total, family, repeated)
    return sheets


def _in_people(comparison: Comparison, name: str) -> dict[str, BalanceSheet]:
    base, rows = comparison.rows(name)
    months, repeated = comparison.frames.person_months, comparison.repetitions(name)
    lines = {split: difference(months[split][rows], months[split][base]) for split in SPLITS}
    total = lines["sector"].sum(axis=1)
    return {split: _sheet(split, "people", LINES[split], lines[split], total, comparison.family, repeated) for split in SPLITS}


def _sheet(
    split: str, unit: str, keys: tuple[str, ...], differences: np.ndarray, total: np.ndarray, family: int, repeated: Repetitions
) -> BalanceSheet:
    lines = {key: repeated.interval(differences[:, column], family=len(keys)) for column, key in enumerate(keys)}
    return BalanceSheet(split, unit, lines, repeated.interval(total, family=family))
