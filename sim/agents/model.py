"""The mixin that gives a `mesa.Model` its agents from tables: ``class LabourMarket(ColumnarModel, mesa.Model)``, and the live sets."""

from __future__ import annotations

import operator
from random import Random
from typing import Any, Self

import mesa
import numpy as np

from sim.agents.agentset import ColumnAgentSet
from sim.agents.proxies import KINDS, ROLES, ColumnAgent, DisplacedWorker, Employer, OlderWorker, TrainingInstitute, Worker
from sim.codes import State
from sim.state.employers import Employers
from sim.state.institutes import Institutes
from sim.state.people import People


class ColumnarModel:
    """Answers ``agents``, ``agents_by_type`` and ``agent_types`` from tables instead of Mesa's registry.

    Stands before `mesa.Model` in the bases. Steps, time, events and random numbers stay Mesa's. The model sets the attributes below, and
    calls `call_roll` after every line of the month that may let people enter or leave: arrays cannot tell that they were written to.
    """

    people: People
    employers: Employers
    institutes: Institutes
    random: Random
    month: int
    """Current month, `sim.codes.month_index`."""

    _roll: tuple[int, np.ndarray, int] | None = None
    """Month, ids of everybody present, number of people among them."""

    @property
    def first_ids(self) -> dict[str, int]:
        """First ``unique_id`` of each table."""
        return {"people": 0, "employers": len(self.people), "institutes": len(self.people) + len(self.employers)}

    def call_roll(self) -> None:
        """Have the people present counted again at the next question; a new month, or a state set through an agent, does so by itself."""
        self._roll = None

    def ids_of(self, agent_type: type[ColumnAgent] | None) -> np.ndarray:
        """``unique_id`` of everybody of a type, (n,) intp; of everybody present for None.

        Who is present is counted once a month, so that asking again costs nothing; roles are looked up every time.
        """
        if self._roll is None or self._roll[0] != self.month:
            workers = np.flatnonzero(self.people.state != State.OUTSIDE)
            others = np.arange(len(self.people), len(self.people) + len(self.employers) + len(self.institutes))
            ids = np.concatenate([workers, others])
            ids.flags.writeable = False
            self._roll = (self.month, ids, len(workers))
        _, ids, n_workers = self._roll
        if agent_type is None:
            return ids
        starts = np.cumsum([0, n_workers, len(self.employers), len(self.institutes)]).tolist()
        kind = [kind.table_name for kind in KINDS].index(agent_type.table_name)
        ids = ids[starts[kind] : starts[kind + 1]]
        if agent_type.role is None:
            return ids
        return ids[getattr(agent_type(self, ids - self.first_ids[agent_type.table_name]), agent_type.role)]

    @property
    def agents(self) -> Register:
        """Everybody: the people present, all employers, all institutes."""
        return Register(self, None)

    @property
    def agent_types(self) -> list[type[ColumnAgent]]:
        """The kinds and roles of agents."""
        return [*KINDS, *ROLES]

    @property
    def agents_by_type(self) -> dict[type[ColumnAgent], Register]:
        """The set of each kind and role. Roles overlap with `Worker`."""
        return {agent_type: Register(self, agent_type) for agent_type in self.agent_types}

    @property
    def workers(self) -> Register:
        """The people present; ``model.workers[row]`` is one person, present or not."""
        return Register(self, Worker)

    @property
    def older_workers(self) -> Register:
        """The people of 55 and over in the labour force."""
        return Register(self, OlderWorker)

    @property
    def displaced_workers(self) -> Register:
        """The people who lost, or are about to lose, a job by the employer's decision."""
        return Register(self, DisplacedWorker)

    @property
    def employers_set(self) -> Register:
        """The employers as agents (``model.employers`` is their table)."""
        return Register(self, Employer)

    @property
    def institutes_set(self) -> Register:
        """The training institutes as agents (``model.institutes`` is their table)."""
        return Register(self, TrainingInstitute)

    def register_agent(self, agent: mesa.Agent) -> Any:
        """Refused: every agent of this model is a row of a table."""
        raise TypeError(
            f"cannot add a {type(agent).__name__}: the agents of {type(self).__name__} are rows of its tables; "
            "keep other objects as attributes of the model"
        )


class Register(ColumnAgentSet):
    """Everybody of one type, or everybody, *now*: follows the tables, and cannot be changed in place.

    ``register[5]`` is the agent of row 5 of the table, whether or not in the set (``model.agents[5]``: the agent with that ``unique_id``);
    a slice goes by position. The length of a kind, or of all, is counted once a month; that of a role at every call.

    Parameters
    ----------
    model : the model that owns the tables.
    agent_type : a kind or a role; None for all agents.
    """

    def __init__(self, model: ColumnarModel, agent_type: type[ColumnAgent] | None) -> None:
        self.agent_type = agent_type
        super().__init__(model, np.empty(0, dtype=np.intp), {agent_type.table_name: agent_type} if agent_type else None)

    @property
    def _ids(self) -> np.ndarray:
        return self.model.ids_of(self.agent_type)

    @_ids.setter
    def _ids(self, ids: np.ndarray) -> None:
        """Members come from the tables."""

    def _adopt(self, ids: np.ndarray) -> Self:
        raise TypeError("this set follows the tables of the model and cannot be changed in place; work on a copy: .copy()")

    def _like(self, ids: np.ndarray, inplace: bool = False) -> Any:
        return self._adopt(ids) if inplace else ColumnAgentSet(self.model, ids, self._types, self.random)

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, ColumnAgent) or agent.model is not self.model or not agent.is_present:
            return False
        wanted = self.agent_type
        if wanted is None:
            return True
        return agent.table_name == wanted.table_name and (wanted.role is None or bool(getattr(agent, wanted.role)))

    def __getitem__(self, item: int | slice) -> Any:
        """The agent of a row, or the list of agents of a slice of positions."""
        if isinstance(item, slice):
            return super().__getitem__(item)
        row = operator.index(item)
        for kind in KINDS if self.agent_type is None else (self.agent_type,):
            n_rows = len(getattr(self.model, kind.table_name))
            if 0 <= row < n_rows:
                return self._types[kind.table_name](self.model, row)
            row -= n_rows
        raise IndexError(f"no agent {item}: the table ends earlier")
