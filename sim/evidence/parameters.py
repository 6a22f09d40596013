"""Every number that steers behaviour: value, range, unit, grade of the evidence, source. The table is ``parameters.csv`` beside this file.

A path is ``line_of_the_month.name`` or ``policies.policy.name``. Code asks for values by path and never holds a number of its own.

The central value of a row that nobody calibrated is a prior. When ``calibrated.yaml`` is there, the result of `sim calibrate`, its value
takes the place of the prior; the range stays.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from sim.config.errors import UserError, unknown

TABLE = Path(__file__).with_name("parameters.csv")
CALIBRATED = Path(__file__).with_name("calibrated.yaml")
"""Result of the last fit that was saved (`sim calibrate --save`, see `sim.calibration.result`); without it the priors hold."""

GRADES = ("RCT", "statute", "quasi-experimental", "descriptive", "expert")
"""From strong to weak."""
STATUSES = ("evidence", "calibrated", "uncalibrated", "assumption")
IDENTIFIED = ("yes", "no", "at bound")


@dataclass(frozen=True)
class Fitted:
    """What a fit says of one parameter.

    Attributes
    ----------
    prior : central value before the fit. spread : standard error of the fitted value, in the unit of the parameter.
    identified : ``yes``; ``no``, the targets do not tell; ``at bound``, they want a value outside the range. date : of the fit.
    """

    prior: float
    spread: float
    identified: str
    date: str


@dataclass(frozen=True)
class Parameter:
    """One row of the table; `fitted` when a calibration gave the central value."""

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
    fitted: Fitted | None = None

    @property
    def is_assumption(self) -> bool:
        """True when no data stand behind the central value."""
        return self.status == "assumption"


@cache
def load_parameters() -> dict[str, Parameter]:
    """All parameters by path, with the values of the last saved fit.

    Raises
    ------
    ValueError
        A row without unit, source or a known grade, or with its value outside its range; a fit that does not go with the table.
    """
    return calibrated(prior_parameters(), CALIBRATED)


@cache
def prior_parameters() -> dict[str, Parameter]:
    """All parameters by path as the table has them, before any fit; raises ValueError as `load_parameters`."""
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


def calibrated(priors: Mapping[str, Parameter], path: Path) -> dict[str, Parameter]:
    """`priors` with the values of the fit in the file `path`, if there is one.

    Raises
    ------
    ValueError
        The file names a parameter that is not free to be fitted, or a value outside its range; it says which.
    """
    if not path.is_file():
        return dict(priors)
    import yaml

    document = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    found = dict(priors)
    for name, entry in document["parameters"].items():
        found[name] = _with_fit(priors, name, entry, str(document["date"]), path.name)
    return found


def _with_fit(priors: Mapping[str, Parameter], name: str, entry: Mapping[str, Any], date: str, file: str) -> Parameter:
    prior = priors.get(name)
    if prior is None or prior.status != "uncalibrated":
        raise ValueError(f"{file}: {name} is not an uncalibrated parameter of parameters.csv; fit again with sim calibrate --save")
    if entry["identified"] not in IDENTIFIED:
        raise ValueError(f"{file}: {name}: identified must be one of {', '.join(IDENTIFIED)}, got {entry['identified']!r}")
    fitted = Fitted(prior.central, float(entry["spread"]), str(entry["identified"]), date)
    ending = {"yes": "", "no": ", not identified", "at bound": ", at its bound"}[fitted.identified]
    source = f"{prior.source} - fitted 2015Q1-2019Q4, {date}{ending}"
    parameter = replace(prior, central=float(entry["value"]), status="calibrated", source=source, fitted=fitted)
    if not parameter.low <= parameter.central <= parameter.high:
        raise ValueError(f"{file}: {name} = {parameter.central} lies outside its range {parameter.low}..{parameter.high}; fit again")
    return parameter


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
