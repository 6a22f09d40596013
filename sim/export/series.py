"""Sheets of levels over time: key metrics, and the shortage of every sector, over the seeds of a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from sim.analysis.contrast import Comparison
from sim.analysis.foreign import refuse_unlike_ours
from sim.analysis.intervals import Interval, difference
from sim.analysis.metrics import METRICS
from sim.analysis.open_runs import scan
from sim.codes import SECTORS
from sim.export.effects import WHO, who, years
from sim.export.sheet import ADAPTIVE, MONTH, WHOLE, YEAR, Cell, Column, Material, Row, Sheet, number, three, with_interval

QUANTILES = (0.05, 0.95)
SHORTAGE = "shortage_fte"


def levels(of: Material, *, by_month: bool) -> Sheet:
    """Scenario by metric and calendar year, or by month; what is not defined is left out."""
    months = of.comparison.frames.months
    when = Column("month", "", MONTH) if by_month else Column("year", "", YEAR)
    spread = (Column("level", "", ADAPTIVE), Column("p05", "", ADAPTIVE), Column("p95", "", ADAPTIVE), Column("runs", "", WHOLE))
    columns = (*WHO, Column("metric"), Column("unit"), when, *(() if by_month else (Column("months", "", WHOLE),)), *spread)
    periods: dict[Cell, list[int]] = {}
    for period, here in ((month, [n]) for n, month in enumerate(months)) if by_month else years(months).items():
        periods[period] = here
    return Sheet("levels_by_month" if by_month else "levels", columns, list(_levels(of, periods, by_month)))


def _levels(of: Material, periods: Mapping[Cell, list[int]], by_month: bool) -> Iterator[Row]:
    comparison = of.comparison
    for name, positions in comparison.positions.items():
        runs = list(positions.values())
        for column, (key, metric) in enumerate(METRICS.items()):
            start = (*who(of, name), of.report.metric_label(key), of.report.unit(metric.unit))
            values = comparison.values[runs, :, column]
            for period, here in periods.items():
                found = values[:, here].mean(axis=1)
                found = found[np.isfinite(found)]
                if found.size:
                    yield (*start, period, *(() if by_month else (len(here),)), *over_seeds(found))


def over_seeds(values: np.ndarray) -> tuple[float, float, float, int]:
    """Mean over the runs, the values that 5 and 95 % of them lie below, and their number."""
    low, high = np.quantile(values, QUANTILES)
    return float(values.mean()), float(low), float(high), len(values)


def shortage(of: Material) -> Sheet:
    """Scenario by sector and calendar year: the level, and the paired difference with the reference."""
    comparison = of.comparison
    columns = (
        *WHO,
        Column("sector"),
        Column("sector_name"),
        Column("year", "", YEAR),
        Column("months", "", WHOLE),
        Column("shortage", "fte", WHOLE),
        Column("p05", "fte", WHOLE),
        Column("p95", "fte", WHOLE),
        Column("runs", "", WHOLE),
        *with_interval("year_shortage", "fte"),
    )
    cube = shortage_by_sector(comparison)
    repeated = {result.name: comparison.repetitions(result.name) for result in comparison.scenarios}
    rows: list[Row] = []
    for name, positions in comparison.positions.items():
        for code, sector in enumerate(SECTORS):
            for at, (year, here) in enumerate(years(comparison.frames.months).items()):
                mean, low, high, n = over_seeds(cube[list(positions.values()), code, at])
                change: Interval | None = None
                if name in repeated:
                    base, other = comparison.rows(name)
                    change = repeated[name].interval(difference(cube[other, code, at], cube[base, code, at]))
                start = (*who(of, name), sector, of.report(f"sectors.{sector}"), year, len(here))
                rows.append((*start, number(mean), number(low), number(high), n, *three(change)))
    return Sheet("shortage", columns, rows)


def shortage_by_sector(comparison: Comparison) -> np.ndarray:
    """(n_runs, n_sectors, n_years) float64 - shortage in FTE, mean of the months of the year.

    The files are summed one after the other by Polars' streaming engine, so memory does not grow with the number of runs.
    """
    frames = comparison.frames
    by_year = years(frames.months)
    about = pl.DataFrame({"run": range(len(frames.runs))}, schema={"run": pl.Int64})
    folders = [run.path for run in frames.runs]
    asked = (
        scan(folders, "market", about)
        .filter(pl.col("month").is_between(frames.months[0], frames.months[-1]), pl.col("sector").cast(pl.String).is_in(SECTORS))
        .group_by("run", pl.col("sector").cast(pl.String), pl.col("month").dt.year().alias("year"))
        .agg(pl.col(SHORTAGE).sum())
    )
    try:
        sums = asked.collect(engine="streaming")
    except pl.exceptions.PolarsError as error:
        refuse_unlike_ours((folder / "market.parquet" for folder in folders), error)
    cube = np.zeros((len(frames.runs), len(SECTORS), len(by_year)))
    sector = sums["sector"].cast(pl.Enum(SECTORS)).to_physical().to_numpy()
    year = sums["year"].to_numpy() - min(by_year)
    cube[sums["run"].to_numpy(), sector, year] = sums[SHORTAGE].to_numpy()
    return cube / np.array([len(here) for here in by_year.values()])
