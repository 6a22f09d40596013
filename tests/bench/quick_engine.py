"""A model that is done at once, for what is measured around it. Worker processes import it too."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import polars as pl

from sim.config.schema import SimConfig
from sim.runs.execute import Engine


def engine() -> Engine:
    return Engine(build_world, simulate)


def build_world(**arguments: Any) -> SimpleNamespace:
    return SimpleNamespace(digest="world")


def simulate(config: SimConfig, world: Any, on_month: Any = None) -> SimpleNamespace:
    """Some work that a clock can see; the result is the seed."""
    sum(range(2_000_000))
    table = pl.DataFrame({"value": [config.seed]})
    tables = dict.fromkeys(("panel", "market", "sexes", "flows", "policies", "retirements"), table)
    facts = {"months": config.months, "persons": 1000, "employers": 50, "phases": {}, "wall_s": 0.01, "warnings": [], "summary": {}}
    return SimpleNamespace(**tables, **facts, digest=f"digest-{config.seed}")
