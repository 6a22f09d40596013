"""Many agents: Mesa's agent set over rows of tables, answered by columns wherever a column can answer."""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice
from typing import Any, Self

import numpy as np
from mesa.agentset import GroupBy

from sim.agents.members import MemberSet
from sim.agents.proxies import ColumnAgent, kernel, label


class ColumnAgentSet(MemberSet):
    """An ordered set of agents with everything that Mesa's `AgentSet` offers, and conditions on columns in `select`.

    A snapshot of who; values are always the current ones. Parameters: see `MemberSet`.
    """

    # --- columns ------------------------------------------------------------------------------------------------------------------

    def _parts(self) -> list[tuple[Any, ColumnAgent]]:
        """Per table: positions in this set (a slice when all of it), and one proxy that stands for all rows there."""
        ids = self._ids
        if not len(ids):
            return []
        lowest, highest = ids.min(), ids.max()
        parts: list[tuple[Any, ColumnAgent]] = []
        for table, first in self.model.first_ids.items():
            end = first + len(getattr(self.model, table))
            inside = slice(None) if first <= lowest and highest < end else np.flatnonzero((ids >= first) & (ids < end))
            rows = ids[inside] - first
            if len(rows):
                parts.append((inside, self._types[table](self.model, rows)))
        return parts

    def _array_or_none(self, name: str) -> np.ndarray | None:
        """The attribute of every agent if columns answer for it, for every kind of agent in the set."""
        parts = self._parts()
        if not parts or not all(many.vectorises(name) for _, many in parts):
            return None
        columns = [getattr(many, name) for _, many in parts]
        if len(columns) == 1:
            return columns[0]
        values = np.empty(sum(map(len, columns)), dtype=np.result_type(*columns))
        for (inside, _), column in zip(parts, columns, strict=True):
            values[inside] = column
        return values

    def array(self, name: str) -> np.ndarray:
        """A column or derived attribute of every agent, in the order of the set: (n,) int64, float64, bool or text.

        AttributeError if it is neither a column nor derived (or not for every kind of agent in the set).
        """
        values = self._array_or_none(name)
        if values is None and len(self):
            types = ", ".join(type(many).__name__ for _, many in self._parts() if not many.vectorises(name))
            raise AttributeError(f"{types} has no column {name!r}; use a function of the agent for anything else", name=name)
        return np.empty(0) if values is None else values

    def _attribute(self, name: str, *default: Any) -> list[Any]:
        """The attribute of every agent as Python values: from columns if they answer, else agent by agent."""
        values = self._array_or_none(name)
        return [getattr(agent, name, *default) for agent in self] if values is None else values.tolist()

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """Values of one attribute (a list), or of several (a list of lists), of every agent."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"Unknown handle_missing option: {handle_missing}, should be one of 'error' or 'default'")
        default = (default_value,) if handle_missing == "default" else ()
        if isinstance(attr_names, str):
            return self._attribute(attr_names, *default)
        columns = [self._attribute(name, *default) for name in attr_names]
        return [list(values) for values in zip(*columns, strict=True)] if columns else [[] for _ in range(len(self))]

    def set(self, attr_name: str, value: Any) -> Self:
        """Give a column the same value for every agent."""
        if np.ndim(value):
            raise TypeError(f"set() gives every agent the same value; {value!r} is not one number")
        parts = self._parts()
        for _, many in parts:  # all or nothing
            many.check_writable(attr_name, value)
        for _, many in parts:
            setattr(many, attr_name, value)
        return self

    def agg(self, attribute: Any, func: Any) -> Any:
        """Result of a function, or of several, over the values of an attribute.

        NumPy's functions and ``sum, min, max, len`` work on the array; any other function gets a list, as in Mesa.
        """
        array = self._array_or_none(attribute) if isinstance(attribute, str) else None
        values = self.get(attribute) if array is None else array
        return _apply(func, values) if callable(func) else [_apply(each, values) for each in func]

    # --- choosing, ordering, grouping ---------------------------------------------------------------------------------------------

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = math.inf,
        inplace: bool = False,
        agent_type: type | None = None,
        query: np.ndarray | None = None,
        **columns: Any,
    ) -> Self:
        """The agents that meet every condition, in the order of the set.

        Parameters
        ----------
        filter_func : called with one agent at a time; for large sets prefer `columns`.
        at_most : number (int), or share of this set (float up to 1), of agents to take; the first ones.
        inplace : change this set.
        agent_type : a type or role: ``select(agent_type=OlderWorker)``.
        query : (n,) bool - True for the agents wanted.
        columns : per column or derived attribute, the value, a collection of values, or a function of the array:
            ``select(state=State.EMPLOYED, sector_key={"Q", "P"}, age=lambda age: age >= 60)``.
        """
        if isinstance(at_most, float) and at_most <= 1:
            at_most = int(len(self) * at_most)
        limit = math.ceil(min(max(at_most, 0), len(self)))
        chosen = self.copy()
        if query is not None:
            chosen = chosen._keep(query)
        if agent_type is not None:
            chosen = chosen._of_type(agent_type)
        for name, wanted in columns.items():
            chosen = chosen._keep(_matches(name, chosen.array(name), wanted))
        ids = chosen._ids[:limit]
        if filter_func is not None:
            matching = (unique_id for unique_id, agent in zip(memoryview(chosen._ids), chosen, strict=True) if filter_func(agent))
            ids = np.fromiter(islice(matching, limit), dtype=np.intp)
        if not inplace:
            return chosen._like(ids)
        self._adopt(ids)._types = chosen._types
        return self

    def _keep(self, mask: Any) -> Self:
        mask = np.asarray(mask)
        if mask.dtype != bool or mask.shape != (len(self),):
            raise ValueError(f"a condition gives one bool per agent: shape ({len(self)},), not {mask.dtype} of shape {mask.shape}")
        return self._like(self._ids[mask])

    def _of_type(self, wanted: type) -> Self:
        """Agents of a type; of a more special type of the same table, those who have the role, seen as that type."""
        mask = np.zeros(len(self), dtype=bool)
        chosen = self.copy()
        for inside, many in self._parts():
            if isinstance(many, wanted):
                mask[inside] = True
            elif issubclass(wanted, ColumnAgent) and wanted.table_name == many.table_name:
                mask[inside] = wanted.role is None or getattr(wanted(self.model, many.row), wanted.role)
                chosen._types[many.table_name] = wanted
        return chosen._keep(mask)

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> Self:
        """The agents in order of an attribute or function, descending by default; ties keep their order."""
        agents = self.copy()
        values = agents._array_or_none(key) if isinstance(key, str) else None
        if values is None:
            function = operator.attrgetter(key) if isinstance(key, str) else key
            keys = [function(agent) for agent in agents]
            order = np.array(sorted(range(len(keys)), key=keys.__getitem__, reverse=not ascending), dtype=np.intp)
        elif ascending:
            order = np.argsort(values, kind="stable")
        else:  # back to front, ascending, and turned round: descending with ties in their order
            order = (len(values) - 1 - np.argsort(values[::-1], kind="stable"))[::-1]
        return self._like(agents._ids[order], inplace)

    def shuffle(self, inplace: bool = False) -> Self:
        """The agents in random order. Takes one number from `random`, so the order is reproducible, but not Mesa's order."""
        generator = np.random.default_rng(self.random.getrandbits(64))
        return self._like(generator.permutation(self._ids), inplace)

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> ColumnGroupBy:
        """Groups by an attribute or function, first seen first; as sets, or lists for ``result_type="list"``."""
        agents = self.copy()
        groups = agents._grouped_by_column(by) if isinstance(by, str) else None
        if groups is None:
            function = operator.attrgetter(by) if isinstance(by, str) else by
            members: dict[Any, list[int]] = defaultdict(list)
            for unique_id, agent in zip(memoryview(agents._ids), agents, strict=True):
                members[function(agent)].append(unique_id)
            groups = {key: np.array(ids, dtype=np.intp) for key, ids in members.items()}
        sets = {key: self._like(ids) for key, ids in groups.items()}
        return ColumnGroupBy(sets if result_type == "agentset" else {key: members.to_list() for key, members in sets.items()})

    def _grouped_by_column(self, name: str) -> dict[Any, np.ndarray] | None:
        """Ids by value of a column or derived attribute, first seen first; None if columns do not answer."""
        types = {type(many) for _, many in self._parts()}
        declared = getattr(next(iter(types)), name, None) if len(types) == 1 else None
        # Sorting text is slow: where names stand for codes, group by the code.
        values = self._array_or_none(declared.column if isinstance(declared, label) else name)
        if values is None:
            return None
        keys, first, group = np.unique(values, return_index=True, return_inverse=True)
        order = np.argsort(group.astype(np.min_scalar_type(len(keys))), kind="stable")
        ids = np.split(self._ids[order], np.cumsum(np.bincount(group))[:-1])
        names = declared.names[keys] if isinstance(declared, label) else keys
        return {names[position].item(): ids[position] for position in np.argsort(first)}

    # --- acting -------------------------------------------------------------------------------------------------------------------

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method or function on every agent, in order; one call if it is a `kernel` of the agents' type."""
        for _ in self._results(method, *args, **kwargs):
            pass
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """`do` in random order; the set keeps its own order."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Results of a method or function on every agent."""
        return list(self._results(method, *args, **kwargs))

    def _results(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Iterable[Any]:
        if not isinstance(method, str):
            return (method(agent, *args, **kwargs) for agent in self)
        parts = self._parts()
        if len(parts) == 1 and isinstance(getattr(type(parts[0][1]), method, None), kernel):
            many = parts[0][1]
            results = getattr(many, method)(*args, **kwargs)
            return [None] * len(many.row) if results is None else np.broadcast_to(results, len(many.row)).tolist()
        return (getattr(agent, method)(*args, **kwargs) for agent in self)


class ColumnGroupBy(GroupBy):
    """Mesa's `GroupBy`, with `agg` on columns."""

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Any, Any]:
        """Result of a function over an attribute, per group."""
        if all(isinstance(group, ColumnAgentSet) for group in self.groups.values()):
            return {key: group.agg(attr_name, func) for key, group in self.groups.items()}
        return super().agg(attr_name, func)


