"""Read a Parquet file that may not be one of ours: so many rows at most, and what goes wrong with other columns is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import polars as pl

from sim.analysis.columns import schema
from sim.config.visible import shortened
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
    """The rows of a file of a run; raises `BrokenRun` for more than `MOST_ROWS`, or a column of another kind than `columns.schema` says."""
    names = list(columns) if columns is not None else None
    frame = pl.read_parquet(file, columns=names, n_rows=MOST_ROWS + 1, hive_partitioning=False, glob=False)
    if frame.height > MOST_ROWS:
        raise BrokenRun(f"{file} has more than {MOST_ROWS:,} rows: it was not written by this program. Remove the folder.", file.parent)
    for name, expected in schema(file.stem).items():
        if name in frame.columns and kind_of(frame.schema[name]) != kind_of(expected):
            said = f"{file}: column {name} holds {shortened(str(frame.schema[name]), 60)}, not {expected}"
            raise BrokenRun(f"{said}: it was not written by this program. Remove the folder.", file.parent)
    return frame


def kind_of(dtype: pl.DataType) -> str:
    """What matters of a type: numbers may be shorter or longer, words coded or not."""
    if dtype.is_numeric():
        return "number"
    return "words" if isinstance(dtype, pl.Categorical | pl.Enum | pl.String) else str(dtype)


def refuse_unlike_ours(files: Iterable[Path], error: Exception) -> NoReturn:
    """Name the first of some tables that cannot be scanned beside the others, after Polars said `error`; raises `BrokenRun` or `error`."""
    for file in files:
        ours = schema(file.stem)
        for name, dtype in pl.read_parquet_schema(file).items():
            if name in ours and dtype != ours[name]:
                said = f"{file}: column {name} holds {shortened(str(dtype), 60)}, not {ours[name]}"
                raise BrokenRun(f"{said}: it was not written by this program. Remove the folder.", file.parent) from None
    raise error
