"""Small worlds for all tests. Numba kernels are compiled once per machine and cached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.config.schema import SimConfig
from sim.model import LabourMarket, RunResult, simulate
from sim.world import World, build_world

SCALE = 0.002
UNTIL = "2025-09"


@lru_cache(maxsize=4)
def cached_world(scale: float, start: str, until: str) -> World:
    return build_world(scale=scale, start=start, until=until, outlook=Outlook(0.003))


@pytest.fixture(scope="session")
def world() -> World:
    """27 thousand people, two years."""
    return cached_world(SCALE, "2023-10", UNTIL)


@pytest.fixture(scope="session")
def share_of_the_country(pytestconfig: pytest.Config) -> float:
    """Size of tests marked ``full_scale``: 1 when they are asked for by name (``pytest -m full_scale``), else a tenth."""
    return 1.0 if pytestconfig.option.markexpr == "full_scale" else 0.1


@pytest.fixture(scope="session")
def configure() -> Callable[..., SimConfig]:
    """A configuration of the small world: ``configure("seed=2", "scenarios=job_bridge")``."""

    @lru_cache(maxsize=64)
    def make(*overrides: str) -> SimConfig:
        return compose([f"population.scale={SCALE}", f"until={UNTIL}", "checks=month", *overrides])

    return make


@pytest.fixture(scope="session")
def run(world: World, configure: Callable[..., SimConfig]) -> Callable[..., RunResult]:
    """Run the small world; equal calls are run once. Keyword arguments replace tables of the world."""
    done: dict[Any, RunResult] = {}

    def make(*overrides: str, **tables: np.ndarray) -> RunResult:
        call = (overrides, tuple((name, array.tobytes()) for name, array in sorted(tables.items())))
        if call not in done:
            here = replace(world, tables=replace(world.tables, **tables)) if tables else world
            done[call] = simulate(configure(*overrides), here)
        return done[call]

    return make


@pytest.fixture
def model(world: World, configure: Callable[..., SimConfig]) -> LabourMarket:
    """A fresh model before its first month."""
    return LabourMarket(configure(), world)


def total(frame: pl.DataFrame, column: str, **where: Any) -> float:
    """Sum of a column over the rows (and months after the opening balance) that match."""
    frame = frame.filter(pl.col("month") > frame["month"].min())
    for name, value in where.items():
        frame = frame.filter(pl.col(name).cast(pl.String) == value)
    return float(frame[column].sum())
