"""Which numbers are varied, and the values they take: rows of the evidence table with a range, as places from 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np

from sim.config.errors import UserError
from sim.config.schema import SimConfig
from sim.config.wording import nearest
from sim.evidence.belief import quantile
from sim.evidence.parameters import Parameter, load_parameters

if TYPE_CHECKING:
    from sim.policies.base import Policy

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
        """Value at a share of what is believed of the row (`sim.evidence.belief`)."""
        return self.tidy(float(quantile(self.row, np.array(place))))

    def tidy(self, value: float) -> float:
        """`value` to `DIGITS` digits, or whole, inside the range."""
        value = float(round(value)) if self.is_whole else float(f"{value:.{DIGITS}g}")
        return min(max(value, self.row.low), self.row.high)


def chosen(patterns: Sequence[str], scenarios: Sequence[SimConfig], place: str) -> tuple[Factor, ...]:
    """The rows that `patterns` name among those that a run of `scenarios` reads, in the order of the table.

    What the policy maker decides (`sim.policies.base.choice`) is varied when it is named in full only.

    Parameters
    ----------
    place : where the patterns stand, for messages.

    Raises
    ------
    UserError : a pattern names nothing that can be varied; it says why.
    """
    free = readable(scenarios)
    found = {pattern: {path for path, is_choice in free.items() if fits(path, pattern, is_choice)} for pattern in patterns}
    for pattern, paths in found.items():
        if not paths:
            raise UserError(f"{place}: sensitivity.parameters: {why_not(pattern, scenarios)}")
    return tuple(Factor(load_parameters()[path], is_whole(path)) for path in free if any(path in paths for paths in found.values()))


def fits(path: str, pattern: str, is_choice: bool) -> bool:
    """Whether a pattern means a row."""
    return path == pattern if is_choice else pattern == ALL or fnmatchcase(path, pattern)


def readable(scenarios: Sequence[SimConfig]) -> dict[str, bool]:
    """Rows with a range that a run of any of `scenarios` reads and that nobody set, and whether they are choices; what is set is none."""
    return {
        path: is_choice(path)
        for path, row in load_parameters().items()
        if row.low < row.high and not is_read_later(path) and any(is_read(path, config) for config in scenarios)
    }


def known() -> Mapping[str, type[Policy]]:
    """The policies by name; they are imported when they are needed."""
    from sim.policies.registry import POLICIES

    return POLICIES


def is_choice(path: str) -> bool:
    """Whether a row is what a policy maker decides, so that its range is one of choices and not of doubt."""
    policy, name = of_policy(path)
    return bool(policy) and name not in known()[policy].uncertain({})


def is_whole(path: str) -> bool:
    """Whether a policy takes whole numbers only for a row."""
    policy, name = of_policy(path)
    return bool(policy) and known()[policy].model_fields[name].annotation is int


def of_policy(path: str) -> tuple[str, str]:
    """Policy and parameter of a row; empty for behaviour."""
    return (path.split(".")[1], path.split(".")[2]) if path.startswith(POLICIES) else ("", "")


def is_read(path: str, config: SimConfig) -> bool:
    """Whether a configuration reads a row that nobody set; `config` has all parameters of its policies written out."""
    policy, name = of_policy(path)
    if policy:
        return bool(config.policies.get(policy, {}).get(name) == load_parameters()[path].central)
    group, _, name = path.partition(".")
    return name not in config.parameters.get(group, {})


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
    if all(of_policy(path)[0] and not any(of_policy(path)[0] in config.policies for config in scenarios) for path in matched):
        return f"'{pattern}' is of a policy that none of the scenarios {names} has."
    if all(is_read_later(path) for path in matched):
        return f"'{pattern}' is only used to count results; no run depends on it."
    if all(rows[path].low == rows[path].high for path in matched):
        return f"'{pattern}' has no range in the evidence table, so it is not uncertain."
    if all(is_choice(path) for path in matched):
        return f"'{pattern}' is what a policy maker decides, not a doubt; name such a parameter in full to vary it: {matched[0]}."
    return f"'{pattern}' is set by a scenario or on the command line: a decision, not a doubt."
