"""Scenarios that differ in one or a few settings, as the points of a grid: what an outcome does along each of those settings.

Grids are found in the configurations that the runs hold, not in names or in the way the runs were asked for: scenarios with the same
policies and the same kind of reference, which differ in numbers, months or words. A point is one scenario against its own reference, so
settings that all scenarios share (the economy, the structure) are axes too. Scenarios that differ in more than `MOST_AXES` settings, or
never in one alone, make lines: along one setting, with the others held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from sim.analysis.runs import BASELINE
from sim.analysis.settings import ECONOMY, NAME_OF_ECONOMY, leaves
from sim.codes import month_index
from sim.config.schema import MONTH_PATTERN
from sim.evidence.parameters import Parameter

if TYPE_CHECKING:
    from sim.analysis.contrast import Comparison, ScenarioResult

NUMBER, MONTH, CHOICE = "number", "month", "choice"
MOST_AXES = 3
"""More settings than a reader can hold in one view; beyond, every setting has lines of its own."""
NOT_AXES = ("scenario", "seed", "seeds", "draw", "draws", "uncertain", "report", "compute", "runs_dir", "threads", "checks")
"""What names or repeats a scenario, and what cannot change a result."""
EVIDENCE, SAMPLE, PARAMETERS = "evidence", "population.seed", "parameters."
ORDER = ("low", "mid", "central", "high")
"""Words that have an order."""
Value = float | int | str
Flat = Mapping[str, Any]
Point = tuple[int, ...]
"""Position along each axis, in numbers of `Axis.values`."""


@dataclass(frozen=True)
class Axis:
    """A setting, and the values at which something was computed, from low to high.

    Attributes
    ----------
    key : dotted key. kind : ``number``; ``month``, with values in months since January 1900; ``choice``, between whose words is nothing.
    """

    key: str
    kind: str
    values: tuple[Value, ...]

    @property
    def is_continuous(self) -> bool:
        """Whether there is anything between two values."""
        return self.kind != CHOICE


@dataclass(frozen=True)
class Grid:
    """Scenarios by their place along the axes; the first axis is the one that charts run along.

    Attributes
    ----------
    fixed : settings held along a line whose scenarios differ from others in them, by dotted key.
    """

    axes: tuple[Axis, ...]
    points: Mapping[Point, ScenarioResult]
    fixed: Mapping[str, Any]

    @property
    def missing(self) -> list[Point]:
        """Combinations of values that were not computed."""
        return [point for point in product(*(range(len(axis.values)) for axis in self.axes)) if point not in self.points]

    @property
    def line(self) -> list[Point]:
        """The points along the first axis with the others held where most of them are computed, from low to high."""
        lines: dict[Point, list[Point]] = defaultdict(list)
        for point in sorted(self.points):
            lines[point[1:]].append(point)
        return max(lines.values(), key=len)


def grids(comparison: Comparison) -> list[Grid]:
    """All grids among the scenarios of a comparison, in the order of the ranking."""
    families: dict[Any, list[tuple[Flat, ScenarioResult]]] = {}
    for result in comparison.scenarios:
        against = str(comparison.run_of(result.name).record.get("against") or BASELINE)
        family = (against, *sorted(result.config.get("policies") or {}))
        families.setdefault(family, []).append((settings_of(result), result))
    return [grid for members in families.values() for grid in of_family(members, comparison.parameters)]


def settings_of(result: ScenarioResult) -> dict[str, Any]:
    """All settings of a scenario that can change a result, by dotted key; lists stay whole."""
    return dict(leaves({key: value for key, value in result.config.items() if key not in NOT_AXES})) | {EVIDENCE: result.evidence}


def of_family(members: Sequence[tuple[Flat, ScenarioResult]], table: Mapping[str, Parameter]) -> list[Grid]:
    """The grids among scenarios with the same policies."""
    members = filled(members, table)
    keys = differing(members, table)
    apart = [key for key in keys if any(not isinstance(flat[key], int | float | str) for flat, _ in members)]
    groups: dict[str, list[tuple[Flat, ScenarioResult]]] = {}
    for flat, result in members:
        groups.setdefault(repr([flat[key] for key in apart]), []).append((flat, result))
    if len(groups) > 1:  # crises, or a setting that only some of them have: no axis
        return [grid for group in groups.values() for grid in of_family(group, table)]
    if not keys:
        return []
    axes = sorted((axis_of(key, [flat[key] for flat, _ in members]) for key in keys), key=_place)
    whole = placed(axes, members, {})
    if len(axes) <= MOST_AXES and all(has_edge(whole.points, position) for position in range(len(axes))):
        return [whole]
    return [line for axis in axes for line in lines(axis, [other for other in axes if other is not axis], members)]


def filled(members: Sequence[tuple[Flat, ScenarioResult]], table: Mapping[str, Parameter]) -> list[tuple[Flat, ScenarioResult]]:
    """The members with the same keys: a parameter that only some set has its central value in the others, any other setting None."""
    keys = {key: None for flat, _ in members for key in flat}

    def default(key: str) -> Any:
        found = table.get(key.removeprefix(PARAMETERS))
        return None if found is None else found.central

    return [({key: flat.get(key, default(key)) for key in keys}, result) for flat, result in members]


def differing(members: Sequence[tuple[Flat, ScenarioResult]], table: Mapping[str, Parameter]) -> list[str]:
    """Keys in which scenarios differ, but for the figures that an economy, or an end of the evidence, brings with it."""
    flats = [flat for flat, _ in members]
    keys = [key for key in flats[0] if len({repr(flat[key]) for flat in flats}) > 1]

    def comes_along(key: str) -> bool:
        if key.startswith(ECONOMY) and NAME_OF_ECONOMY in keys and key != NAME_OF_ECONOMY:
            by_name: dict[Any, set[str]] = defaultdict(set)
            for flat in flats:
                by_name[flat[NAME_OF_ECONOMY]].add(repr(flat[key]))
            return all(len(values) == 1 for values in by_name.values())
        row = table.get(key)
        return EVIDENCE in keys and row is not None and all(flat[key] == getattr(row, str(flat[EVIDENCE])) for flat in flats)

    return [key for key in keys if not comes_along(key)]


def axis_of(key: str, values: Iterable[Any]) -> Axis:
    """The axis of a setting with these values; a seed is no quantity, and True no number."""
    known = list(dict.fromkeys(values))
    if key != SAMPLE and all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        return Axis(key, NUMBER, tuple(sorted(known)))
    if all(isinstance(value, str) and MONTH_PATTERN.fullmatch(value) for value in known):
        return Axis(key, MONTH, tuple(sorted(month_index(value) for value in known)))
    words = {str(value): None for value in known}
    return Axis(key, CHOICE, tuple(sorted(words, key=lambda word: (ORDER.index(word) if word in ORDER else len(ORDER), word))))


def _place(axis: Axis) -> tuple[bool, int, bool, str]:
    """Quantities first, those with most values before others, then policies before what all scenarios share."""
    return not axis.is_continuous, -len(axis.values), not axis.key.startswith("policies."), axis.key


def placed(axes: Sequence[Axis], members: Iterable[tuple[Flat, ScenarioResult]], fixed: Mapping[str, Any]) -> Grid:
    """The grid of some scenarios; of two at one place the one with more pairs."""
    points: dict[Point, ScenarioResult] = {}
    for flat, result in members:
        point = tuple(axis.values.index(_as(axis, flat[axis.key])) for axis in axes)
        if point not in points or len(points[point].pairs) < len(result.pairs):
            points[point] = result
    return Grid(tuple(axes), dict(sorted(points.items())), fixed)


def _as(axis: Axis, value: Any) -> Value:
    return month_index(value) if axis.kind == MONTH else str(value) if axis.kind == CHOICE else value


def has_edge(points: Iterable[Point], position: int) -> bool:
    """Whether two points differ along one axis only."""
    others = [(*point[:position], *point[position + 1 :]) for point in points]
    return len(set(others)) < len(others)


def lines(axis: Axis, others: Sequence[Axis], members: Iterable[tuple[Flat, ScenarioResult]]) -> list[Grid]:
    """The lines along one axis with at least two points; the others are held."""
    groups: dict[tuple[Any, ...], list[tuple[Flat, ScenarioResult]]] = {}
    for flat, result in members:
        groups.setdefault(tuple(flat[other.key] for other in others), []).append((flat, result))
    found = []
    for held, group in groups.items():
        along = axis_of(axis.key, [flat[axis.key] for flat, _ in group])
        if len(along.values) > 1:
            found.append(placed([along], group, dict(zip((other.key for other in others), held, strict=True))))
    return found