_ON_ARRAYS: dict[Any, Callable[..., Any]] = {sum: np.sum, min: np.min, max: np.max, len: np.size}
"""Built-in functions and the NumPy functions that do the same to an array."""


def _apply(function: Callable[..., Any], values: Any) -> Any:
    """``function(values)``, on the array where that gives what the list would give, faster."""
    if not isinstance(values, np.ndarray):
        return function(values)
    for builtin, on_array in _ON_ARRAYS.items():
        if function is builtin and values.dtype.kind in "bif":
            return np.asarray(on_array(values)).item()
    inner = function.func if isinstance(function, partial) else function
    is_numpy = isinstance(inner, np.ufunc) or str(getattr(inner, "__module__", "")).split(".")[0] == "numpy"
    return function(values if is_numpy else values.tolist())


def _matches(name: str, values: np.ndarray, wanted: Any) -> np.ndarray:
    """(n,) bool - where `values` equal `wanted`, are among it, or satisfy it."""
    if not values.size:
        return np.zeros(0, dtype=bool)
    if callable(wanted):
        return wanted(values)
    is_one = isinstance(wanted, str) or not isinstance(wanted, Iterable)
    wanted = np.array([wanted] if is_one else list(wanted))
    # NumPy would compare 1 with "1" as text; a name where a code belongs is a mistake.
    if wanted.size and (wanted.dtype.kind == "U") != (values.dtype.kind == "U"):
        raise TypeError(f"{name} holds {'text' if values.dtype.kind == 'U' else 'numbers'}; cannot be compared with {wanted.tolist()}")
    return values == wanted[0] if is_one else np.isin(values, wanted)
