"""Small models whose runs tell where they were done, or bring their process down. Processes of the cluster import this too."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import fake_model

import sim
from sim.config.schema import SimConfig
from sim.runs.execute import Engine

LUCKLESS, TWICE_UNLUCKY = 66, 67
"""Seeds of runs that always bring their process down, and that do so the first time only."""


def place() -> Path:
    """The folder of the test, which all processes on this machine can reach."""
    return Path(os.environ["PLACE_OF_TEST"])


def note(name: str, text: str) -> int:
    """Add a line to a file of the test; returns how many it has."""
    with open(place() / name, "a") as file:
        file.write(f"{text}\n")
    return len((place() / name).read_text().splitlines())


def telling() -> Engine:
    """The digest of a run says on which node it was done, with how many threads, with which copy of the model."""
    import ray

    def simulate(config: SimConfig, world: Any, on_month: Any = None) -> Any:
        time.sleep(0.5)
        result = fake_model.simulate(config, world)
        node = ray.get_runtime_context().get_node_id()
        result.digest = "|".join((node, os.environ["NUMBA_NUM_THREADS"], os.environ["POLARS_MAX_THREADS"], sim.__file__))
        return result

    return Engine(fake_model.build_world, simulate)


def mortal() -> Engine:
    """Some runs bring the whole process down with SIGKILL; fake_model's bad seed raises an error, and is counted."""

    def simulate(config: SimConfig, world: Any, on_month: Any = None) -> Any:
        attempt = note(f"attempts-{config.seed}", "begun")
        if config.seed == LUCKLESS or (config.seed == TWICE_UNLUCKY and attempt < 2):
            os.kill(os.getpid(), signal.SIGKILL)
        return fake_model.simulate(config, world)

    return Engine(fake_model.build_world, simulate)


def doomed(node: str) -> Engine:
    """A run on that node writes down its seed and waits for the end; the others wait until one has done so."""
    import ray

    def simulate(config: SimConfig, world: Any, on_month: Any = None) -> Any:
        note(f"attempts-{config.seed}", "begun")
        if ray.get_runtime_context().get_node_id() == node:
            note("doomed", str(config.seed))
            time.sleep(120)
        until = time.monotonic() + 60
        while not (place() / "doomed").exists() and time.monotonic() < until:
            time.sleep(0.05)
        return fake_model.simulate(config, world)

    return Engine(fake_model.build_world, simulate)


def loses_its_job() -> Engine:
    """As `mortal`, but the process that dies is the one that watches over the runs of a job."""

    def simulate(config: SimConfig, world: Any, on_month: Any = None) -> Any:
        attempt = note(f"attempts-{config.seed}", "begun")
        if config.seed == LUCKLESS or (config.seed == TWICE_UNLUCKY and attempt < 2):
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(60)
        return fake_model.simulate(config, world)

    return Engine(fake_model.build_world, simulate)


def cold() -> Engine:
    """Its kernels must be compiled first; every compilation leaves a line in the file ``compiled``."""

    def warm_up() -> None:
        time.sleep(0.5)
        note("compiled", "once")

    return Engine(fake_model.build_world, fake_model.simulate, is_warm=lambda: (place() / "compiled").exists(), warm_up=warm_up)
