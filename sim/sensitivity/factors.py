"""Which numbers are varied, and the values they take: rows of the evidence table with a range, as places from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np

from sim.config.errors import UserError
from sim.config.schema import SimConfig
from sim.config.wording import nearest
from sim.evidence.parameters import Parameter, load_parameters
from sim.evidence.pert import quantile

ALL = "all"
POLICIES = "policies."
DIGITS = 6
"""Digits of a value at a point, so that a configuration can be read."""


@dataclass(frozen=True)
class Factor:
    """One row that is varied; `is_whole` when the policy takes whole numbers only."""

    row: Parameter
    is_whole: bool = False

    @property
    def path(self) -> str:
        """Path of the row."""
        return self.row.path

    @property
    def group(self) -> str:
        """Grade of the evidence."""
        return self.row.grade

    def even(self, place: float) -> float:
        """Value at a place of the range, all parts of which count the same."""
        return self.tidy(self.row.low + place * (self.row.high - self.row.low))

    def likely(self, place: float) -> float:
        """Value at a share of the distribution of the row (`sim.evidence.pert`)."""
        return self.tidy(float(quantile(self.row, np.array(place))))

    def tidy(self, value: float) -> float:
        """`value` to `DIGITS` digits, or whole, inside the range."""
        value = float(round(value)) if self.is_whole else float(f"{value:.{DIGITS}g}")
        return min(max(value, self.row.low), self.row.high)


def chosen(patterns: Sequence[str], scenarios: Sequence[SimConfig], place: str) -> tuple[Factor, ...]:
    """The rows that `patterns` name among those that a run of `scenarios` reads, in the order of the table.

    Parameters
    ----------
    place : where the patterns stand, for messages.

    Raises
    ------
    UserError : a pattern names nothing that can be varied; it says why.
    """
    free = uncertain(scenarios)
    for pattern in patterns:
        if pattern != ALL and not any(fnmatchcase(path, pattern) for path in free):
            raise UserError(f"{place}: sensitivity.parameters: {why_not(pattern, scenarios)}")
    found = {path: factor for path, factor in free.items() if any(pattern == ALL or fnmatchcase(path, pattern) for pattern in patterns)}
    return tuple(found.values())


def uncertain(scenarios: Sequence[SimConfig]) -> dict[str, Factor]:
    """Rows with a range that a run of any of `scenarios` reads and that nobody set: what is set is a decision, not a doubt."""
    from sim.policies.registry import POLICIES as KNOWN

    found = {}
    for path, row in load_parameters().items():
        if row.low == row.high or is_read_later(path):
            continue
        if any(is_read(path, config) for config in scenarios):
            _, policy, name = path.split(".") if path.startswith(POLICIES) else ("", "", "")
            found[path] = Factor(row, bool(policy) and KNOWN[policy].model_fields[name].annotation is int)
    return found


def is_read(path: str, config: SimConfig) -> bool:
    """Whether a configuration reads a row that nobody set; `config` has all parameters of its policies written out."""
    if not path.startswith(POLICIES):
        group, _, name = path.partition(".")
        return name not in config.parameters.get(group, {})
    _, policy, name = path.split(".")
    return bool(config.policies.get(policy, {}).get(name) == load_parameters()[path].central)


def is_read_later(path: str) -> bool:
    """Whether a row is read when results are counted (prices, surveys), so that no run depends on it."""
    return path.startswith(("budget.", "pilots."))


def why_not(pattern: str, scenarios: Sequence[SimConfig]) -> str:
    """Why a pattern names nothing that can be varied."""
    rows = load_parameters()
    matched = [path for path in rows if fnmatchcase(path, pattern)]
    names = ", ".join(config.scenario.name for config in scenarios)
    if not matched:
        return f"unknown parameter '{pattern}'{nearest(pattern, rows)} See `sim list parameters`."
    if all(path.startswith(POLICIES) and not any(path.split(".")[1] in config.policies for config in scenarios) for path in matched):
        return f"'{pattern}' is of a policy that none of the scenarios {names} has."
    if all(is_read_later(path) for path in matched):
        return f"'{pattern}' is only used to count results; no run depends on it."
    if all(rows[path].low == rows[path].high for path in matched):
        return f"'{pattern}' has no range in the evidence table, so it is not uncertain."
    return f"'{pattern}' is set by a scenario or on the command line: a decision, not a doubt."
