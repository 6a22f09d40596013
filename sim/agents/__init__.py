"""The Mesa view: people, employers and institutes as agents, over the columns that hold them.

The model keeps its state in columns (`sim.state`). This package lets analysts, and Mesa's own tools, read and change the same
state as agents::

    model.workers[17].age                                          # one person
    model.agents_by_type[Employer].agg("filled_jobs", sum)         # one number
    model.workers.select(sector_key="Q", age=lambda age: age >= 60).groupby("province_name").count()

Four files: ``proxies.py`` (one agent), ``members.py`` (who is in a set), ``agentset.py`` (what a set answers), ``model.py`` (the mixin
that gives a ``mesa.Model`` its agents, and the live sets). Two more stand on top of the model, and are imported by name only:
``workbench.py`` (the model from plain keywords or a Mesa scenario) and ``live.py`` (the model in the browser).

Mesa's own tools
----------------
* ``DataCollector``, ``DataRecorder``, ``schedule_event``, ``schedule_recurring``, ``run_for``, ``run_until`` and ``run_model`` work on
  ``LabourMarket`` as they are. ``model.time`` counts months; the model is not ``running`` any more after the last month of its world.
* ``batch_run``, ``Scenario`` and ``SolaraViz`` make models from keywords: give them ``sim.agents.workbench.Workbench``, with ``rng=`` as
  the seed.
* Programmes open and close as events (`LabourMarket.schedule_policies`), half a month before the step of their month. Mesa holds the
  callback of an event weakly: schedule a method of something that you keep, or nothing happens.
* Model reporters on columns (``lambda model: model.workers.agg("wage_cents", np.mean)``) take milliseconds for a million people;
  ``agent_reporters`` make an object per agent and month, and warn from 100,000 agents on.
* Mesa 4 (pre-release) gives the same months, bit for bit; ``.ci/mesa4`` tells whether it still does. Its ``batch_run`` is gone;
  ``Settings(...).spawn_replications(n)`` and ``Scenario.from_dataframe`` make what it made. Only ``rng=``, ``scenario=`` and
  ``model.time`` are used, which both have.

Where it differs from Mesa's agent sets
---------------------------------------
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
