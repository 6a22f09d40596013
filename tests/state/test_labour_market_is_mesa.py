"""The real model seen through Mesa: the same people, counted two ways."""

import mesa
import numpy as np
import polars as pl
import pytest
from mesa.datacollection import DataCollector
from mesa.experimental.data_collection import DataRecorder, DatasetConfig
from mesa.time import Priority, Schedule

from sim.agents import DisplacedWorker, Employer, OlderWorker, TrainingInstitute, Worker
from sim.codes import NEVER, State
from sim.config.errors import UserError


def test_the_labour_market_is_a_mesa_model_that_steps_months(model):
    assert isinstance(model, mesa.Model)
    start = model.month
    model.run_for(2)
    assert model.month == start + 2
    assert model.time == 2


def test_agents_are_the_people_present_the_employers_and_the_institutes(model):
    model.step()
    present = int((model.people.state != State.OUTSIDE).sum())
    assert len(model.agents) == present + len(model.employers) + len(model.institutes)
    assert len(model.agents_by_type[Worker]) == present
    assert len(model.agents_by_type[Employer]) == len(model.employers)
    assert len(model.agents_by_type[TrainingInstitute]) == len(model.institutes)
    assert 0 < len(model.agents_by_type[OlderWorker]) < present
    assert len(model.agents_by_type[DisplacedWorker]) == int(
        ((model.people.displaced_since > 0) & (model.people.state != State.OUTSIDE)).sum()
    )


def test_employers_count_the_heads_that_workers_say_they_are(model):
    model.step()
    heads = model.agents_by_type[Employer].agg("filled_jobs", sum)
    main = int((model.people.employer >= 0).sum())
    second = int((model.people.second_employer >= 0).sum())
    assert heads == main + second


def test_one_person_can_be_looked_at(model):
    model.step()
    row = int(np.flatnonzero(model.people.employer >= 0)[0])
    person = model.workers[row]
    assert person.state_name == "employed"
    assert person.wage_eur_per_hour > 5
    assert person.employer_agent.sector_key == person.sector_key


def test_a_data_collector_reads_the_model_every_agent_and_every_type(model):
    collector = DataCollector(
        model_reporters={
            "unemployed": lambda m: len(m.workers.select(state=State.UNEMPLOYED)),
            "month": "month",
            "check": model.check,
            "wage": [lambda m, name: m.workers.agg(name, np.mean), [model, "wage_cents"]],
        },
        agent_reporters={"sector": "sector_key", "type": lambda agent: type(agent).__name__},
        agenttype_reporters={
            TrainingInstitute: {"students": "students"},
            Employer: {"filled": "filled_jobs", "vacant": lambda employer: employer.desired_jobs - employer.filled_jobs},
            OlderWorker: {"age": "age"},
            DisplacedWorker: {"state": "state_name"},
        },
    )
    months = []
    for _ in range(2):
        model.step()
        months.append(len(model.agents))
        collector.collect(model)
    by_month = collector.get_model_vars_dataframe()
    assert by_month["unemployed"].iloc[1] == int((model.people.state == State.UNEMPLOYED).sum())
    assert by_month["month"].tolist() == [model.start, model.start + 1]
    assert by_month["wage"].iloc[1] == pytest.approx(model.people.wage_cents[model.people.state != State.OUTSIDE].mean())
    everybody = collector.get_agent_vars_dataframe()
    assert everybody.groupby(level=0).size().tolist() == months
    assert everybody.loc[2.0]["type"].value_counts().to_dict() == {
        kind.__name__: len(model.agents_by_type[kind]) for kind in (Worker, Employer, TrainingInstitute)
    }
    for kind in (TrainingInstitute, Employer, OlderWorker, DisplacedWorker):
        frame = collector.get_agenttype_vars_dataframe(kind).loc[2.0]
        assert frame.index.tolist() == model.agents_by_type[kind].get("unique_id")
    assert collector.get_agenttype_vars_dataframe(Employer).loc[2.0]["filled"].tolist() == model.employers.filled_jobs.tolist()
    assert collector.get_agenttype_vars_dataframe(OlderWorker)["age"].min() == 55


