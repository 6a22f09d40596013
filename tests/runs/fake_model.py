"""A model of a few lines, with the interface of the real one: for tests of everything around it. Worker processes import it too."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from sim.config.schema import SimConfig
from sim.runs.execute import Engine
from sim.runs.identity import Identity

WHO = Identity("9.9", "code", "data", {"commit": None, "dirty": None}, {"numpy": "2"}, "here")
"""An installation that stays the same while the code is being worked on."""
BAD_SEED, DEADLY_SEED, SLOW_SEED, FULL_SEED = 13, 666, 777, 4
BUILDS: list[dict[str, Any]] = []
"""Worlds built in this process."""


@dataclass(frozen=True)
class FakeWorld:
    digest: str = "world"

    def give(self) -> FakeWorld:
        return self


@dataclass
class FakeResult:
    panel: pl.DataFrame
    market: pl.DataFrame
    sexes: pl.DataFrame
    flows: pl.DataFrame
    policies: pl.DataFrame
    retirements: pl.DataFrame
    digest: str
    months: int
    persons: int = 1000
    employers: int = 50
    phases: dict[str, float] = field(default_factory=lambda: {"matching": 3.5})
    wall_s: float = 0.01
    warnings: list[str] = field(default_factory=list)
    summary: dict[str, float] = field(default_factory=lambda: {"employed": 9_000_000.0})


def build_world(**arguments: Any) -> FakeWorld:
    BUILDS.append(arguments)
    return FakeWorld()


def simulate(config: SimConfig, world: FakeWorld, on_month: Callable[[int, int], None] | None = None) -> FakeResult:
    """Fails, dies or sleeps for some seeds; the result is the seed."""
    if config.seed == BAD_SEED and not Path("mended").exists():
        raise ZeroDivisionError("no luck with 13")
    if config.seed == DEADLY_SEED:
        os._exit(7)
    if config.seed >= SLOW_SEED:
        time.sleep(30)
    if on_month:
        on_month(config.months, config.months)
    table = pl.DataFrame({"value": [config.seed]})
    return FakeResult(*[table] * 6, digest=f"digest-{config.scenario.name}-{config.seed}", months=config.months)


def engine() -> Engine:
    return Engine(build_world, simulate)


def cold_engine() -> Engine:
    """As `engine`, but its kernels must be compiled first; every compilation leaves a line in the file ``compiled``."""

    def warm_up() -> None:
        time.sleep(0.2)
        with open("compiled", "a") as file:
            file.write("once\n")

    return Engine(build_world, simulate, is_warm=lambda: Path("compiled").exists(), warm_up=warm_up)


def threads_engine() -> Engine:
    """Its digest is the number of threads that the libraries of the worker may use."""

    def tell(config: SimConfig, world: FakeWorld, on_month: Any = None) -> FakeResult:
        result = simulate(config, world)
        result.digest = os.environ["NUMBA_NUM_THREADS"] + os.environ["POLARS_MAX_THREADS"]
        return result

    return Engine(build_world, tell)


def broken_engine() -> Engine:
    raise ImportError("the model cannot be loaded")


def slow_to_compile() -> Engine:
    """Its kernels take half a minute to compile."""
    return Engine(build_world, simulate, is_warm=lambda: False, warm_up=lambda: time.sleep(30))


def tells_its_number() -> Engine:
    """Each process that has it leaves a file with its number in its name before a run."""

    def tell(config: SimConfig, world: FakeWorld, on_month: Any = None) -> FakeResult:
        Path(f"worker-{os.getpid()}").touch()
        return simulate(config, world)

    return Engine(build_world, tell)


def slow_simulator() -> Callable[[dict[str, float], int], list[float]]:
    """As `tells_its_number`, for a fit."""

    def simulate(values: dict[str, float], seed: int) -> list[float]:
        Path(f"worker-{os.getpid()}").touch()
        time.sleep(30)
        return [1.0]

    return simulate


def slow_measure(config: SimConfig, path: Path) -> None:
    """As `tells_its_number`, for a validation."""
    Path(f"worker-{os.getpid()}").touch()
    time.sleep(30)


def counting_engine() -> Engine:
    """As `engine`, but every world built leaves a line in the file ``worlds``."""
    return Engine(build_counted, simulate)


def build_counted(**arguments: Any) -> FakeWorld:
    with open("worlds", "a") as file:
        file.write(f"{arguments['outlook']}\n")
    return FakeWorld()
