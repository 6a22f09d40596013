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

from sim.analysis.cuts import CUT_SUMS, GROUP_SUMS, GROUPS, LAST_MONTHS, LENGTH, QUARTER, RESOLUTION, YEAR, periods
from sim.analysis.flows import moves
from sim.analysis.foreign import MOST_DAYS, rows_of
from sim.analysis.retirement import Ages, ages
from sim.codes import AGE_BANDS, PROVINCES, SECTOR, SECTOR_GROUPS, SECTORS, SEXES
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
WORK, POPULATION = "filled_fte", "population"
"""Work done (filled positions and reserve hours), and everybody, whatever they do."""
CUBES = tuple(name for name in PANEL_SUMS if name == "fte" or any(name in names for names in CUT_SUMS.values()))
"""Sums over people that are needed by quarter, sector, province and age."""
CODES = tuple([SECTOR[key] for key in keys] for keys in SECTOR_GROUPS.values())
"""Sectors of the groups that do not overlap."""


@dataclass(frozen=True)
class Sums:
    """Sums of one run, float64 unless said otherwise.

    Attributes
    ----------
    n_months : months found in the tables of people and of jobs, of those asked for and later ones.
    monthly : (n_months asked for, len(MONTHLY)).
    market_fte : (n_sectors, n_provinces) - FTE-months at work or in reserve.
    fte, employed, unemployed : (n_sectors, n_provinces, n_ages) - FTE-months, months of people at work, and unemployed persons in the last
        twelve months. sex_fte, sex_employed : (n_sexes,).
    vacancies : (n_sectors, n_provinces) - in the last twelve months.
    cuts : kind of cuts -> (n_sums, n_periods, n_cells) float32 - the sums of `sim.analysis.cuts.CUT_SUMS` over the months of a period.
    programmes : policy -> (len(POLICY_SUMS),).
    flows : (n_places, n_places) - persons who moved (`sim.analysis.flows`). ages : see `sim.analysis.retirement`.
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
    cuts: dict[str, np.ndarray]
    programmes: dict[str, np.ndarray]
    flows: np.ndarray
    ages: Ages


def sums(folder: Path, months: Sequence[dt.date]) -> Sums:
    """Reduce the files of a run to sums over `months`; raises UserError when a file is missing."""
    panel, market, sexes, policies = (Table(folder, name, months) for name in COLUMNS)
    work = market["filled_fte"] + market["reserve_fte"]
    by_sector = [market.by_month_and("sector", SECTORS, values) for values in (market["shortage_fte"], work)]
    monthly = [
        *(panel.by_month(panel[name]) for name in PANEL_SUMS),
        *(market.by_month(market[name]) for name in MARKET_SUMS),
        *(cube[:, [SECTORS.index(key) for key in keys]].sum(axis=1) for cube in by_sector for keys in GROUPS.values()),
    ]
    quarter = periods(len(months), QUARTER).of
    n_quarters = int(quarter[-1]) + 1
    cells, places = panel.cells(PEOPLE, quarter), market.cells(PLACES, quarter)
    people = {name: panel.cube(PEOPLE, cells, panel[name], n_quarters) for name in CUBES}
    everybody = panel[STOCKS[0]].copy()
    for stock in STOCKS[1:]:
        everybody += panel[stock]
    people[POPULATION] = panel.cube(PEOPLE, cells, everybody, n_quarters)
    jobs = {name: market.cube(PLACES, places, market[name], n_quarters) for name in (*MARKET_SUMS, "shortage_fte")}
    jobs[WORK] = market.cube(PLACES, places, work, n_quarters)
    last = min(LAST_MONTHS // LENGTH[QUARTER], n_quarters)
    return Sums(
        n_months=len(panel.found & market.found),
        monthly=np.column_stack(monthly),
        market_fte=known(jobs[WORK].sum(axis=0)),
        fte=known(people["fte"].sum(axis=0)),
        employed=known(people["employed"].sum(axis=0)),
        unemployed=known(people["unemployed"][-last:].sum(axis=0)),
        sex_fte=sexes.by_code("sex", SEXES, sexes["fte"]),
        sex_employed=sexes.by_code("sex", SEXES, sexes["employed"]),
        vacancies=known(jobs["vacancies_open"][-last:].sum(axis=0)),
        cuts=cut_sums(people | jobs, len(months)),
        programmes=policies.by_key("policy", POLICY_SUMS),
        flows=moves(folder, months),
        ages=ages(folder, months),
    )


def known(cube: np.ndarray) -> np.ndarray:
    """A cube without the places of other words."""
    return np.ascontiguousarray(cube[tuple(slice(None, -1) for _ in cube.shape)])


def cut_sums(cubes: Mapping[str, np.ndarray], n_months: int) -> dict[str, np.ndarray]:
    """Sums by kind of cuts (see `Sums.cuts`) from those by quarter, sector, province (and age).

    People without a sector count where there is no split by group. The numbers are rounded to the seven digits of float32, which halves
    the memory of a thousand runs.
    """
    quarters, years = periods(n_months, QUARTER), periods(n_months, YEAR)
    first_quarters = quarters.of[years.first]

    def table(kind: str, cube: np.ndarray) -> np.ndarray:
        by_sector = np.einsum("qspa->qsa" if "age" in kind else "qspa->qsp", cube) if cube.ndim == len(PEOPLE) + 1 else cube
        by_sector = by_sector.sum(axis=2, keepdims=True) if kind == "group" else by_sector[:, :, :-1]
        parts = [by_sector[:, codes].sum(axis=1) for codes in CODES] if "group" in kind else [by_sector.sum(axis=1)]
        cells = np.concatenate(parts, axis=1)
        return cells if RESOLUTION[kind] == QUARTER else np.add.reduceat(cells, first_quarters, axis=0)

    return {kind: np.stack([table(kind, cubes[name]) for name in names]).astype(np.float32) for kind, names in CUT_SUMS.items()}


class Table:
    """One file of a run: the rows of the months asked for, and sums of its columns.

    Attributes
    ----------
    found : numbers of the months that have rows; 0 is the first one asked for. Rows before it (the opening balance) are left out.
    bounds : first row of every month, and the end of the last; None when rows do not stand in order of month.
    """

    def __init__(self, folder: Path, name: str, months: Sequence[dt.date]) -> None:
        file = folder / f"{name}.parquet"
        if not file.is_file():
            raise BrokenRun(f"{folder} has no {file.name}: the run is incomplete; run it again.", folder)
        columns = COLUMNS[name]
        if set(columns) & set(LATER_COLUMNS):
            there = pl.read_parquet_schema(file)
            columns = tuple(column for column in columns if column in there or column not in LATER_COLUMNS)
        frame = rows_of(file, ["month", *columns])
        month = month_numbers(frame["month"], months)
        self.found = set(np.flatnonzero(np.bincount(month[month >= 0])).tolist())
        mine = (month >= 0) & (month < len(months))
        whole = mine.all()
        self.frame, self.month, self.n_months = (
            frame if whole else frame.filter(pl.Series(mine)),
            month if whole else month[mine],
            len(months),
        )
        in_order = bool((self.month[1:] >= self.month[:-1]).all())
        self.bounds = np.searchsorted(self.month, np.arange(len(months) + 1)) if in_order else None

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
        if self.bounds is None:
            return np.bincount(self.month, weights=values, minlength=self.n_months)
        found = np.zeros(self.n_months)
        there = np.flatnonzero(np.diff(self.bounds))
        if len(there):
            found[there] = np.add.reduceat(values, self.bounds[there])
        return found

    def by_month_and(self, column: str, keys: tuple[str, ...], values: np.ndarray) -> np.ndarray:
        """Sums by month and key, (n_months, n_keys)."""
        width = len(keys) + 1
        flat = np.bincount(self.month * width + self.codes(column, keys), weights=values, minlength=self.n_months * width)
        return flat.reshape(self.n_months, width)[:, :-1]

    def cells(self, axes: Axes, of: np.ndarray) -> np.ndarray:
        """Number of the cell of every row in a table by period (`of` each month) and `axes`, each with one place more for other words."""
        cell = of[self.month]
        for column, keys in axes.items():
            cell = cell * (len(keys) + 1) + self.codes(column, keys)
        return cell

    def cube(self, axes: Axes, cells: np.ndarray, values: np.ndarray, n_periods: int) -> np.ndarray:
        """Sums by period and cell, (n_periods, one more than the keys of each axis)."""
        shape = (n_periods, *(len(keys) + 1 for keys in axes.values()))
        return np.bincount(cells, weights=values, minlength=int(np.prod(shape))).reshape(shape)

    def by_code(self, column: str, keys: tuple[str, ...], values: np.ndarray) -> np.ndarray:
        """Sums by key, (n_keys,)."""
        return np.bincount(self.codes(column, keys), weights=values, minlength=len(keys) + 1)[:-1]

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
    if high - low > MOST_DAYS:
        raise ValueError("months that lie more than a thousand years apart")
    every_day = np.arange(low, high + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first = np.datetime64(months[0], "M").astype(np.int64)
    numbers: np.ndarray = (every_day - first)[days - low]
    return numbers
