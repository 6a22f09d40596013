"""A small town in columns, and the same town in ordinary Mesa agents."""

from __future__ import annotations

import mesa
import numpy as np

from sim.agents import ColumnarModel, Worker, derived, kernel
from sim.codes import N_PROVINCES, N_SECTORS, NEVER, NOBODY, Contract, State, month_index
from sim.state.employers import Employers
from sim.state.institutes import Institutes
from sim.state.people import People

START = month_index("2023-10")


def fill_people(n: int, n_employers: int, seed: int) -> People:
    """Employed, unemployed, inactive and retired people of all ages; every tenth is outside."""
    rng = np.random.default_rng(seed)
    state = rng.choice([State.EMPLOYED, State.UNEMPLOYED, State.INACTIVE, State.RETIRED], n, p=[0.6, 0.2, 0.1, 0.1])
    state[::10] = State.OUTSIDE
    employed = state == State.EMPLOYED
    return People(
        n,
        {
            "birth_month": START - rng.integers(15 * 12, 75 * 12, n),
            "sex": rng.integers(0, 2, n),
            "province": rng.integers(0, N_PROVINCES, n),
            "education": rng.integers(0, 3, n),
            "state": state,
            "state_since": np.where(state == State.OUTSIDE, NEVER, START - rng.integers(0, 100, n)),
            "sector": rng.integers(0, N_SECTORS + 1, n),
            "qualifications": rng.integers(0, 2**20, n),
            "employer": np.where(employed, rng.integers(0, n_employers, n), NOBODY),
            "contract": np.where(employed, Contract.PERMANENT, Contract.NONE),
            "job_since": np.where(employed, START - rng.integers(0, 200, n), NEVER),
            "hours": rng.integers(8, 41, n),
            "wage_cents": rng.integers(1400, 6000, n),
            "displaced_since": np.where(rng.random(n) < 0.2, START - 3, NEVER),
        },
    )


class Town(ColumnarModel, mesa.Model):
    """The smallest columnar model: every month wages rise by ten cents, and in month 3 the youngest person leaves."""

    def __init__(self, n_people: int = 60, n_employers: int = 7, n_institutes: int = 3, rng: int = 1) -> None:
        super().__init__(rng=rng)
        self.start = self.month = START
        self.people = fill_people(n_people, n_employers, seed=0)
        row = np.arange(n_employers)
        self.employers = Employers(n_employers, {"sector": row % N_SECTORS, "province": row % N_PROVINCES, "filled_jobs": row})
        self.institutes = Institutes(n_institutes, {"sector": np.full(n_institutes, 17), "seats_per_intake": np.full(n_institutes, 20)})
        self.datacollector = mesa.DataCollector(model_reporters={"mean_wage": mean_wage, "n": count_agents})

    def step(self) -> None:
        self.month += 1
        self.people.wage_cents[:] += 10
        if self.month == self.start + 3:
            self.people.state[self.workers.sort("age_months", ascending=True)[0].row] = State.OUTSIDE
            self.call_roll()
        self.datacollector.collect(self)


def mean_wage(model: mesa.Model) -> float:
    return float(model.agents_by_type[Worker].agg("wage_cents", np.mean))


def count_agents(model: mesa.Model) -> int:
    return len(model.agents)


class PlainWorker(mesa.Agent):
    """The ordinary Mesa agent with the values of a row."""

    def __init__(self, model: mesa.Model, proxy: Worker) -> None:
        super().__init__(model)
        for name in ("row", "wage_cents", "hours", "sector", "state", "age", "province_name", "is_older", "unique_id"):
            setattr(self, name, getattr(proxy, name))

    def earns_more_than(self, cents: int) -> bool:
        return self.wage_cents > cents

    def get_raise(self, cents: int = 100) -> int:
        self.wage_cents += cents
        return self.wage_cents


class Citizen(Worker):
    """Worker with the methods of `PlainWorker`, and one for all at once."""

    earns_more_than = PlainWorker.earns_more_than
    get_raise = PlainWorker.get_raise

    @kernel
    def get_raise_together(self, cents: int = 100) -> np.ndarray:
        self.wage_cents = self.wage_cents + cents
        return self.wage_cents


class PlainTown(mesa.Model):
    """The people of a `Town` as ordinary agents."""

    def __init__(self, town: Town) -> None:
        super().__init__(rng=1)
        for proxy in town.workers:
            PlainWorker(self, proxy)

    def step(self) -> None:
        self.agents.do("get_raise", 10)


class Apprentice(Citizen):
    """A modeller's own role: a worker under 25."""

    role = "is_young"

    @derived
    def is_young(self) -> bool:
        return self.age < 25
