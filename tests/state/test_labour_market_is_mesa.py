"""The real model seen through Mesa: the same people, counted two ways."""

import mesa
import numpy as np
from mesa.datacollection import DataCollector

from sim.agents import DisplacedWorker, Employer, OlderWorker, TrainingInstitute, Worker
from sim.codes import State


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


def test_a_data_collector_reads_the_model(model):
    collector = DataCollector(
        model_reporters={"unemployed": lambda m: len(m.workers.select(state=State.UNEMPLOYED))},
        agenttype_reporters={TrainingInstitute: {"students": "students"}},
    )
    model.step()
    collector.collect(model)
    assert collector.get_model_vars_dataframe()["unemployed"].iloc[0] == int((model.people.state == State.UNEMPLOYED).sum())
    assert len(collector.get_agenttype_vars_dataframe(TrainingInstitute)) == len(model.institutes)
