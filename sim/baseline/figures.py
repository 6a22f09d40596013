"""Figures of several seeds, as a baseline keeps them: one readable CSV, a line per figure and a column per seed.

The first line says in JSON with which settings they were made, so that figures of other settings are not compared. Values are rounded to
six significant digits when they are measured: what is stored and what is measured later are rounded alike, so rounding moves nothing.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sim.baseline.store import damaged, text_of
from sim.config.errors import UserError

DIGITS = 6
HEADING = ("of", "figure", "unit")
SEED = re.compile(r"[0-9]{1,18}")

Name = tuple[str, str]
"""What a figure is of (a target, a scenario), and which figure."""


@dataclass(frozen=True)
class Figure:
    """One figure. unit : of the values. values : by seed; a seed in which the figure is not defined is absent."""

    unit: str
    values: Mapping[int, float]


@dataclass(frozen=True)
class Figures:
    """What was measured.

    Attributes
    ----------
    settings : what figures must share to be compared. seeds : all that were simulated, increasing. figures : in a fixed order.
    failed : what could not be measured -> what went wrong.
    """

    settings: Mapping[str, Any]
    seeds: tuple[int, ...]
    figures: Mapping[Name, Figure]
    failed: Mapping[str, str] = field(default_factory=dict)

    def values(self, name: Name, seeds: Iterable[int]) -> np.ndarray:
        """(n_seeds,) float64 - a figure, NaN where it is not defined."""
        return np.array([self.figures[name].values.get(seed, math.nan) for seed in seeds], np.float64)


def rounded(value: float) -> float:
    """A value as it is kept.

    >>> rounded(1234567.89), rounded(-0.0000012345678), rounded(-0.0)
    (1234570.0, -1.23457e-06, 0.0)
    """
    return float(f"{value:.{DIGITS}g}") + 0.0


def figure(unit: str, values: Mapping[int, float | None]) -> Figure:
    """A figure of values as simulated; what is not a finite number is left out."""
    return Figure(unit, {seed: rounded(value) for seed, value in values.items() if value is not None and math.isfinite(value)})


def write(found: Figures, path: Path) -> None:
    """Write the file; the same figures give the same bytes.

    Raises
    ------
    UserError
        Something failed: a baseline with holes is none.
    """
    if found.failed:
        what, why = next(iter(found.failed.items()))
        raise UserError(f"{len(found.failed)} of the scenarios failed, so there is nothing to store; the first, {what}: {why}")
    text = io.StringIO()
    text.write(f"# {json.dumps(dict(found.settings), ensure_ascii=False)}\n")
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*HEADING, *found.seeds])
    for name, of in found.figures.items():
        table.writerow([*name, of.unit, *(f"{of.values[seed]:.{DIGITS}g}" if seed in of.values else "" for seed in found.seeds)])
    path.write_text(text.getvalue(), encoding="utf-8")


def read(path: Path) -> Figures:
    """Read the file.

    Raises
    ------
    NoBaseline
        It is missing, or not as it was written; the message says which line.
    """
    first, _, rest = text_of(path).partition("\n")
    try:
        settings = json.loads(first.removeprefix("# "))
        lines = list(csv.reader(io.StringIO(rest), strict=True))
    except (ValueError, RecursionError, csv.Error) as error:
        raise damaged(path, str(error)) from None
    heading = lines[0] if lines else []
    n = len(HEADING)
    if not isinstance(settings, dict) or tuple(heading[:n]) != HEADING or not all(map(SEED.fullmatch, heading[n:])):
        raise damaged(path, f"it should begin with settings and {','.join(HEADING)},1,2,3")
    seeds = tuple(int(text) for text in heading[n:])
    if not seeds or list(seeds) != sorted(set(seeds)):
        raise damaged(path, "the seeds in its second line should increase")
    found: dict[Name, Figure] = {}
    for number, line in enumerate(lines[1:], start=3):
        if len(line) != len(heading) or not line[0] or (name := (line[0], line[1])) in found:
            raise damaged(path, f"line {number}: {len(heading)} cells expected, and a figure that stands once")
        found[name] = Figure(line[2], _values(path, number, seeds, line[n:]))
    return Figures(settings, seeds, found)


def _values(path: Path, number: int, seeds: Iterable[int], cells: Iterable[str]) -> dict[int, float]:
    try:
        values = {seed: float(cell) for seed, cell in zip(seeds, cells, strict=True) if cell}
    except ValueError as error:
        raise damaged(path, f"line {number}: {error}") from None
    if not all(map(math.isfinite, values.values())):
        raise damaged(path, f"line {number}: a value is not a finite number")
    return values
