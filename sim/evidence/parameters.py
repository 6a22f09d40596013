"""Every number that steers behaviour: value, range, unit, grade of the evidence, source. The table is ``parameters.csv`` beside this file.

A path is ``line_of_the_month.name`` or ``policies.policy.name``. Code asks for values by path and never holds a number of its own.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.config.errors import UserError, unknown

TABLE = Path(__file__).with_name("parameters.csv")

GRADES = ("RCT", "statute", "quasi-experimental", "descriptive", "expert")
"""From strong to weak."""
STATUSES = ("evidence", "calibrated", "uncalibrated", "assumption")


@dataclass(frozen=True)
class Parameter:
    """One row of the table."""

    path: str
    meaning: str
    central: float
    low: float
    high: float
    unit: str
    grade: str
    population: str
    source: str
    status: str

    @property
    def is_assumption(self) -> bool:
        """True when no data stand behind the central value."""
        return self.status == "assumption"


@cache
def load_parameters() -> dict[str, Parameter]:
    """All parameters by path; raises ValueError on a row without unit, source or a known grade, or with its value outside its range."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    parameters = {}
    for row in rows:
        numbers = {name: float(row[name]) for name in ("central", "low", "high")}
        parameter = Parameter(**{**row, **numbers})  # type: ignore[arg-type]
        _check(parameter)
        if parameter.path in parameters:
            raise ValueError(f"parameters.csv: {parameter.path} stands twice")
        parameters[parameter.path] = parameter
    return parameters


def _check(p: Parameter) -> None:
    if not (p.unit and p.source and p.meaning):
        raise ValueError(f"parameters.csv: {p.path} needs a meaning, a unit and a source")
    if p.grade not in GRADES or p.status not in STATUSES:
        raise ValueError(f"parameters.csv: {p.path} has grade {p.grade!r}, status {p.status!r}; known: {GRADES}, {STATUSES}")
    if not p.low <= p.central <= p.high:
        raise ValueError(f"parameters.csv: {p.path} has its central value {p.central} outside {p.low}..{p.high}")


class Values:
    """Values of one group of parameters as attributes: ``values.callback_rate``.

    >>> Values("matching", {"callback_rate": 0.25}).callback_rate
    0.25
    """

    def __init__(self, group: str, overrides: Mapping[str, float] | None = None) -> None:
        """Central values of the group ``group.*``, with `overrides` by name; UserError for an unknown or impossible one."""
        known = {path.removeprefix(f"{group}."): p for path, p in load_parameters().items() if path.startswith(f"{group}.")}
        self._values = {name: p.central for name, p in known.items()}
        for name, value in (overrides or {}).items():
            if name not in known:
                raise unknown(f"parameter of {group}", name, known)
            if not math.isfinite(value):
                raise UserError(f"parameters.{group}.{name} must be a finite number ({known[name].unit}), got {value}")
            self._values[name] = float(value)

    def __getattr__(self, name: str) -> float:
        values = self.__dict__.get("_values", {})
        if name in values:
            return float(values[name])
        raise AttributeError(f"no parameter {name!r}; known: {', '.join(values)}")
