"""One run reduced to sums: its parquet files read once, a few tables kept.

Every sum is taken in the order of the rows of one file, whatever other runs there are and however many threads read them. So a run has
the same sums, to the last bit, in every comparison, and memory does not grow with the rows of many runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from sim.analysis.cuts import GROUP_SUMS, GROUPS, LAST_MONTHS
from sim.codes import AGE_BANDS, PROVINCES, SECTORS, SEXES
from sim.runs.record import BrokenRun

STOCKS = ("employed", "unemployed", "inactive", "training", "retired")
PANEL_SUMS = (*STOCKS, "fte", "wage_bill_eur", "retirements", "retirement_age_months")
MARKET_SUMS = ("vacancies_open", "hires", "layoffs")
MONTHLY = (*PANEL_SUMS, *MARKET_SUMS, *(f"{name}.{group}" for name in GROUP_SUMS for group in GROUPS))
"""National sums by month."""
POLICY_SUMS = (
    "participants_new",
    "participants_active",
    "cost_eur",
    "saving_eur",
    "gross_outcome",
    "gross_count",
    "control_outcome",
    "control_count",
)
COLUMNS = {
    "panel": ("sector", "province", "age_band", *PANEL_SUMS),
    "market": ("sector", "province", *MARKET_SUMS, "shortage_fte", "filled_fte", "reserve_fte"),
    "sexes": ("sex", "employed", "fte"),
    "policies": ("policy", *POLICY_SUMS),
}
"""Columns read, by file."""
LATER_COLUMNS = ("participants_active", "saving_eur")
"""Columns that runs of earlier versions lack; they count as zero."""
Axes = Mapping[str, tuple[str, ...]]
PLACES: Axes = {"sector": SECTORS, "province": PROVINCES}
PEOPLE: Axes = {**PLACES, "age_band": AGE_BANDS}
"""Axes of the people at work (everybody at work has a sector)."""


@dataclass(frozen=True)
class Sums:
    """Sums of one run, all float64.

    Attributes
    ----------
    n_months : months found in the files, of those asked for and later ones.
    monthly : (n_months asked for, len(MONTHLY)).
    market_fte : (n_sectors, n_provinces) - FTE-months at work or in reserve.
    fte, employed, unemployed : (n_sectors, n_provinces, n_ages) - FTE-months, months of people at work, and unemployed persons in the last
        twelve months. sex_fte, sex_employed : (n_sexes,).
    vacancies : (n_sectors, n_provinces) - in the last twelve months.
    programmes : policy -> (len(POLICY_SUMS),).
    """

    n_months: int
    monthly: np.ndarray
    market_fte: np.ndarray
    fte: np.ndarray
    employed: np.ndarray
    unemployed: np.ndarray
    sex_fte: np.ndarray
    sex_employed: np.ndarray
    vacancies: np.ndarray
    programmes: dict[str, np.ndarray]


def sums(folder: Path, months: Sequence[dt.date]) -> Sums:
    """Reduce the files of a run to sums over `months`; raises UserError when a file is missing."""
    panel, market, sexes, policies = (Table(folder, name, months) for name in COLUMNS)
    last = len(months) - min(LAST_MONTHS, len(months))
    work = market["filled_fte"] + market["reserve_fte"]
    by_sector = [market.by_month_and("sector", SECTORS, values) for values in (market["shortage_fte"], work)]
    monthly = [
        *(panel.by_month(panel[name]) for name in PANEL_SUMS),
        *(market.by_month(market[name]) for name in MARKET_SUMS),
        *(cube[:, [SECTORS.index(key) for key in keys]].sum(axis=1) for cube in by_sector for keys in GROUPS.values()),
    ]
    cells, places = panel.cells(PEOPLE), market.cells(PLACES)
    return Sums(
        n_months=len(panel.found | market.found),
        monthly=np.column_stack(monthly),
        market_fte=market.cube(PLACES, places, work),
        fte=panel.cube(PEOPLE, cells, panel["fte"]),
        employed=panel.cube(PEOPLE, cells, panel["employed"]),
        unemployed=panel.cube(PEOPLE, cells, panel["unemployed"], since=last),
        sex_fte=sexes.cube({"sex": SEXES}, sexes.cells({"sex": SEXES}), sexes["fte"]),
        sex_employed=sexes.cube({"sex": SEXES}, sexes.cells({"sex": SEXES}), sexes["employed"]),
        vacancies=market.cube(PLACES, places, market["vacancies_open"], since=last),
        programmes=policies.by_key("policy", POLICY_SUMS),
    )


class Table:
    """One file of a run: the rows of the months asked for, and sums of its columns.

    Attributes
    ----------
    found : numbers of the months that have rows; 0 is the first one asked for. Rows before it (the opening balance) are left out.
    """

    def __init__(self, folder: Path, name: str, months: Sequence[dt.date]) -> None:
        file = folder / f"{name}.parquet"
        if not file.is_file():
            raise BrokenRun(f"{folder} has no {file.name}: the run is incomplete; run it again.", folder)
        columns = COLUMNS[name]
        if set(columns) & set(LATER_COLUMNS):
            there = pl.read_parquet_schema(file)
            columns = tuple(column for column in columns if column in there or column not in LATER_COLUMNS)
        frame = pl.read_parquet(file, columns=["month", *columns], hive_partitioning=False, glob=False)
        month = month_numbers(frame["month"], months)
        self.found = set(np.flatnonzero(np.bincount(month[month >= 0])).tolist())
        mine = (month >= 0) & (month < len(months))
        whole = mine.all()
        self.frame, self.month, self.n_months = (
            frame if whole else frame.filter(pl.Series(mine)),
            month if whole else month[mine],
            len(months),
        )

    def __getitem__(self, column: str) -> np.ndarray:
        """A column of numbers, float64; zeros when an earlier version did not write it."""
        if column not in self.frame.columns:
            return np.zeros(self.frame.height)
        return self.frame[column].cast(pl.Float64).to_numpy()

    def codes(self, column: str, keys: tuple[str, ...]) -> np.ndarray:
        """Positions of the words of a column among `keys`, int64; ``len(keys)`` for any other word (no sector)."""
        words = self.frame[column]
        words = words if words.dtype == pl.Categorical else words.cast(pl.Categorical)
        assert isinstance(words.dtype, pl.Categorical)
        physical = words.fill_null("").to_physical().to_numpy() if words.null_count() else words.to_physical().to_numpy()
        counts, position = np.bincount(physical), {key: code for code, key in enumerate(keys)}
        table = np.full(len(counts), len(keys), np.int64)
        for code in np.flatnonzero(counts).tolist():
            table[code] = position.get(str(words.dtype.categories[code]), len(keys))
        codes: np.ndarray = table[physical]
        return codes

    def by_month(self, values: np.ndarray) -> np.ndarray:
        """Sums by month, (n_months,)."""
        return np.bincount(self.month, weights=values, minlength=self.n_months)

    def by_month_and(self, column: str, keys: tuple[str, ...], values: np.ndarray) -> np.ndarray:
        """Sums by month and key, (n_months, n_keys)."""
        width = len(keys) + 1
        flat = np.bincount(self.month * width + self.codes(column, keys), weights=values, minlength=self.n_months * width)
        return flat.reshape(self.n_months, width)[:, :-1]

    def cells(self, axes: Axes) -> np.ndarray:
        """Number of the cell of every row, in a table with one place more along each axis, for other words."""
        cell = np.zeros(self.frame.height, np.int64)
        for column, keys in axes.items():
            cell = cell * (len(keys) + 1) + self.codes(column, keys)
        return cell

    def cube(self, axes: Axes, cells: np.ndarray, values: np.ndarray, since: int = 0) -> np.ndarray:
        """Sums by cell over the months from number `since`, one axis per key of `axes`; other words are left out."""
        shape = tuple(len(keys) + 1 for keys in axes.values())
        if since:
            rows = self.month >= since
            cells, values = cells[rows], values[rows]
        flat = np.bincount(cells, weights=values, minlength=int(np.prod(shape)))
        return flat.reshape(shape)[tuple(slice(None, -1) for _ in shape)]

    def by_key(self, column: str, names: Sequence[str]) -> dict[str, np.ndarray]:
        """Sums of some columns by the words of another, in the order of the alphabet."""
        keys = tuple(sorted(self.frame[column].cast(pl.String).unique().to_list()))
        if not keys:
            return {}
        codes = self.codes(column, keys)
        totals = np.column_stack([np.bincount(codes, weights=self[name], minlength=len(keys)) for name in names])
        return dict(zip(keys, totals, strict=True))


def month_numbers(dates: pl.Series, months: Sequence[dt.date]) -> np.ndarray:
    """Number of the month of every date, int64: 0 for the first of `months`, less before it, ``len(months)`` or more after the last."""
    if dates.is_empty():
        return np.empty(0, np.int64)
    days = dates.cast(pl.Date).to_physical().to_numpy()
    low, high = int(days.min()), int(days.max())
    every_day = np.arange(low, high + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first = np.datetime64(months[0], "M").astype(np.int64)
    numbers: np.ndarray = (every_day - first)[days - low]
    return numbers
