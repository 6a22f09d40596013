"""Read a Parquet file that may not be one of ours: so many rows at most, and what goes wrong with other columns is known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sim.runs.record import BrokenRun

MOST_ROWS = 5_000_000
"""Of one table of a run: the largest, 20 years of people by month, sector, province, age and state, has half a million. A file of some
kilobytes can stand for any number of equal rows; no more than this are unpacked. What one page of a column unpacks to is not limited
here (Parquet allows 2 GB)."""
MOST_DAYS = 366 * 1000
"""Between the first and the last month of a table."""
UNLIKE_OURS = (ValueError, TypeError, KeyError, IndexError, OverflowError, AssertionError, ZeroDivisionError)
"""What Python and NumPy say of columns that hold something else than those of a run."""


def rows_of(file: Path, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The rows of a file; raises `BrokenRun` when there are more than `MOST_ROWS`."""
    names = list(columns) if columns is not None else None
    frame = pl.read_parquet(file, columns=names, n_rows=MOST_ROWS + 1, hive_partitioning=False, glob=False)
    if frame.height > MOST_ROWS:
        raise BrokenRun(f"{file} has more than {MOST_ROWS:,} rows: it was not written by this program. Remove the folder.", file.parent)
    return frame
