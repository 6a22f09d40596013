"""One agent: a row of a table as a Mesa agent."""

from __future__ import annotations

import copy
import pickle

import mesa
import numpy as np
import pytest
from town import START, Town

from sim.agents import Employer, OlderWorker, TrainingInstitute, Worker
from sim.codes import NEVER, NO_SECTOR, NOBODY, Contract, State
from sim.state.people import People


def test_a_proxy_is_a_mesa_agent_that_the_model_did_not_register(town: Town):
    worker = Worker(town, 5)
    assert isinstance(worker, mesa.Agent)
    assert worker.model is town
    assert worker.pos is None
    assert worker.random is town.random
    assert worker.rng is town.rng
    assert len(town._all_agents) == 0


@pytest.mark.parametrize("name", list(People.columns))
def test_every_column_reads_as_a_python_integer(town: Town, name: str):
    value = getattr(Worker(town, 5), name)
    assert type(value) is int
    assert value == town.people[name][5]


def test_writing_an_attribute_writes_the_column(town: Town):
    Worker(town, 5).wage_cents = 2345
    assert town.people.wage_cents[5] == 2345
    Worker(town, 5).state = State.RETIRED
    assert Worker(town, 5).state_name == "retired"


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("hours", 256, OverflowError),
        ("hours", -1, OverflowError),
        ("hours", 7.5, TypeError),
        ("hours", "40", TypeError),
        ("hors", 40, AttributeError),
        ("age", 40, AttributeError),
        ("row", 6, AttributeError),
        ("unique_id", 6, AttributeError),
    ],
)
def test_what_does_not_fit_a_column_is_an_error_and_changes_nothing(town: Town, name: str, value: object, error: type[Exception]):
    before = town.people.digest()
    with pytest.raises(error, match=f"Worker.*{name}"):
        setattr(Worker(town, 5), name, value)
    assert town.people.digest() == before


def test_an_unknown_attribute_is_an_attribute_error_that_names_it(town: Town):
    with pytest.raises(AttributeError, match="Worker has no column or attribute 'wage_cent'"):
        _ = Worker(town, 5).wage_cent
    assert "wage_cents" in dir(Worker(town, 5))  # so that Python can say "did you mean"


def test_decoded_attributes_say_in_words_what_the_codes_say(town: Town):
    worker = Worker(town, 5)
    worker.birth_month, worker.state, worker.state_since = START - (61 * 12 + 7), State.EMPLOYED, START - 4
    worker.sector, worker.province, worker.sex, worker.education = 17, 0, 1, 2
    worker.contract, worker.job_since, worker.wage_cents, worker.qualifications = Contract.FLEXIBLE, START - 30, 2550, 1 << 16 | 1 << 17
    assert (worker.age, worker.age_months, worker.age_band) == (61, 739, "60-64")
    assert (worker.state_name, worker.months_in_state, worker.contract_name, worker.tenure_months) == ("employed", 4, "flexible", 30)
    assert (worker.sector_key, worker.province_name, worker.sex_key, worker.education_level) == ("Q", "Groningen", "F", "high")
    assert worker.wage_eur_per_hour == 25.5
    assert worker.qualification_keys == ("P", "Q")
    assert worker.is_older is True
    values = (worker.age, worker.wage_eur_per_hour, worker.sector_key, worker.is_older)
    assert [type(value) for value in values] == [int, float, str, bool]


def test_never_and_nobody_do_not_leak_into_decoded_attributes(town: Town):
    worker = Worker(town, 5)
    worker.state_since, worker.job_since, worker.contract, worker.employer = NEVER, NEVER, Contract.NONE, NOBODY
    worker.sector, worker.displaced_since = NO_SECTOR, NEVER
    assert (worker.months_in_state, worker.tenure_months, worker.employer_agent) == (0, 0, None)
    assert (worker.sector_key, worker.is_displaced) == ("none", False)


@pytest.mark.parametrize(
    ("age", "band"), [(15, "15-24"), (24, "15-24"), (25, "25-34"), (59, "55-59"), (64, "60-64"), (65, "65-74"), (75, "65-74")]
)
def test_age_bands_start_and_end_where_the_reports_say(town: Town, age: int, band: str):
    worker = Worker(town, 5)
    worker.birth_month = START - 12 * age
    assert worker.age_band == band


@pytest.mark.parametrize(
    ("age", "state", "is_older"),
    [
        (55, State.EMPLOYED, True),
        (55, State.UNEMPLOYED, True),
        (54, State.EMPLOYED, False),
        (60, State.INACTIVE, False),
        (60, State.RETIRED, False),
    ],
)
def test_an_older_worker_is_55_or_over_and_in_the_labour_force(town: Town, age: int, state: State, is_older: bool):
    worker = Worker(town, 5)
    worker.birth_month, worker.state = START - 12 * age, state
    assert worker.is_older is is_older
    assert (worker in town.older_workers) is is_older


def test_a_displaced_worker_lost_a_job_and_is_not_outside(town: Town):
    worker = Worker(town, 5)
    worker.displaced_since, worker.state = START, State.UNEMPLOYED
    assert worker.is_displaced is True
    worker.state = State.OUTSIDE
    assert worker.is_displaced is False


def test_unique_ids_number_people_then_employers_then_institutes(town: Town):
    assert Worker(town, 5).unique_id == 5
    assert Employer(town, 0).unique_id == len(town.people)
    assert TrainingInstitute(town, 2).unique_id == len(town.people) + len(town.employers) + 2


def test_two_proxies_of_a_row_are_the_same_agent(town: Town):
    assert Worker(town, 5) == OlderWorker(town, 5)
    assert len({Worker(town, 5), OlderWorker(town, 5)}) == 1
    assert Worker(town, 5) != Worker(town, 6)
    assert Worker(town, 5) != Employer(town, 5)
    assert Worker(town, 5) != Worker(Town(), 5)
    assert Worker(town, 5) != 5


def test_employer_and_staff_find_each_other(town: Town):
    employer = Employer(town, 3)
    assert employer.sector_key == "D"
    assert employer.staff.get("row") == np.flatnonzero(town.people.employer == 3).tolist()
    assert all(worker.employer_agent == employer for worker in employer.staff)


def test_a_proxy_survives_pickle_and_copy(town: Town):
    worker = pickle.loads(pickle.dumps(Worker(town, 5)))
    assert (worker.row, worker.wage_cents) == (5, town.people.wage_cents[5])
    assert copy.copy(Worker(town, 5)) == Worker(town, 5)


def test_agents_are_not_made_or_removed_one_by_one(town: Town):
    with pytest.raises(TypeError, match="demography"):
        Worker(town, 5).remove()
    with pytest.raises(TypeError, match="rows of its tables"):
        mesa.Agent(town)
    with pytest.raises(TypeError, match="row"):
        Worker.create_agents(town, 3)
