"""The Mesa view: people, employers and institutes as agents, over the columns that hold them.

The model keeps its state in columns (`sim.state`). This package lets analysts, and Mesa's own tools, read and change the same
state as agents::

    model.workers[17].age                                          # one person
    model.agents_by_type[Employer].agg("filled_jobs", sum)         # one number
    model.workers.select(sector_key="Q", age=lambda age: age >= 60).groupby("province_name").count()

Four files: ``proxies.py`` (one agent), ``members.py`` (who is in a set), ``agentset.py`` (what a set answers), ``model.py`` (the mixin
that gives a ``mesa.Model`` its agents, and the live sets).

Where it differs from Mesa 3.5
------------------------------
* Agents are made by the world and leave through the demography line; creating a ``mesa.Agent`` on the model, or ``agent.remove()``,
  is refused. A proxy is made when asked for, two proxies of one row are equal, and it takes no attributes that are not columns.
* The live sets count who is present once a month: code that writes ``people.state`` directly calls ``model.call_roll()`` after it.
  ``model.remove_all_agents()`` closes Mesa's data registry and leaves the tables alone.
* ``unique_id`` starts at 0 and follows the rows: people, then employers, then institutes.
* ``agents_by_type`` holds roles too: an older or displaced worker is also in ``agents_by_type[Worker]``, so the sizes do not add up
  to ``len(model.agents)``. ``select(agent_type=OlderWorker)`` asks who has the role now, instead of ``isinstance``.
* The live sets (``model.agents``, ``model.workers``, ``agents_by_type[...]``) cannot be changed in place (Mesa: should not), and an
  integer index means a row (``model.agents``: a ``unique_id``), not a position. Everything derived from them is a snapshot of *who*;
  values are always the current ones.
* Mesa's own ``AgentSet`` holds its agents weakly, so proxies put into one vanish: use ``select``, ``|``, ``&``, ``-`` of these sets, which
  take agents of this model only.
* ``shuffle`` draws one number from the set's ``random`` and permutes with NumPy: reproducible, but another order than Mesa's.
* ``do`` and ``map`` with the name of a ``kernel`` make one call for the whole set: agents act simultaneously, not one after another.
* Attribute values are integers (columns) or computed (`derived`); writing something that does not fit the column is an error.
* In ``select``, conditions on columns and ``agent_type`` come before the filter function, which therefore sees fewer agents.
"""

from __future__ import annotations

from sim.agents.agentset import ColumnAgentSet, ColumnGroupBy
from sim.agents.model import ColumnarModel, Register
from sim.agents.proxies import ColumnAgent, DisplacedWorker, Employer, OlderWorker, TrainingInstitute, Worker, derived, kernel

__all__ = [
    "ColumnAgent",
    "ColumnAgentSet",
    "ColumnGroupBy",
    "ColumnarModel",
    "DisplacedWorker",
    "Employer",
    "OlderWorker",
    "Register",
    "TrainingInstitute",
    "Worker",
    "derived",
    "kernel",
]
