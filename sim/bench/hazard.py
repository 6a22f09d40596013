"""One monthly rule in four tools: NumPy, Polars, Numba and plain Mesa objects.

The rule: everybody has a state and a month of birth. Each month an employed person loses the job, and an unemployed one finds a job, with
a chance by age (one draw, compared with a threshold); whoever turns 67 stops for good; people are counted by state. Each tool is used the
way its own manual does, with the draws that come with it: NumPy's generator (Polars has none of its own), Python's generator through Mesa,
and keyed draws in the kernel. So the four agree in distribution, not person by person.

Every tool starts from the same population and is timed over real months, since repeated data flatter (see `sim.bench.month`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import mesa
import numpy as np
import polars as pl

from sim.bench.floors import calibration_ns, use_threads
from sim.bench.kernels import EMPLOYED, LEAVING_AGE_MONTHS, RETIRED, UNEMPLOYED, hazard_step
from sim.bench.timing import Timing, against, seconds
from sim.numerics.jit import n_blocks
from sim.numerics.rng import Stream, key
from sim.numerics.tables import threshold

START = 1485
"""First month, counted from January 1900; any would do."""
N_AGES = 68
WARM_UP_MONTHS = 2
MONTHS = 12
OBJECTS = "Mesa objects"


def chances() -> np.ndarray:
    """(2, N_AGES) float64 monthly chance to leave employment (row 0) and unemployment (row 1), by age in years."""
    age = np.arange(N_AGES)
    return np.stack([0.008 + 0.012 * (age < 25), np.where(age < 50, 0.18, 0.10)])


@dataclass(frozen=True)
class Population:
    """state : (n,) uint8. birth_month : (n,) int16, months since January 1900."""

    state: np.ndarray
    birth_month: np.ndarray


def population(n_people: int, seed: int = 1) -> Population:
    """People aged 18-66, one in twelve unemployed."""
    rng = np.random.default_rng(seed)
    state = np.where(rng.random(n_people) < 1 / 12, UNEMPLOYED, EMPLOYED).astype(np.uint8)
    return Population(state, (START - rng.integers(18 * 12, 67 * 12, n_people)).astype(np.int16))


class Rule(Protocol):
    """The rule in one tool. month : the month that comes next. counts : people by state after the last one."""

    month: int
    counts: list[int]

    def step(self) -> None:
        """Do a month."""


class InNumpy:
    """Whole columns; people who cannot move are computed too."""

    def __init__(self, people: Population, seed: int) -> None:
        self.state, self.birth_month = people.state.copy(), people.birth_month.astype(np.int64)
        self.chances, self.rng = chances(), np.random.default_rng(seed)
        self.month, self.counts = START, [0, 0, 0]

    def step(self) -> None:
        """Do a month."""
        age = self.month - self.birth_month
        works_or_looks = np.flatnonzero(self.state != RETIRED)
        state = self.state[works_or_looks]
        years = np.minimum(age[works_or_looks] // 12, N_AGES - 1)
        moves = self.rng.random(works_or_looks.size) < self.chances[state, years]
        self.state[works_or_looks] = np.where(moves, 1 - state, state)
        self.state[age >= LEAVING_AGE_MONTHS] = RETIRED
        self.counts = np.bincount(self.state, minlength=3).tolist()
        self.month += 1


class InPolars:
    """Eager expressions on a data frame, on all cores."""

    def __init__(self, people: Population, seed: int) -> None:
        self.frame = pl.DataFrame({"state": people.state, "birth_month": people.birth_month})
        self.chances, self.rng = pl.Series(chances().ravel()), np.random.default_rng(seed)
        self.month, self.counts = START, [0, 0, 0]

    def step(self) -> None:
        """Do a month."""
        age = self.month - pl.col("birth_month").cast(pl.Int32)
        years = (age // 12).clip(upper_bound=N_AGES - 1)
        chance = pl.lit(self.chances).gather((pl.col("state").clip(upper_bound=1).cast(pl.Int32) * N_AGES + years).cast(pl.UInt32))
        draw = pl.lit(pl.Series(self.rng.random(self.frame.height)))
        state = (
            pl.when((age >= LEAVING_AGE_MONTHS) | (pl.col("state") == RETIRED))
            .then(pl.lit(RETIRED, pl.UInt8))
            .when(draw < chance)
            .then(pl.lit(1, pl.UInt8) - pl.col("state"))
            .otherwise(pl.col("state"))
        )
        self.frame = self.frame.with_columns(state=state)
        counted = dict(self.frame.group_by("state").len().iter_rows())
        self.counts = [counted.get(code, 0) for code in (EMPLOYED, UNEMPLOYED, RETIRED)]
        self.month += 1


class InNumba:
    """The kernel `sim.bench.kernels.hazard_step`: the shape of the model's own scans."""

    def __init__(self, people: Population, seed: int) -> None:
        self.state, self.birth_month, self.seed = people.state.copy(), people.birth_month, seed
        self.threshold = threshold(chances())
        self.most = np.append(self.threshold.max(axis=1), np.uint32(0))
        self.by_block = np.empty((n_blocks(self.state.size), 3), np.int64)
        self.month, self.counts = START, [0, 0, 0]

    def step(self) -> None:
        """Do a month."""
        k = key(self.seed, self.month, Stream.LIFE)
        hazard_step(np.int64(self.month), k, self.most, self.threshold, self.state, self.birth_month, self.by_block)
        self.counts = self.by_block.sum(axis=0).tolist()
        self.month += 1


