"""Who is in a set: an array of ids with Mesa's set operations. What can be asked of the members is in ``agentset.py``."""

from __future__ import annotations

import operator
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Self

import mesa
import numpy as np
from mesa.agentset import AbstractAgentSet

from sim.agents.proxies import KINDS, ColumnAgent

if TYPE_CHECKING:
    from sim.agents.model import ColumnarModel

MANY_PROXIES = 100_000
"""Agents looked at one by one before a warning."""
NOT_THE_CALLER = (str(Path(__file__).parent), str(Path(mesa.__file__).parent))
"""Folders whose files a warning does not blame: the line to change is in the code that called them. Python shows it once per line."""


class MemberSet(AbstractAgentSet):
    """An ordered set of agents, held as an array of ``unique_id``; proxies are made only when asked for.

    Parameters
    ----------
    model : the model that owns the tables.
    ids : (n,) intp - ``unique_id`` of the members, without duplicates; not copied, never written to.
    types : table name -> proxy class, where it is not the plain kind (roles, subclasses).
    random : source of random numbers; default: the model's.
    """

    def __init__(
        self,
        model: ColumnarModel,
        ids: np.ndarray,
        types: Mapping[str, type[ColumnAgent]] | None = None,
        random: Random | None = None,
    ) -> None:
        self.model = model
        self.random: Random = random or model.random
        self._types: dict[str, type[ColumnAgent]] = {kind.table_name: kind for kind in KINDS} | dict(types or {})
        self._ids = ids

    _mask: tuple[np.ndarray, np.ndarray] | None = None
    """The ids for which membership was last laid out, and the layout."""

    def _adopt(self, ids: np.ndarray) -> Self:
        """Make `ids` the members: the one place where a set changes."""
        self._ids = ids
        return self

    def _like(self, ids: np.ndarray, inplace: bool = False) -> Self:
        """A set of other members, or this set with them."""
        return self._adopt(ids) if inplace else type(self)(self.model, ids, self._types, self.random)

    def _from_iterable(self, agents: Iterable[Any]) -> Self:
        return self._like(self._ids_of(agents))

    def _update(self, agents: Iterable[Any]) -> Self:
        return self._adopt(self._ids_of(agents))

    def _ids_of(self, agents: Iterable[Any]) -> np.ndarray:
        """Ids of agents, first mention first; TypeError for what is not an agent of this model."""
        if isinstance(agents, MemberSet) and agents.model is self.model:
            return agents._ids
        return np.array(list(dict.fromkeys(self._id_of(agent) for agent in agents)), dtype=np.intp)

    def _id_of(self, agent: Any) -> int:
        if not isinstance(agent, ColumnAgent) or agent.model is not self.model:
            raise TypeError(f"{agent!r} is not an agent in the tables of this model")
        return agent.unique_id

    def _is_member(self) -> np.ndarray:
        """(agents of the model,) bool, by ``unique_id``; laid out again only when the set has changed."""
        ids = self._ids
        if self._mask is None or self._mask[0] is not ids:
            layout = np.zeros(sum(len(getattr(self.model, kind.table_name)) for kind in KINDS), dtype=bool)
            layout[ids] = True
            self._mask = ids, layout
        return self._mask[1]

    # --- looking ------------------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, agent: object) -> bool:
        return isinstance(agent, ColumnAgent) and agent.model is self.model and bool(self._is_member()[agent.unique_id])

    def __iter__(self) -> Iterator[Any]:
        ids = self._ids
        tables, starts = zip(*self.model.first_ids.items(), strict=True)
        # A memoryview gives Python integers one at a time: nothing of the size of the set is made.
        for count, unique_id in enumerate(memoryview(ids)):
            if count == MANY_PROXIES:
                warnings.warn(
                    f"looking at {len(ids):,} agents one by one; columns answer at once: get(name), agg(name, function), set(name, value), "
                    "groupby(name), sort(name), select(name=value), do(name of a kernel); instead of agent_reporters, a model reporter "
                    "such as lambda model: model.workers.agg(name, function)",
                    skip_file_prefixes=NOT_THE_CALLER,
                )
            table = bisect_right(starts, unique_id) - 1
            yield self._types[tables[table]](self.model, unique_id - starts[table])

    def __reversed__(self) -> Iterator[Any]:
        return iter(self._like(self._ids[::-1]))

    def __getitem__(self, item: int | slice) -> Any:
        """The agent at a position, or the list of agents of a slice."""
        if isinstance(item, slice):
            return self._like(self._ids[item]).to_list()
        return next(iter(self._like(self._ids[[operator.index(item)]])))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self):,} agents>"

    def to_list(self) -> list[Any]:
        """The agents in a list."""
        return list(self)

    def copy(self) -> Self:
        """A set of the same agents that can be changed on its own."""
        return self._like(self._ids)

    __copy__ = copy

    # --- changing -----------------------------------------------------------------------------------------------------------------

    def add(self, agent: Any) -> None:
        """Add an agent at the end. Copies the ids: to add many, use ``|``."""
        if agent not in self:
            self._adopt(np.append(self._ids, self._id_of(agent)))

    def discard(self, agent: Any) -> None:
        """Take an agent out if it is in."""
        if agent in self:
            self._adopt(self._ids[self._ids != agent.unique_id])

    def remove(self, agent: Any) -> None:
        """Take an agent out; KeyError if it is not in."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def clear(self) -> None:
        """Take everybody out."""
        self._adopt(self._ids[:0])

    # --- set algebra: members in the order that Mesa's sets give them -------------------------------------------------------------

    def __or__(self, other: Any) -> Any:
        if not isinstance(other, Iterable):
            return NotImplemented
        ids = self._ids_of(other)
        return self._like(np.concatenate([self._ids, ids[~self._is_member()[ids]]]))

    def __and__(self, other: Any) -> Any:
        if not isinstance(other, Iterable):
            return NotImplemented
        ids = self._ids_of(other)
        return self._like(ids[self._is_member()[ids]])

    def __sub__(self, other: Any) -> Any:
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._like(self._ids[~self._from_iterable(other)._is_member()[self._ids]])

    def __xor__(self, other: Any) -> Any:
        if not isinstance(other, Iterable):
            return NotImplemented
        other = self._from_iterable(other)
        return (self - other) | (other - self)

    __ror__, __rand__, __rxor__ = __or__, __and__, __xor__

    def __ior__(self, other: Any) -> Any:
        return self._adopt((self | other)._ids)

    def __iand__(self, other: Any) -> Any:
        return self._adopt((self - (self - other))._ids)

    def __isub__(self, other: Any) -> Any:
        return self._adopt((self - other)._ids)

    def __ixor__(self, other: Any) -> Any:
        return self._adopt((self ^ other)._ids)

    def __le__(self, other: Any) -> Any:
        if isinstance(other, MemberSet) and other.model is self.model:
            return bool(other._is_member()[self._ids].all())
        return super().__le__(other) if isinstance(other, AbstractSet) else NotImplemented
