"""The model: Mesa's registry answered from tables, and Mesa's own tools on it."""

from __future__ import annotations

import copy
import pickle
import warnings

import mesa
import numpy as np
import pandas as pd
import pytest
from mesa.agentset import AbstractAgentSet
from mesa.experimental.data_collection import DataRecorder
from town import START, PlainTown, PlainWorker, Town

from sim.agents import DisplacedWorker, Employer, OlderWorker, TrainingInstitute, Worker
from sim.codes import NEVER, State


def test_agents_are_the_people_present_all_employers_and_all_institutes(town: Town):
    present = np.flatnonzero(town.people.state != State.OUTSIDE).tolist()
    assert town.workers.get("row") == present
    assert town.agents.to_list() == [
        *(Worker(town, row) for row in present),
        *(Employer(town, row) for row in range(7)),
        *(TrainingInstitute(town, row) for row in range(3)),
    ]
    assert len(town.agents) == len(present) + 7 + 3
    assert isinstance(town.agents, AbstractAgentSet)
    assert repr(town.agents) == "<Register of 64 agents>"


def test_agents_by_type_has_kinds_and_roles(town: Town):
    assert town.agent_types == list(town.agents_by_type) == [Worker, Employer, TrainingInstitute, OlderWorker, DisplacedWorker]
    assert town.agents_by_type[Worker] == town.workers
    assert town.agents_by_type[OlderWorker] == town.older_workers == town.workers.select(lambda w: w.is_older)
    assert town.agents_by_type[DisplacedWorker] == town.displaced_workers == town.workers.select(lambda w: w.is_displaced)
    assert town.agents_by_type[Employer] == town.employers_set
    assert town.agents_by_type[TrainingInstitute] == town.institutes_set
    for agent_type, agents in town.agents_by_type.items():
        assert len(agents) > 0
        assert all(type(agent) is agent_type and agent in agents and agent in town.agents for agent in agents)
    assert sum(len(town.agents_by_type[kind]) for kind in (Worker, Employer, TrainingInstitute)) == len(town.agents)


def test_a_register_is_indexed_by_row(town: Town):
    assert town.workers[10] == Worker(town, 10)
    assert town.workers[10].is_present is False  # one person's history can be read to the end
    assert town.workers[10] not in town.workers
    assert town.employers_set[3] == Employer(town, 3)
    assert town.agents[len(town.people) + 3] == Employer(town, 3)
    assert all(town.agents[agent.unique_id] == agent for agent in town.agents)
    assert town.workers[:2] == [Worker(town, 1), Worker(town, 2)]
    for wrong in (-1, 60, 10**9):
        with pytest.raises(IndexError):
            town.workers[wrong]
    with pytest.raises(TypeError):
        town.workers["10"]


def test_registers_follow_the_tables_and_selections_keep_who_was_in_them(town: Town):
    agents, workers, older, chosen = town.agents, town.workers, town.older_workers, town.workers.select()
    leaver = next(iter(older))
    town.people.state[leaver.row] = State.OUTSIDE
    assert leaver not in older
    town.month += 1
    assert leaver not in workers
    assert leaver not in agents
    assert leaver in chosen
    assert len(chosen) == len(workers) + 1 == len(agents) - 7 - 3 + 1
    assert leaver not in workers.to_list()


def test_who_enters_or_leaves_within_a_month_is_seen_after_a_roll_call_or_a_write_through_an_agent(town: Town):
    n = len(town.workers)
    town.workers[1].state = State.OUTSIDE
    assert len(town.workers) == n - 1
    town.people.state[1] = State.EMPLOYED
    town.call_roll()
    assert len(town.workers) == n
    town.workers.select(at_most=2).set("state", State.OUTSIDE)
    assert len(town.workers) == n - 2


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.shuffle(inplace=True),
        lambda s: s.sort("row", inplace=True),
        lambda s: s.select(at_most=3, inplace=True),
        lambda s: s.remove(s[1]),
        lambda s: s.add(s[10]),
        lambda s: s.clear(),
        lambda s: s.pop(),
        lambda s: s.__ior__([s[10]]),
    ],
)
def test_a_register_cannot_be_changed_in_place(town: Town, change):
    with pytest.raises(TypeError, match="copy"):
        change(town.workers)
    assert town.workers.get("row") == Town().workers.get("row")


def test_the_ids_of_the_roll_cannot_be_overwritten(town: Town):
    with pytest.raises(ValueError, match="read-only"):
        town.workers._ids[0] = 3


def test_remove_all_agents_leaves_the_people(town: Town):
    before = town.people.digest()
    town.remove_all_agents()
    assert town.people.digest() == before
    assert len(town.agents) == 64


def test_steps_and_time_are_mesas(town: Town):
    town.step()
    town.run_for(2)
    assert (town.time, town.month) == (3.0, START + 3)
    with pytest.raises(AttributeError):
        town.agents = []