def test_a_data_recorder_writes_model_and_agents_by_itself(model):
    recorder = DataRecorder(model)
    registry = model.data_registry
    registry.track_model(model, "calendar", fields=["month", "n_present"]).record(recorder)
    registry.track_agents(model.institutes_set, "seats", fields=["unique_id", "students"]).record(recorder)
    registry.track_agents(model.older_workers, "older", fields="age").record(recorder, DatasetConfig(interval=2))
    present, older = {0: model.n_present}, {0: len(model.older_workers)}
    for month in (1, 2, 3):
        model.step()
        present[month], older[month] = model.n_present, len(model.older_workers)
    model.step()  # a recorder writes a moment when time moves on
    calendar = recorder.get_table_dataframe("calendar").set_index("time")
    assert (calendar["month"] - calendar.index + 1).loc[:3].tolist() == [model.start] * 4
    assert calendar["n_present"].loc[:3].to_dict() == present
    seats = recorder.get_table_dataframe("seats")
    assert set(seats.groupby("time").size()) == {len(model.institutes)}
    assert recorder.get_table_dataframe("older").groupby("time").size().loc[:3].to_dict() == {0: older[0], 2: older[2]}
    model.remove_all_agents()  # closes the data sets, and leaves everybody where they are
    assert len(model.agents) > 0


class Diary:
    """Notes the month when it is called. Mesa holds callbacks weakly, so the test holds this."""

    def __init__(self, model):
        self.model, self.months = model, []

    def note(self):
        self.months.append((self.model.time, self.model.month - self.model.start))


def test_events_of_an_analyst_run_between_months(model):
    diary = Diary(model)
    model.schedule_event(diary.note, at=2.5)
    model.schedule_event(diary.note, after=1)  # after the month of its moment, unless with priority
    model.schedule_recurring(diary.note, Schedule(interval=3, start=3, end=9), priority=Priority.LOW)
    canceled = model.schedule_event(diary.note, at=4.5)
    canceled.cancel()
    model.run_until(10)
    assert diary.months == [(1, 0), (2.5, 1), (3, 2), (6, 5), (9, 8)]


def test_an_event_may_change_the_labour_market(model):
    class Amnesty:
        def forgive(self):
            model.workers.set("displaced_since", NEVER)

    amnesty = Amnesty()
    model.run_for(3)
    assert len(model.displaced_workers) > 0
    model.schedule_event(amnesty.forgive, after=0.5)
    model.run_for(0.75)
    assert len(model.displaced_workers) == 0
    model.check()


@pytest.mark.parametrize("go", [lambda m: m.run_for(5), lambda m: m.run_until(5), lambda m: [m.step() for _ in range(5)]])
def test_run_for_run_until_and_step_go_the_same_way(model, world, configure, go):
    other = type(model)(configure(), world)
    go(model)
    other.run_for(2)
    other.run_until(3.5)
    other.run_until(5)
    assert model.time == other.time == 5
    assert model.month == other.month == model.start + 4
    assert model.digest() == other.digest()


def test_run_model_ends_with_the_world_and_no_further(model, world):
    model.run_model()
    assert (model.month, model.running, model.time) == (world.until, False, world.until - world.start + 1)
    with pytest.raises(UserError, match=r"ends in 2025-09.*later until"):
        model.run_for(1)


def test_set_calls_on_the_real_model_agree_with_its_tables(model):
    model.run_for(2)
    people = model.people.to_polars("state", "sector", "wage_cents", "hours").filter(pl.col("state") != State.OUTSIDE)
    by_sector = dict(people.group_by("sector").agg(pl.col("wage_cents").mean()).iter_rows())
    assert model.workers.groupby("sector").agg("wage_cents", np.mean) == pytest.approx(by_sector)
    assert model.workers.groupby("state").count() == dict(people.group_by("state").len().iter_rows())
    assert model.workers.agg("hours", [min, max, sum]) == [people["hours"].min(), people["hours"].max(), people["hours"].sum()]
    few = model.workers.select(sector_key="Q", state=State.EMPLOYED, at_most=5)
    assert [worker.wage_cents for worker in few] == few.get("wage_cents")
    assert len(few) == 5
