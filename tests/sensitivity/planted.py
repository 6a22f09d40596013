"""A model whose sensitivities are known: the effect of the bridge is a planted function of the parameters, plus planted luck."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sim.analysis.sums import COLUMNS
from sim.codes import AGE_BANDS, PROVINCES, month_date, month_index
from sim.config.schema import SimConfig
from sim.evidence.parameters import load_parameters
from sim.runs.execute import Engine

STRONG, WEAK, IDLE, OWN = "search.lock_in", "matching.callback_rate", "training.patience_months", "policies.job_bridge.net_effect"
GAINS = {STRONG: 9000.0, WEAK: -3000.0, OWN: 6000.0}
"""FTE-months, over the whole range, that the bridge adds."""
LEVEL = 40_000.0
"""Unemployed people that `STRONG` adds over its whole range, with and without the bridge."""
LUCK = "LUCK_OF_THE_PLANTED_MODEL"
DONE = Path("done")
"""One line for every run."""
DEADLY = "RUNS_BEFORE_THE_PLANTED_MODEL_IS_KILLED"
EXPERIMENT = """\
# @package _global_
# Known answers.
population: {{scale: 0.001}}
until: "2023-12"
seeds: {seeds}
compute: {{processes: 1}}
sensitivity:
  method: {method}
  scenarios: [job_bridge]
  parameters: [{parameters}]
  metrics: [net_fte_months, net_per_head]
  baseline: [unemployment_rate]
  {more}
"""


def write_experiment(name: str = "known", method: str = "tornado", seeds: int = 3, parameters: str = "", more: str = "groups: none") -> str:
    Path("experiments").mkdir(exist_ok=True)
    names = parameters or ", ".join((STRONG, WEAK, IDLE, OWN))
    text = EXPERIMENT.format(method=method, seeds=seeds, parameters=names, more=more)
    Path("experiments", f"{name}.yaml").write_text(text, encoding="utf-8")
    return name


def place(config: SimConfig, path: str) -> float:
    """Where in its range a run has a parameter, 0 to 1."""
    row = load_parameters()[path]
    parts = path.split(".")
    found = config.policies[parts[1]] if parts[0] == "policies" else config.parameters.get(parts[0], {})
    return (found.get(parts[-1], row.central) - row.low) / (row.high - row.low)


class World:
    digest = "world"

    def give(self) -> World:
        return self


class Result:
    persons, employers, wall_s, phases, digest = 1, 1, 0.01, {}, "planted"

    def __init__(self, tables: dict[str, pl.DataFrame], months: int) -> None:
        self.panel, self.market, self.sexes, self.flows, self.policies, self.retirements = (
            tables[name] for name in ("panel", "market", "sexes", "flows", "policies", "retirements")
        )
        self.months, self.warnings, self.summary = months, list[str](), dict[str, float]()


def simulate(config: SimConfig, world: World, on_month: Any = None, **_: Any) -> Result:
    done = DONE.read_text().splitlines() if DONE.exists() else []
    if str(len(done)) == os.environ.get(DEADLY):
        os.kill(os.getpid(), 9)
    with DONE.open("a") as file:
        file.write(f"{config.scenario.name} {config.seed}\n")
    if config.seed == 13 and config.policies and place(config, STRONG) == 1.0 and not Path("mended").exists():
        raise ZeroDivisionError("planted")
    own = np.random.default_rng([config.seed, zlib.crc32(config.model_dump_json().encode())])
    extra = own.normal() * float(os.environ.get(LUCK, 0))
    if config.policies:
        extra += sum(gain * place(config, path) for path, gain in GAINS.items())
    months = [month_date(month_index(config.population.first_month) - 1 + n) for n in range(config.months + 1)]
    ones = dict.fromkeys({name for columns in COLUMNS.values() for name in columns}, 1000.0)
    ones |= {"sector": "Q", "province": PROVINCES[0], "age_band": AGE_BANDS[0], "sex": "F", "policy": "job_bridge", "reserve_fte": 0.0}
    ones |= {"unemployed": LEVEL * (1 + place(config, STRONG)), "employed": 1e6, "filled_fte": 1e6 + extra / config.months}
    ones |= {"gross_outcome": 600.0 + 100 * place(config, IDLE), "control_outcome": 500.0}
    frame = pl.DataFrame({"month": months}).with_columns(**{name: pl.lit(value) for name, value in ones.items()})
    tables = {name: frame.select("month", *columns) for name, columns in COLUMNS.items()}
    move = {"cause": "matching", "from_state": "unemployed", "from_sector": "none", "to_state": "employed", "to_sector": "Q"}
    for name, keys in (("flows", move), ("retirements", {"age": 67, "timing": "after", "pension_age": 804.0})):
        tables[name] = pl.DataFrame({"month": months}).with_columns(**{key: pl.lit(value) for key, value in keys.items()}, persons=1e3)
    if not config.policies:
        tables["policies"] = tables["policies"].clear()
    return Result(tables, config.months)


def engine() -> Engine:
    return Engine(lambda **_: World(), simulate)
