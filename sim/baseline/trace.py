"""The trace: everything that changed in the tables of the state in a small run, after every line of every month, in one small file.

With it two versions can be compared step by step without having both: the stored one lies in the file, the present one is made anew.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.baseline.store import MOST_BYTES, damaged, missing
from sim.codes import month_date

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.phases.base import Phase

TABLES = ("people", "employers", "institutes", "vacancies")
COUNT = "vacancies.count"
"""How many openings there are: the one table whose rows come and go. Written as the only row of a column of its own, before the others."""
PLANES = {"step": 4, "column": 2, "row": 4, "value": 8}
"""Bytes of a number of each array."""
DAMAGE = (
    OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, EOFError, RuntimeError, MemoryError,
    zipfile.BadZipFile, lzma.LZMAError, zlib.error, struct.error,
)  # fmt: skip
"""What reading a file that is not, or no longer, a trace can raise."""


@dataclass(frozen=True)
class Trace:
    """Changes in order of step, column and row.

    Attributes
    ----------
    of : the run it is of. opening : month before the first traced (months since January 1900). phases : lines of a month, in order.
    columns : ``table.column``, in order. step : (n,) int64 - 0: the world before the first month; then one for every line of every month.
    column : (n,) int64 - place in `columns`. row : (n,) int64. value : (n,) int64 - after the step; uint64 columns as their bits.
    """

    of: str
    opening: int
    phases: tuple[str, ...]
    columns: tuple[str, ...]
    step: np.ndarray
    column: np.ndarray
    row: np.ndarray
    value: np.ndarray

    def where(self, step: int) -> tuple[str, str]:
        """Month (``2023-10``) and line of a step; the month before the first, and ``world``, for step 0."""
        if step == 0:
            return f"{month_date(self.opening):%Y-%m}", "world"
        month, line = divmod(step - 1, len(self.phases))
        return f"{month_date(self.opening + 1 + month):%Y-%m}", self.phases[line]

    def digest(self) -> str:
        """SHA-256 of all of it."""
        digest = hashlib.sha256(repr((self.of, self.opening, self.phases, self.columns)).encode())
        for name in PLANES:
            digest.update(np.ascontiguousarray(getattr(self, name), dtype="<i8").data)
        return digest.hexdigest()


class Tracer:
    """Writes a trace; give it to `LabourMarket.onlookers`, which changes nothing in the model."""

    def __init__(self, model: LabourMarket, of: str) -> None:
        self.model, self.of, self.opening = model, of, model.month
        self.columns = tuple(name for table in TABLES for name in self._names(table))
        self._last: list[np.ndarray] = [np.empty(0, np.int64)] * len(self.columns)
        self._step = 0
        self._found: list[np.ndarray] = []
        self._note()
        model.onlookers.append(self)

    def _names(self, table: str) -> list[str]:
        count = [COUNT] if COUNT.startswith(table) else []
        return count + [f"{table}.{column}" for column in getattr(self.model, table)]

    def _values(self, name: str) -> np.ndarray:
        table, column = name.split(".")
        if name == COUNT:
            return np.array([len(self.model.vacancies)])
        array = getattr(self.model, table)[column]
        return np.array(array.view(np.int64) if array.dtype == np.uint64 else array, np.int64)  # a copy: the model goes on writing

    def before(self, line: Phase) -> None:
        """Nothing: what changed since the line before is of this one."""

    def after(self, line: Phase) -> None:
        """Take down what changed."""
        self._step += 1
        self._note()

    def _note(self) -> None:
        for k, name in enumerate(self.columns):
            now, last = self._values(name), self._last[k]
            n = min(now.size, last.size)
            rows = np.concatenate([np.flatnonzero(now[:n] != last[:n]), np.arange(n, now.size)])
            if rows.size:
                self._found.append(np.stack([np.full(rows.size, self._step), np.full(rows.size, k), rows, now[rows]]))
            self._last[k] = now

    def trace(self) -> Trace:
        """What was seen so far."""
        step, column, row, value = np.concatenate(self._found, axis=1)
        return Trace(self.of, self.opening, tuple(phase.name for phase in self.model.phases), self.columns, step, column, row, value)


def write(trace: Trace, path: Path) -> None:
    """One ``.npz`` of a few dozen kB. The same trace gives the same bytes.

    Sorted by column, rows as differences, and the bytes of numbers apart by place: what is alike lies together and compresses well.
    """
    order = np.lexsort((trace.row, trace.step, trace.column))
    arrays = {name: np.asarray(getattr(trace, name)[order], np.int64) for name in PLANES}
    for name in ("step", "column", "row"):
        arrays[name] = np.diff(arrays[name], prepend=0)
    heading = {"of": np.array(trace.of), "opening": np.array(trace.opening), "phases": np.array(trace.phases)}
    heading["columns"] = np.array(trace.columns)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as file:
        for name, array in (heading | {name: planes(array, PLANES[name]) for name, array in arrays.items()}).items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, version=(1, 0), allow_pickle=False)
            file.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), content.getvalue(), zipfile.ZIP_LZMA)


def planes(array: np.ndarray, width: int) -> np.ndarray:
    """(n,) int64 as (width, n) uint8: the last byte of every number, then the one before it ..."""
    return np.ascontiguousarray(array.astype(f"<i{width}").view(np.uint8).reshape(-1, width).T)


def numbers(planes: np.ndarray) -> np.ndarray:
    """The opposite of `planes`."""
    return np.ascontiguousarray(planes.T).view(f"<i{planes.shape[0]}").ravel().astype(np.int64)


def read(path: Path) -> Trace:
    """The trace that `write` wrote; `NoBaseline` when it is missing, damaged or something else."""
    try:
        with zipfile.ZipFile(path) as file:
            if sum(entry.file_size for entry in file.infolist()) > 10 * MOST_BYTES:
                raise damaged(path, "too large")
        with np.load(path, allow_pickle=False) as content:
            parts: dict[str, Any] = {name: numbers(content[name]) for name in PLANES}
            parts |= {name: tuple(map(str, content[name])) for name in ("phases", "columns")}
            parts |= {"of": str(content["of"]), "opening": int(content["opening"])}
    except FileNotFoundError:
        raise missing(path) from None
    except DAMAGE as error:
        raise damaged(path, f"{type(error).__name__}: {error}".replace("\n", " ")[:120]) from None
    if len({len(parts[name]) for name in PLANES}) != 1 or not len(parts["step"]) or not parts["phases"]:
        raise damaged(path, "columns of different lengths")
    for name in ("step", "column", "row"):
        parts[name] = np.cumsum(parts[name])
    if not 0 <= parts["column"].min() <= parts["column"].max() < len(parts["columns"]) or min(parts["step"].min(), parts["row"].min()) < 0:
        raise damaged(path, "numbers out of range")
    order = np.lexsort((parts["row"], parts["column"], parts["step"]))
    return Trace(**parts | {name: parts[name][order] for name in PLANES})