def test_a_model_survives_pickle_and_goes_on_alike(town: Town):
    town.step()
    assert len(town.agents) > 0
    for twin in (pickle.loads(pickle.dumps(town)), copy.deepcopy(town)):
        twin.step()
        assert twin.workers.get("wage_cents") == [wage + 10 for wage in town.workers.get("wage_cents")]
        assert twin.workers.model is twin


def test_the_data_collector_collects_what_it_collects_from_ordinary_agents(town: Town, plain_town: PlainTown):
    def collector(agent_type: type) -> mesa.DataCollector:
        return mesa.DataCollector(
            model_reporters={
                "workers": lambda m: len(m.agents_by_type[agent_type]),
                "wage": lambda m: m.agents_by_type[agent_type].agg("wage_cents", np.mean),
            },
            agenttype_reporters={agent_type: {"wage": "wage_cents", "double": lambda a: 2 * a.hours, "province": "province_name"}},
        )

    ours, mesas = collector(Worker), collector(PlainWorker)
    for _ in range(2):
        for model, data in ((town, ours), (plain_town, mesas)):
            model.step()
            data.collect(model)
    pd.testing.assert_frame_equal(ours.get_model_vars_dataframe(), mesas.get_model_vars_dataframe())
    ours_frame, mesas_frame = ours.get_agenttype_vars_dataframe(Worker), mesas.get_agenttype_vars_dataframe(PlainWorker)
    pd.testing.assert_frame_equal(ours_frame, mesas_frame)
    assert len(ours_frame) == 2 * len(town.workers)


def test_the_data_collector_reports_on_all_agents_and_on_roles(town: Town):
    data = mesa.DataCollector(
        agent_reporters={"sector": "sector_key", "type": lambda a: type(a).__name__},
        agenttype_reporters={OlderWorker: {"age": "age"}, Employer: {"jobs": "filled_jobs"}},
    )
    data.collect(town)
    frame = data.get_agent_vars_dataframe()
    assert frame.index.get_level_values("AgentID").tolist() == town.agents.get("unique_id")
    assert frame["type"].value_counts().to_dict() == {"Worker": len(town.workers), "Employer": 7, "TrainingInstitute": 3}
    assert data.get_agenttype_vars_dataframe(OlderWorker)["age"].tolist() == town.older_workers.get("age")
    assert data.get_agenttype_vars_dataframe(Employer)["jobs"].tolist() == list(range(7))
    missing = mesa.DataCollector(agent_reporters={"wage": "wage_cents"})
    with pytest.raises(AttributeError, match=r"Employer has no attribute 'wage_cents'"):
        missing.collect(town)


def test_agent_reporters_over_many_agents_warn_and_name_what_is_fast():
    town = Town(n_people=250_000)
    data = mesa.DataCollector(agent_reporters={"sector": "sector"})
    with pytest.warns(UserWarning, match=r"225,0\d\d agents one by one.*instead of agent_reporters, a model reporter") as caught:
        data.collect(town)
    assert [warning.filename for warning in caught] == [__file__]  # not a file of Mesa's: this is where to change it


def test_a_line_that_goes_through_many_agents_again_and_again_is_told_once(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sim.agents.members.MANY_PROXIES", 10)
    data = mesa.DataCollector(agent_reporters={"sector": "sector"}, agenttype_reporters={Worker: {"wage": "wage_cents"}})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")  # what Python does unless told otherwise
        for _ in range(3):
            data.collect(town)
        for _ in range(3):
            town.workers.do(lambda worker: None)
    assert len(caught) == 3  # all agents, workers only, do


def test_a_data_recorder_sees_who_is_there_at_every_step(town: Town):
    recorder = DataRecorder(town)
    town.data_registry.track_agents(town.workers, "wages", fields="wage_cents").record(recorder)
    town.run_for(4)
    frame = recorder.get_table_dataframe("wages")
    assert frame.groupby("time").size().drop_duplicates().tolist() == [54, 53]  # one person leaves in month 3


def test_batch_run_runs_a_columnar_model(monkeypatch: pytest.MonkeyPatch):
    batch_run = pytest.importorskip("mesa.batchrunner", reason="NOT TESTED: this Mesa has no batch_run (gone in Mesa 4)").batch_run
    monkeypatch.setattr("mesa.batchrunner.multiprocessing.set_start_method", lambda *args, **kwargs: None)  # it is for the whole process
    results = batch_run(Town, {"n_people": [40, 60]}, rng=[1], max_steps=3, display_progress=False, data_collection_period=-1)
    assert [(run["n_people"], run["n"]) for run in results] == [(40, 36 + 10 - 1), (60, 54 + 10 - 1)]


def test_nobody_is_displaced_when_no_notice_was_given(town: Town):
    town.workers.set("displaced_since", NEVER)
    assert len(town.displaced_workers) == 0
    assert town.displaced_workers.agg("age", sum) == 0
    assert town.displaced_workers.select(age=lambda age: age > 3).to_list() == []
