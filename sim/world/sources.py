"""Read the data of ``sim/world/nl``: typed, checked, in the order of the model's codes.

Every file is described in ``nl/PROVENANCE.csv``. Readers return plain arrays whose axes are the codes of `sim.codes`; a missing file,
column, code or total is an error that says which.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from sim.codes import PROVINCES, SECTORS, month_index
from sim.config.errors import UserError

FOLDER = Path(__file__).parent / "nl"
STARTS = ("2015-01", "2023-10")
"""Months for which a population can be built: the data to fit it to exist for these."""
SECTIONS = tuple(key for key in SECTORS if key != "DEF")
"""SBI 2008 sections as published; section O includes defence."""
AGE_CLASSES = tuple(range(15, 75, 5))
"""First ages of the 12 five-year classes 15-19 ... 70-74."""
A10_GROUPS = {
    "A": ("A",), "BE": ("B", "C", "D", "E"), "FZ": ("F",), "GI": ("G", "H", "I"), "JZ": ("J",), "KZ": ("K",), "LZ": ("L",),
    "MN": ("M", "N"), "OPQ": ("O", "DEF", "P", "Q"), "RSU": ("R", "S"),
}  # fmt: skip
"""Groups of sections in the regional job tables."""


def register_year(start: str) -> str:
    """Year of the employee register that a start is fitted to: 2022 for 2023-10 (the last before the check data), 2015 for 2015-01."""
    return {"2015-01": "2015", "2023-10": "2022"}[start]


def check_start(start: str) -> None:
    """Raise `UserError` unless a population can be built for `start`."""
    if start not in STARTS:
        raise UserError(f"population.start={start}: the population can be built for {' or '.join(STARTS)} only; nearest: {nearest(start)}")


def nearest(start: str) -> str:
    """The start closest in time.

    >>> nearest("2016-05"), nearest("2024-01")
    ('2015-01', '2023-10')
    """
    try:
        month = month_index(start)
    except ValueError:
        return STARTS[-1]
    return min(STARTS, key=lambda label: abs(month_index(label) - month))


@cache
def read(name: str, columns: tuple[str, ...] = ()) -> pl.DataFrame:
    """A file of the data folder; `columns` must be there."""
    path = FOLDER / name
    if not path.exists():
        raise UserError(f"data file {path} is missing; reinstall the package")
    frame = pl.read_csv(path, infer_schema_length=None)
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise UserError(f"data file {path} has no column {', '.join(missing)}; it has {', '.join(frame.columns)}")
    return frame


def data_digest() -> str:
    """SHA-256 of all data files, names and bytes."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.csv")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _facts() -> dict[tuple[str, str], float]:
    frame = read("facts.csv", ("key", "start", "value", "unit", "grade", "source"))
    return {(row["key"], row["start"] or ""): float(row["value"]) for row in frame.iter_rows(named=True)}


def fact(key: str, start: str = "") -> float:
    """A national figure or assumption of ``facts.csv``; for figures that differ by start, the one of that start.

    >>> fact("care_reservists", "2023-10")
    3200.0
    """
    facts = _facts()
    for name in ((key, start), (key, "")):
        if name in facts:
            return facts[name]
    raise UserError(f"facts.csv has no figure {key!r} for start {start!r}; it has {', '.join(sorted({k for k, _ in facts}))}")


def profile(name: str, ages: np.ndarray, start: str = "", category: str = "") -> np.ndarray:
    """A profile by age of ``profiles.csv``, linear between the ages given, flat outside.

    Parameters
    ----------
    ages : (n,) - ages in years.

    Returns
    -------
    (n,) float64 - the values.
    """
    frame = read("profiles.csv", ("profile", "start", "category", "age_from", "value"))
    for when in (start, ""):
        rows = frame.filter(
            (pl.col("profile") == name) & (pl.col("start").fill_null("") == when) & (pl.col("category").fill_null("") == category)
        ).sort("age_from")
        if rows.height:
            return np.interp(ages, rows["age_from"].to_numpy(), rows["value"].to_numpy())
    raise UserError(f"profiles.csv has no profile {name!r}, category {category!r}, for start {start!r}")


def profile_class(name: str, start: str = "", category: str = "") -> np.ndarray:
    """(12,) float64 - a profile at the first age of each five-year class."""
    return profile(name, np.array(AGE_CLASSES), start, category)


def by_section(name: str, column: str, year: str | None = None) -> np.ndarray:
    """(19,) float64 - a column of a file by SBI section, in the order of `SECTIONS`."""
    frame = read(name, ("sector", column))
    if year is not None:
        frame = frame.filter(pl.col("year") == int(year))
    values = dict(zip(frame["sector"], frame[column], strict=True))
    missing = [key for key in SECTIONS if key not in values]
    if missing:
        raise UserError(f"data file {name} has no {column} for {', '.join(missing)} in {year}")
    return np.array([float(values[key]) for key in SECTIONS])


def by_province(name: str, column: str) -> np.ndarray:
    """(12,) float64 - a column of a file by province, in the order of `PROVINCES`."""
    frame = read(name, ("province", column))
    values = dict(zip(frame["province"], frame[column], strict=True))
    return np.array([float(values[key]) for key in PROVINCES])


def population(year: int) -> np.ndarray:
    """(2, 77) float64 - persons on 1 January by sex and age 0-76."""
    frame = read("population.csv", ("year", "age", "male", "female")).filter(pl.col("year") == year).sort("age")
    if frame["age"].to_list() != list(range(77)):
        raise UserError(f"population.csv has no complete year {year}")
    return frame.select("male", "female").to_numpy().T.astype(np.float64)


def jobs_by_age(column: str, year: str) -> np.ndarray:
    """(19, 12) float64 - jobs, wage or hours by section and age class as published (65-74 is one class, the last is 75 and over)."""
    frame = read("employee_jobs_by_age.csv", ("sector", "year", "age_from", column)).filter(pl.col("year") == int(year))
    table = frame.sort("age_from").pivot(on="age_from", index="sector", values=column)
    rows = {row[0]: row[1:] for row in table.iter_rows()}
    return np.array([rows[key] for key in SECTIONS], dtype=np.float64)


def jobs_by_province(column: str) -> np.ndarray:
    """(10, 12) float64 - thousand employee jobs by A10 group and province of work."""
    frame = read("jobs_by_province.csv", ("province", "a10", column))
    values = {(row["a10"], row["province"]): row[column] for row in frame.iter_rows(named=True)}
    return np.array([[values[group, name] for name in PROVINCES] for group in A10_GROUPS], dtype=np.float64)


def hours_classes() -> np.ndarray:
    """(19, 6) float64 - thousand employee jobs by section and class of weekly hours, 2022."""
    frame = read("hours_classes.csv")
    rows = {row[0]: row[1:] for row in frame.iter_rows()}
    return np.array([rows[key] for key in SECTIONS], dtype=np.float64)


def sector_shape(column: str) -> np.ndarray:
    """(20,) float64 - a column of ``sector_shapes.csv`` by sector."""
    frame = read("sector_shapes.csv", ("sector", column))
    values = dict(zip(frame["sector"], frame[column], strict=True))
    return np.array([float(values[key]) for key in SECTORS])
