"""Milliseconds to compose the configuration of a run, in every experiment that there is and in `sim compare all`.

Each with one seed, so that every run has settings of its own: further seeds cost nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Composing:
    """ms : milliseconds per run. key_ms : of them or on top, naming its folder. runs : with one seed."""

    name: str
    runs: int
    ms: float
    key_ms: float


def measure_composing() -> list[Composing]:
    """Compose every experiment and ``compare all``; the best of two, since reading the files for the first time is no part of a sweep."""
    from sim.config import shipped
    from sim.config.experiment import configs_of
    from sim.config.kinds import kind_of
    from sim.runs.execute import task_of
    from sim.runs.identity import identity
    from sim.runs.jobs import paired

    who = identity()
    found = []
    names = [name for name in shipped.names("experiments") if kind_of(name) is None]
    for name in ["compare all", *names]:
        best = float("inf")
        for _ in range(2):
            began = time.perf_counter()
            configs = paired(["all"], ["seeds=1"]) if name == "compare all" else configs_of(name, ["seed=1", "seeds=1"])
            best = min(best, time.perf_counter() - began)
        began = time.perf_counter()
        for config in configs:
            task_of(config, who)
        keys_s = time.perf_counter() - began
        found.append(Composing(name, len(configs), 1000 * best / len(configs), 1000 * keys_s / len(configs)))
    return found
