"""Columns with a declared meaning, and tables made of them.

A table is a struct of arrays. Every column says its type, its unit, what it means and which line of the month writes it; the same
declaration allocates it, checks it and documents it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Column:
    """One column: what a number in it means.

    Parameters
    ----------
    dtype : NumPy type name; unsigned for codes (no sign check when used as an index).
    unit : unit of a value, or the code list it indexes.
    doc : one line.
    writer : line of the month that writes it ("world" = only when the world is built), or the stated reason for more than one.
    fill : value of a new row.
    """

    dtype: str
    unit: str
    doc: str
    writer: str
    fill: int = 0


class Table:
    """A struct of arrays with declared columns; rows never move, so ``row == id`` for the life of a run.

    >>> class Dots(Table):
    ...     columns = {"x": Column("int16", "cells", "position", "world")}
    >>> dots = Dots(3)
    >>> dots.x.tolist(), len(dots)
    ([0, 0, 0], 3)
    """

    columns: ClassVar[dict[str, Column]] = {}

    def __init__(self, n_rows: int, values: Mapping[str, np.ndarray] | None = None, *, adopt: bool = False) -> None:
        """Allocate `n_rows` rows of fill values, and put `values` (name -> array of length `n_rows`) in their place.

        With `adopt` the table takes over those arrays of `values` that have the declared type instead of copying them.
        """
        self.n_rows = n_rows
        given = {name: self._checked(name, array) for name, array in (values or {}).items()}
        self._arrays: dict[str, np.ndarray] = {}
        for name, column in self.columns.items():
            array = given.get(name)
            if array is not None and adopt and array.dtype == column.dtype and array.flags.c_contiguous and array.flags.writeable:
                self._arrays[name] = array
            elif array is not None:
                self._arrays[name] = array.astype(column.dtype)
            else:
                self._arrays[name] = np.full(n_rows, column.fill, dtype=column.dtype)

    def _checked(self, name: str, array: np.ndarray) -> np.ndarray:
        if name not in self.columns:
            raise KeyError(f"{type(self).__name__} has no column {name!r}; it has {', '.join(self.columns)}")
        if np.shape(array) != (self.n_rows,):
            raise ValueError(f"{type(self).__name__}.{name} needs {self.n_rows} values, got shape {np.shape(array)}")
        info = np.iinfo(self.columns[name].dtype)
        if len(array) and (int(np.min(array)) < info.min or int(np.max(array)) > info.max):
            raise ValueError(f"{type(self).__name__}.{name}: values do not fit {self.columns[name].dtype}")
        return np.asarray(array)

    def __getitem__(self, name: str) -> np.ndarray:
        return self._arrays[name]

    def __getattr__(self, name: str) -> np.ndarray:
        arrays = self.__dict__.get("_arrays")
        if arrays is not None and name in arrays:
            return arrays[name]
        raise AttributeError(f"{type(self).__name__} has no column or attribute {name!r}")

    def __len__(self) -> int:
        return self.n_rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def copy(self) -> Table:
        """An independent table with the same values."""
        return type(self)(self.n_rows, self._arrays)

    @property
    def nbytes(self) -> int:
        """Bytes of all columns."""
        return sum(array.nbytes for array in self._arrays.values())

    def update_digest(self, digest: Any) -> None:
        """Feed every column, name and bytes, to a hashlib object."""
        for name in sorted(self._arrays):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(self._arrays[name]).data)

    def digest(self) -> str:
        """SHA-256 of all columns."""
        digest = hashlib.sha256()
        self.update_digest(digest)
        return digest.hexdigest()

    def to_polars(self, *names: str) -> pl.DataFrame:
        """The named columns (default: all) as a Polars frame, without copying."""
        return pl.DataFrame({name: self._arrays[name] for name in names or self._arrays})

    @classmethod
    def describe(cls) -> pl.DataFrame:
        """One row per column: name, type, unit, writer, meaning."""
        rows = [(name, c.dtype, c.unit, c.writer, c.doc) for name, c in cls.columns.items()]
        return pl.DataFrame(rows, schema=["column", "type", "unit", "written by", "meaning"], orient="row")
