"""Read the parquet files of many runs in one lazy pass and reduce them to the small tables that the metrics need.

A run has about 150,000 rows in ``panel`` and 21,000 in ``market``; only the columns used are read, and nothing but sums leaves this file.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.analysis.runs import Run
from sim.codes import AGE_BANDS, PROVINCES, SECTOR_GROUPS, SECTORS, SEXES, month_date, month_index
from sim.config.errors import UserError

GROUPS: dict[str, tuple[str, ...]] = SECTOR_GROUPS | {
    "crucial": tuple(key for group, keys in SECTOR_GROUPS.items() if group != "rest" for key in keys),
    "all": SECTORS,
}
"""Groups of sectors for reporting: the five crucial ones, the rest, the crucial ones together and all."""

STOCKS = ("employed", "unemployed", "inactive", "training", "retired")
PANEL_SUMS = (*STOCKS, "fte", "wage_bill_eur", "retirements", "retirement_age_months")
MARKET_SUMS = ("vacancies_open", "hires", "layoffs")
GROUP_SUMS = {"shortage_fte": "shortage_fte", "filled_fte": "work_fte"}
"""Metrics by group of sectors, and the column they sum: shortage, and work done (filled positions and reserve hours), in FTE."""
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
PANEL_AXES = {"sector": SECTORS, "province": PROVINCES, "age_band": AGE_BANDS}
"""Axes of the people at work (everybody at work has a sector)."""
LAST_MONTHS = 12
"""Months over which "at the end of the horizon" is averaged."""


@dataclass(frozen=True)
class Frames:
    """Sums over the runs; ``run`` is the position in `runs`. The opening balance (the month before the first step) is left out.

    Attributes
    ----------
    months : the months of the runs, in order.
    monthly : run, month and national sums (persons, euros, FTE; ``shortage_fte.care`` etc. per group).
    market_fte : (n_runs, n_sectors, n_provinces) float64 - FTE-months at work or in reserve, summed over the months.
    people_fte : split -> (n_runs, n_lines) float64 - FTE-months of people's main jobs by ``age`` and ``sex``, summed over the months.
    person_months : split -> (n_runs, n_lines) float64 - months of people at work (main job or own business) by ``sector``, ``province``
        of residence, ``age`` and ``sex``.
    unemployed, vacancies : (n_runs, n_sectors, n_provinces) float64 - mean of the last twelve months, persons and vacancies.
    programmes : run, policy and the totals of ``policies.parquet``.
    """

    runs: list[Run]
    months: list[dt.date]
    monthly: pl.DataFrame
    market_fte: np.ndarray
    people_fte: dict[str, np.ndarray]
    person_months: dict[str, np.ndarray]
    unemployed: np.ndarray
    vacancies: np.ndarray
    programmes: pl.DataFrame


def gather(runs: list[Run]) -> Frames:
    """Reduce the files of finished runs that cover the same months; raises UserError when a file is missing or cut short."""
    start, until = (month_index(str(runs[0].record[key])) for key in ("start", "until"))
    months = [month_date(month) for month in range(start, until + 1)]
    panel, market, sexes, policies = (_scan(runs, name, columns, months[0]) for name, columns in COLUMNS.items())
    market = market.with_columns(work_fte=pl.col("filled_fte") + pl.col("reserve_fte"))
    last = pl.col("month") >= months[-LAST_MONTHS:][0]
    # Collected one by one: together, polars would share the scans by materialising them, which takes three times as long.
    people = panel.group_by("run", "month").agg(pl.col(PANEL_SUMS).sum()).collect()
    workers = panel.group_by("run", *PANEL_AXES).agg(pl.col("fte", "employed").sum(), pl.col("unemployed").filter(last).sum()).collect()
    by_sex = sexes.group_by("run", "sex").agg(pl.col("fte", "employed").sum()).collect()
    jobs = market.group_by("run", "month", "sector").agg(pl.col(*MARKET_SUMS, *GROUP_SUMS.values()).sum()).collect()
    cells = (
        market.group_by("run", "sector", "province").agg(pl.col("work_fte").sum(), pl.col("vacancies_open").filter(last).sum()).collect()
    )
    programmes = policies.group_by("run", "policy").agg(pl.col(POLICY_SUMS).sum()).collect()
    jobs = jobs.group_by("run", "month").agg(pl.col(MARKET_SUMS).sum(), *_group_sums())
    monthly = people.join(jobs, on=["run", "month"], how="full", coalesce=True).sort("run", "month")
    _check_complete(runs, months, monthly)
    n_last = min(LAST_MONTHS, len(months))
    places = {"sector": SECTORS, "province": PROVINCES}
    fte, employed, unemployed = (_cube(workers, len(runs), PANEL_AXES, name) for name in ("fte", "employed", "unemployed"))
    sex_fte, sex_employed = (_cube(by_sex, len(runs), {"sex": SEXES}, name) for name in ("fte", "employed"))
    return Frames(
        runs=runs,
        months=months,
        monthly=monthly,
        market_fte=_cube(cells, len(runs), places, "work_fte"),
        people_fte={"age": fte.sum(axis=(1, 2)), "sex": sex_fte},
        person_months={
            "sector": employed.sum(axis=(2, 3)),
            "province": employed.sum(axis=(1, 3)),
            "age": employed.sum(axis=(1, 2)),
            "sex": sex_employed,
        },
        unemployed=unemployed.sum(axis=3) / n_last,
        vacancies=_cube(cells, len(runs), places, "vacancies_open") / n_last,
        programmes=programmes,
    )


def _scan(runs: list[Run], name: str, columns: tuple[str, ...], first: dt.date) -> pl.LazyFrame:
    parts = []
    for position, run in enumerate(runs):
        file = run.path / f"{name}.parquet"
        if not file.is_file():
            raise UserError(f"{run.path} has no {file.name}: the run is incomplete; run it again.")
        part = pl.scan_parquet(file, hive_partitioning=False)
        absent = [column for column in columns if column in LATER_COLUMNS and column not in part.collect_schema()]
        part = part.with_columns(pl.lit(0.0).alias(column) for column in absent).select("month", *columns).filter(pl.col("month") >= first)
        parts.append(part.with_columns(run=pl.lit(position, dtype=pl.UInt32)))
    return pl.concat(parts, how="vertical_relaxed")


def _group_sums() -> list[pl.Expr]:
    return [
        pl.col(column).filter(pl.col("sector").is_in(sectors)).sum().alias(f"{name}.{group}")
        for name, column in GROUP_SUMS.items()
        for group, sectors in GROUPS.items()
    ]


def _check_complete(runs: list[Run], months: list[dt.date], monthly: pl.DataFrame) -> None:
    counts = dict(monthly.group_by("run").len().iter_rows())
    for position, run in enumerate(runs):
        if counts.get(position, 0) != len(months):
            raise UserError(f"{run.path} holds {counts.get(position, 0)} months instead of {len(months)}: run it again.")


def _cube(frame: pl.DataFrame, n_runs: int, axes: dict[str, tuple[str, ...]], value: str) -> np.ndarray:
    """Dense array (n_runs, *axes) of a long table; cells that are absent are zero, keys outside the axes (no sector) are dropped."""
    cube = np.zeros((n_runs, *(len(keys) for keys in axes.values())))
    frame = frame.with_columns(pl.col(name).cast(pl.String) for name in axes)
    for name, keys in axes.items():
        frame = frame.filter(pl.col(name).is_in(keys)).with_columns(pl.col(name).cast(pl.Enum(keys)).to_physical())
    index = tuple(frame[name].to_numpy() for name in ("run", *axes))
    cube[index] = frame[value].to_numpy()
    return cube
