"""A sweep of the fake model that a test can start many times, quickly, and kill: every start is a fork of one process.

`main` reads a line of JSON per sweep, forks, and answers with the number of the process and, when it ended, its exit code.
The engine appends a line to ``log`` for each run it begins, and says there when it is asked for a run that is finished.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.codes import AGE_BANDS, PROVINCES, SECTORS, SEXES, month_date, month_index
from sim.config.schema import Compute, SimConfig
from sim.runs import store
from sim.runs.batch import Interrupted, Runner
from sim.runs.execute import Engine, task_of
from sim.runs.identity import Identity

if TYPE_CHECKING:
    import polars as pl
    from fake_model import FakeResult

WHO = Identity("9.9", "code", "data", {"commit": None, "dirty": None}, {"numpy": "2"}, "here")


SCENARIOS = ("baseline", "job_bridge")


def log(line: str) -> None:
    """One line, in one write: several processes do so at the same time."""
    handle = os.open("log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def tables(config: SimConfig) -> dict[str, pl.DataFrame]:
    """Small tables with the columns that a comparison reads; figures follow from seed and scenario."""
    import polars as pl

    from sim.analysis.sums import MARKET_SUMS, PANEL_SUMS, POLICY_SUMS

    first, last = month_index(config.population.start) - 1, month_index(config.until)
    months = [month_date(month) for month in range(first, last + 1)]
    value = float(1000 * config.seed + 7 * len(config.scenario.name))
    places = {"sector": SECTORS[0], "province": PROVINCES[0]}

    def frame(sums: tuple[str, ...], **axes: Any) -> pl.DataFrame:
        columns: dict[str, Any] = {name: value + n for n, name in enumerate(sums)}
        return pl.DataFrame({"month": months}).with_columns(pl.lit(value).alias(name) for name, value in (axes | columns).items())

    policies = frame(POLICY_SUMS, policy="none")
    return {
        "panel": frame(PANEL_SUMS, **places, age_band=AGE_BANDS[0]),
        "market": frame((*MARKET_SUMS, "shortage_fte", "filled_fte", "reserve_fte"), **places),
        "sexes": frame(("employed", "fte"), sex=SEXES[0]),
        "flows": frame(
            ("persons",), cause="search", from_state="unemployed", from_sector="none", to_state="employed", to_sector=SECTORS[0]
        ),
        "retirements": frame(("persons",), age=66, timing="before", pension_age=804),
        "policies": policies.head(0) if config.scenario.name == "baseline" else policies,
    }


def simulate(config: SimConfig, world: Any, on_month: Any = None) -> FakeResult:
    from fake_model import FakeResult

    task = task_of(config, WHO)
    if store.finished(task.folder):
        log(f"twice {task.key}")
    log(f"begin {task.key} {os.getpid()}")
    if Path("slow").exists():
        Path("slow").unlink()
        time.sleep(60)
    return FakeResult(**tables(config), digest=f"{config.scenario.name}-{config.seed}", months=config.months)


def engine() -> Engine:
    from fake_model import build_world

    return Engine(build_world, simulate)


def configs(asked: dict[str, Any]) -> list[SimConfig]:
    """`seeds` times two scenarios."""
    base = [SimConfig.model_validate(settings) for settings in asked["configs"]]
    compute = Compute(processes=asked["processes"])
    return [one.model_copy(update={"seed": seed, "compute": compute, "runs_dir": asked.get("runs_dir", "runs")})
            for seed in range(1, asked["seeds"] + 1) for one in base]  # fmt: skip


def sweep(asked: dict[str, Any]) -> int:
    """Do the runs, compare them; returns the exit code."""
    from sim.analysis.contrast import load

    if asked.get("slow"):
        Path("slow").touch()
    with Runner(load_engine=engine, who=WHO) as runner:
        batch = runner.run(configs(asked))
    if batch.failures:
        Path("failures").write_text(json.dumps(batch.failures))
        return 1
    Path(asked.get("result", "result.json")).write_text(json.dumps(load(batch.folders).to_json(), sort_keys=True, default=str))
    return 0


def main() -> None:
    """Fork a sweep for each line on standard input."""
    for line in sys.stdin:
        process = os.fork()
        if process:
            print(process, flush=True)
            _, status = os.waitpid(process, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        os.setsid()
        code = 3
        try:
            code = sweep(json.loads(line))
        except Interrupted:
            code = 130
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
