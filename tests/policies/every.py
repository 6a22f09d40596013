"""What the generated tests share: a tiny world (14 thousand people, fifteen months; a run takes a tenth of a second) and policies in it."""

from __future__ import annotations

import json
from functools import cache, lru_cache

import numpy as np
import polars as pl
from polars.testing import assert_frame_equal
from pydantic import Field

from sim.config.compose import compose
from sim.evidence.parameters import load_parameters
from sim.model import LabourMarket, simulate
from sim.policies.base import Policy
from sim.policies.programme import Programme
from sim.policies.registry import POLICIES
from sim.policies.rule import Rule
from sim.policies.solved import Solved
from sim.policies.target import Target
from tests.conftest import cached_world

SCALE, START, UNTIL = 0.001, "2023-10", "2024-12"
WEIGHT = 1 / SCALE
NAMES = sorted(POLICIES)
RULES = [name for name in NAMES if issubclass(POLICIES[name], Rule)]
PROGRAMMES = [name for name in NAMES if name not in RULES]
BESIDE_THE_EFFECT = {"later_life_work": {"hours_handed_over": 0, "mentors": 0, "search_after_pension": 0}}
"""Parts of a policy that work beside its effect, at nothing."""
MANY = 300_000
"""Places per year that show in a tiny world."""
STATE_TABLES = ("panel", "market", "flows")
BOOKS = ("new", "total", "unpaid", "cost", "saving", "gross_outcome", "gross_count", "control_outcome", "control_count")


def world():
    """The Netherlands of September 2023, one in a thousand."""
    return cached_world(SCALE, START, UNTIL)


@cache
def _plain():
    return compose([f"population.scale={SCALE}", f"until={UNTIL}", "checks=month", "threads=1"])


def config(policies=None, seed=1):
    """A configuration; so many sites close that programmes for the displaced find somebody."""
    closures = {"labour_demand": {"closure_per_year": 0.08}}
    return _plain().model_copy(update={"policies": policies or {}, "seed": seed, "parameters": closures})


@lru_cache(maxsize=256)
def _run(policies, seed):
    return simulate(config(json.loads(policies), seed), world())


def run(policies=None, seed=1):
    """One run; equal ones are done once. policies: name -> settings."""
    return _run(json.dumps(policies or {}, sort_keys=True), seed)


def sized(name, on, **settings):
    """Policy -> settings that show: many places, size of a rule and effect at the high end; when not `on`, no places, no size.

    It starts with the world; `settings` go before.
    """
    policy = POLICIES[name]
    shows = {policy.size: 0 if not on else _high(name, policy.size) if name in RULES else MANY}
    if issubclass(policy, Solved):
        shows["strength"] = 1.0
    elif policy.effect and on:
        shows.setdefault(policy.effect, _high(name, policy.effect))
    return {name: {"start": START, **shows, **settings}}


def policy_of(name, **settings):
    """The policy at the size of `sized`."""
    return POLICIES[name](**sized(name, True, **settings)[name])


def without_effect(name):
    """Policy -> settings with everything but what it works by."""
    works_by = "strength" if issubclass(POLICIES[name], Solved) else POLICIES[name].effect
    return sized(name, True, **{works_by: 0}, **BESIDE_THE_EFFECT.get(name, {}))


def _high(name, parameter):
    return load_parameters()[f"policies.{name}.{parameter}"].high


def all_of(names):
    """Every policy of `names` at a size that shows."""
    return {name: settings for one in names for name, settings in sized(one, True).items()}


def same(one, other, before=None):
    """Assert that two runs have the same tables of people, market and flows (up to a month)."""
    for table in STATE_TABLES:
        frames = [getattr(result, table) for result in (one, other)]
        if before is not None:
            frames = [frame.filter(pl.col("month") < before) for frame in frames]
        assert_frame_equal(*frames)


def model_of(*policies, seed=1, settings=None):
    """A model with these policies (objects), numbered in this order, before its first month."""
    model = LabourMarket(config(settings, seed), world())
    model.programmes = [Programme(policy, bit, model) for bit, policy in enumerate(policies)]
    model.schedule_policies()
    return model


def state(model):
    """Everything that people, employers, institutes and openings hold, but the numbers that programmes happen to have."""
    tables = {"people": model.people, "employers": model.employers, "institutes": model.institutes, "vacancies": model.vacancies}
    numbers = {"programmes", "ever_programmes"}
    return {f"{name}.{column}": table[column].copy() for name, table in tables.items() for column in table if column not in numbers}


def books(model):
    """Policy -> what its programme has booked, and who is in it."""
    return {p.policy.name: {**{name: getattr(p, name) for name in BOOKS}, "rows": p.participants.tolist()} for p in model.programmes}


class Stub(Policy):
    """A programme for everybody in some states, from its first month on, whose levers, stay and costs a test can choose."""

    name = "stub"
    gross_meaning = "nobody asks"
    start: str = START
    places_per_year: float = 1e12
    levers: dict[str, int] = Field(default_factory=dict)
    states: tuple[int, ...] = tuple(range(5))
    every: int = 1
    stays: int = 240
    sector: int = 0
    cost_per_participant_eur: float = 0.0
    cost_per_month_eur: float = 0.0
    standing_cost_per_year_eur: float = 0.0

    def target(self, model):
        return Target(states=self.states)

    def may_join(self, model, rows):
        return rows % self.every == 0

    def stays_months(self):
        return self.stays

    def set_levers(self, levers, bit):
        from sim.policies.levers import LEVERS

        for name, value in self.levers.items():
            if LEVERS[name].per == "person":
                getattr(levers, name)[bit] = value

    def set_rules(self, levers, bit, month):
        from sim.policies.levers import LEVERS

        for name, value in self.levers.items():
            if LEVERS[name].per != "person":
                getattr(levers, name)[self.sector if LEVERS[name].per == "sector" else bit] += value

    def gross_success(self, model, rows):
        return np.zeros(rows.size, bool)


class LastingStub(Stub):
    """The same, for people who stay in it when they retire."""

    ends_at_retirement = False
