"""Small worlds for all tests. Numba kernels are compiled once per machine and cached."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.config.schema import SimConfig
from sim.model import LabourMarket, RunResult, simulate
from sim.world import World, build_world

MOST_WORKERS = 4
LONGEST = ("test_same_bytes.py", "test_readme.py", "test_workbench.py", "test_new_policy.py")
"""Files that take minutes; they come first, so that no process is left with one at the end."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Processes of the whole suite: one a core. Chosen tests start sooner in one process; ``-n 2`` gives them two."""
    from sim.runs.cores import cores

    options = config.option
    chosen = config.args_source is not config.ArgsSource.TESTPATHS or options.keyword or options.markexpr or options.lf
    return 0 if chosen or options.collectonly else min(cores(), MOST_WORKERS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; last those that the other processes would wait for."""
    items.sort(key=lambda item: 2 if item.get_closest_marker("alone") else item.path.name not in LONGEST)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the kernels before there are several processes that would each do it."""
    if getattr(session.config.option, "dist", "no") != "no" and not hasattr(session.config, "workerinput"):
        from sim.runs.kernels import is_warm, warm_up

        if not is_warm():
            warm_up()


@pytest.fixture(autouse=True)
def _turn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests that measure time (marked ``alone``) run while the other processes of the suite wait."""
    if not hasattr(request.config, "workerinput"):
        yield
        return
    folder = tmp_path_factory.getbasetemp().parent
    alone = request.node.get_closest_marker("alone") is not None
    with locked(folder / "gate", fcntl.LOCK_EX):  # who waits to be alone holds the gate, so that nobody slips in
        turn = locked(folder / "turn", fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        turn.__enter__()
    try:
        yield
    finally:
        turn.__exit__(None, None, None)


@contextmanager
def locked(path: Path, kind: int) -> Iterator[None]:
    """Hold a lock on a file."""
    with path.open("w") as file:
        fcntl.flock(file, kind)
        yield


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