class Person(mesa.Agent):
    """One person of `InObjects`."""

    def __init__(self, model: InObjects, state: int, birth_month: int) -> None:
        super().__init__(model)
        self.state, self.birth_month = state, birth_month

    def step(self) -> None:
        """Live a month and be counted."""
        model: Any = self.model
        if self.state != RETIRED:
            age = model.month - self.birth_month
            if age >= LEAVING_AGE_MONTHS:
                self.state = RETIRED
            elif model.random.random() < model.chances[self.state][age // 12]:
                self.state = 1 - self.state
        model.counts[self.state] += 1


class InObjects(mesa.Model):
    """One Python object per person, stepped by Mesa's ``agents.do``."""

    def __init__(self, people: Population, seed: int) -> None:
        super().__init__(rng=seed)
        self.chances, self.counts, self.month = chances().tolist(), [0, 0, 0], START
        Person.create_agents(self, people.state.size, people.state.tolist(), people.birth_month.tolist())

    def step(self) -> None:
        """Do a month."""
        self.counts = [0, 0, 0]
        self.agents.do("step")
        self.month += 1


@dataclass(frozen=True)
class Result:
    """One tool at one size: time per person-step, against the calibration kernel on one thread."""

    tool: str
    threads: int
    people: int
    time: Timing


def measure_rule(tool: str, make: Callable[[Population, int], Rule], n_people: int, threads: int) -> Result:
    """Time a year of one tool, the calibration kernel before every month."""
    rule = make(population(n_people), 1)
    ns, calibration = [], []
    for _ in range(WARM_UP_MONTHS + MONTHS):
        use_threads(1)
        calibration.append(calibration_ns())
        use_threads(threads)
        ns.append(1e9 * seconds(rule.step) / n_people)
    return Result(tool, threads, n_people, against(ns[WARM_UP_MONTHS:], calibration[WARM_UP_MONTHS:]))


def measure_hazard(threads: list[int], sizes: tuple[int, ...] = (100_000, 1_000_000), most_objects: int = 100_000) -> list[Result]:
    """All tools at all `sizes`; objects at sizes up to `most_objects`."""
    results = []
    for n_people in sizes:
        results += [measure_rule("Numba", InNumba, n_people, count) for count in threads]
        results += [measure_rule("NumPy", InNumpy, n_people, 1), measure_rule("Polars", InPolars, n_people, pl.thread_pool_size())]
        if n_people <= most_objects:
            results.append(measure_rule(OBJECTS, InObjects, n_people, 1))
    return results
