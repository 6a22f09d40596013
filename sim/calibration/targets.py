"""What the model is held against: targets, and the published figures of each.

A target is one quantity with cells (sections, ages, provinces); ``nl/targets.csv`` says what it means, how large the error of the
published figure itself is, and whether it is scored; ``nl/observed.csv`` holds the figures, ``nl/PROVENANCE.csv`` where they come from.
Periods are ``"2018Q1"`` or ``"2018"``; a flow over a year carries the year in which it ends. Nothing after 2023Q3 is in the files.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from sim.config.errors import UserError, unknown

FOLDER = Path(__file__).parent / "nl"
FIT = ("2015Q1", "2019Q4")
"""First and last quarter of the window that parameters are fitted to."""
CHECK = ("2020Q1", "2023Q3")
"""First and last quarter of the window that no parameter may know."""
EVERY = ("quarter", "year")
KEYS = ("target", "cell", "period")


@dataclass(frozen=True)
class Target:
    """One row of the table.

    Attributes
    ----------
    target : name. meaning_en, meaning_nl : what is measured. unit : of a value.
    by : what the cells are (sector, age, province, ...). every : "quarter" or "year".
    season : whether the published figures are not seasonally adjusted. tolerance : relative standard error of the published figure.
    scored : whether it counts in a loss or a bar; else it is shown only. source, licence : of the figures.
    rounding : the published figure is a multiple of this, in the unit (0: not known, or inside the tolerance).
    reason : why this tolerance, and why not scored.
    """

    target: str
    meaning_en: str
    meaning_nl: str
    unit: str
    by: str
    every: str
    season: bool
    tolerance: float
    scored: bool
    source: str
    licence: str
    rounding: float
    reason: str

    def error(self, value: float) -> float:
        """Standard error of a published `value`, in the unit: the tolerance, and rounding (uniform), independent of each other.

        >>> vacancies = load_targets()["vacancies_open"]
        >>> round(vacancies.error(100.0), 2), round(vacancies.error(0.3), 3)
        (5.0, 0.033)
        """
        return math.hypot(self.tolerance * value, self.rounding / math.sqrt(12))


@cache
def load_targets() -> dict[str, Target]:
    """All targets by name, in the order of the file; ValueError on a row that is not complete."""
    with (FOLDER / "targets.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    targets: dict[str, Target] = {}
    for row in rows:
        yes = {name: row[name] == "yes" for name in ("season", "scored")}
        numbers = {name: float(row[name]) for name in ("tolerance", "rounding")}
        target = Target(**{**row, **yes, **numbers})  # type: ignore[arg-type]
        empty = [name for name, value in row.items() if not value]
        if empty or target.every not in EVERY or not 0 < target.tolerance < 1 or target.target in targets:
            raise ValueError(f"targets.csv: {target.target} stands twice, or is wrong in {empty or 'every or tolerance'}")
        targets[target.target] = target
    return targets


def target(name: str) -> Target:
    """The target of this name; UserError with the nearest known name."""
    targets = load_targets()
    if name not in targets:
        raise unknown("target", name, targets)
    return targets[name]


@cache
def observed() -> pl.DataFrame:
    """The published figures: target, cell, period (strings), value (in the unit of the target)."""
    path = FOLDER / "observed.csv"
    if not path.exists():
        raise UserError(f"data file {path} is missing; reinstall the package")
    return pl.read_csv(path, schema={**dict.fromkeys(KEYS, pl.String), "value": pl.Float64})


def quarters(period: str) -> tuple[str, str]:
    """First and last quarter of a period.

    >>> quarters("2018"), quarters("2018Q2")
    (('2018Q1', '2018Q4'), ('2018Q2', '2018Q2'))
    """
    return (period, period) if "Q" in period else (f"{period}Q1", f"{period}Q4")


def in_window(period: str, window: tuple[str, str]) -> bool:
    """Whether all of `period` lies in `window` (first and last quarter).

    >>> [in_window(period, FIT) for period in ("2019Q4", "2019", "2020Q1")], in_window("2023", CHECK)
    ([True, True, False], False)
    """
    first, last = quarters(period)
    return window[0] <= first and last <= window[1]
