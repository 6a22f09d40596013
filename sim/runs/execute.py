"""One run: claim it, build the world, simulate, write the folder. Errors become records, so that one bad run does not stop the others."""

from __future__ import annotations

import datetime as dt
import math
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.config.draws import drawn_values
from sim.config.errors import UserError
from sim.config.outlook import Outlook
from sim.config.schema import SimConfig
from sim.runs import claim, disk, record, store
from sim.runs import identity as who
from sim.runs.memory import return_memory
from sim.runs.record import FILE_NAME, TRACEBACK, RunRecord

FRAMES = ("panel", "market", "sexes", "flows", "policies", "retirements")
OnMonth = Callable[[int, int], None]


@dataclass(frozen=True)
class Engine:
    """The model as the runner needs it; tests put a small one in its place.

    Attributes
    ----------
    build_world, simulate : see `sim.world.build_world` and `sim.model.simulate`
    is_warm, warm_up : whether the kernels are compiled, and the function that compiles them
    """

    build_world: Callable[..., Any]
    simulate: Callable[..., Any]
    is_warm: Callable[[], bool] = lambda: True
    warm_up: Callable[[], None] = lambda: None


def loopbrug() -> Engine:
    """The real model. Importing it takes about a second, so only who runs it calls this."""
    from sim.model import simulate
    from sim.runs.kernels import is_warm, warm_up
    from sim.world import build_world

    return Engine(build_world, simulate, is_warm, warm_up)


@dataclass(frozen=True)
class Task:
    """A run to be done and the folder it goes to.

    ``is_last``: nothing else is run on its world in this process. ``history``: runs with the same one share a simulated history.
    ``patience_s``: how long to wait for another process that is doing the same run, before `sim.runs.claim.Claimed` is raised.
    """

    config: SimConfig
    key: str
    folder: Path
    is_last: bool = False
    history: bytes = b""
    patience_s: float = math.inf


def task_of(config: SimConfig, identity: who.Identity) -> Task:
    """The task of a configuration; `runs_dir` is relative to the working directory."""
    key = who.run_key(config, identity)
    return Task(config, key, store.folder_of(Path(config.runs_dir), config.scenario.name, key), history=who.history_key(config))


def execute(task: Task, identity: who.Identity, engine: Engine, on_month: OnMonth | None = None) -> RunRecord:
    """Do a run unless its folder is complete; returns its record, which holds the error when it failed.

    Raises
    ------
    UserError
        The folder cannot be written, or the disk is full.
    Claimed
        Another process is doing this run, and still was after ``task.patience_s``.
    """
    if (done := store.finished(task.folder)) is not None:
        return done
    with claim.take(task.folder, task.patience_s):
        return store.finished(task.folder) or do(task, identity, engine, on_month)


def do(task: Task, identity: who.Identity, engine: Engine, on_month: OnMonth | None) -> RunRecord:
    """Do a run that is claimed, as `execute`."""
    began = time.perf_counter()
    try:
        world, build_s = world_of(task.config, engine, keep=not task.is_last)
        keeps = {"checkpoint": store.checkpoint_of(task.folder)} if task.config.compute.checkpoint_months else {}
        result = engine.simulate(task.config, world, on_month, **keeps)
        made = success(task, identity, world, result, build_s)
    except Exception as error:
        if disk.is_full(error):  # of a checkpoint: the next run would have no room either
            if isinstance(error, disk.DiskFull):
                raise
            raise disk.full(task.folder.parent, store.size_of_a_run(task.folder), "a run like this") from error
        made, result = failure(task, identity, error, time.perf_counter() - began), None
    written = write(task, made, result)
    if written.ok:
        store.checkpoint_of(task.folder).unlink(missing_ok=True)
    return written


def write(task: Task, made: RunRecord, result: Any | None) -> RunRecord:
    """Put a run into its folder; returns the record that stands there, which is another's when that was finished before."""
    store.write(task.folder, lambda folder: fill(folder, task.config, made, result))
    return record.read(task.folder) or made


def world_of(config: SimConfig, engine: Engine, *, keep: bool = True) -> tuple[Any, float]:
    """The world of a configuration and the seconds it took to build; the last one is kept, since seeds and scenarios share it.

    With ``keep=False`` it is given to the run that asks, which needs less memory.
    """
    population = config.population
    began = time.perf_counter()
    world = kept_world(engine.build_world, population.scale, population.built, config.until, population.seed, config.economy.outlook)
    if not keep:
        _worlds().clear()
        world = world.give()
    return world, time.perf_counter() - began


@cache
def _worlds() -> dict[tuple[Any, ...], Any]:
    return {}


def kept_world(build: Callable[..., Any], scale: float, start: str, until: str, seed: int, outlook: Outlook) -> Any:
    """Build a world or return the one built last with the same arguments."""
    key = (build, scale, start, until, seed, outlook)
    worlds = _worlds()
    if key not in worlds:
        worlds.clear()  # before the next one is built: two national worlds at a time are too many
        worlds[key] = build(scale=scale, start=start, until=until, seed=seed, outlook=outlook)
        return_memory()
    return worlds[key]


def fill(folder: Path, config: SimConfig, made: RunRecord, result: Any | None) -> None:
    """Write the files of a run; a failed run has no tables, but a readable ``traceback.txt``. The record comes last: it has the sizes."""
    import yaml

    if result is not None:
        for name in FRAMES:
            getattr(result, name).write_parquet(folder / f"{name}.parquet", compression="zstd")
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text = yaml.dump(config.model_dump(mode="json"), Dumper=dumper, sort_keys=False, allow_unicode=True, width=120)
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    if made.traceback:
        (folder / TRACEBACK).write_text(made.traceback, encoding="utf-8")
    made = made.model_copy(update={"files": {path.name: path.stat().st_size for path in sorted(folder.iterdir())}})
    (folder / FILE_NAME).write_text(made.model_dump_json(indent=2) + "\n", encoding="utf-8")


def success(task: Task, identity: who.Identity, world: Any, result: Any, build_s: float) -> RunRecord:
    """The record of a finished run."""
    from sim.config.checks import parameter_warnings

    return RunRecord(
        **common(task, identity),
        status="ok",
        persons=int(result.persons),
        employers=int(result.employers),
        world_digest=str(world.digest),
        digest=str(result.digest),
        build_s=round(build_s, 4),
        wall_s=round(float(result.wall_s), 4),
        peak_rss_mb=round(peak_rss_mb(), 1),
        phases={str(name): float(value) for name, value in result.phases.items()},
        summary={str(name): float(value) if math.isfinite(value) else None for name, value in result.summary.items()},
        warnings=[*parameter_warnings(task.config), *map(str, result.warnings)],
    )


def failure(task: Task, identity: who.Identity, error: BaseException, wall_s: float) -> RunRecord:
    """The record of a run that raised `error`."""
    text = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
    trace = "".join(traceback.format_exception(error)).replace(str(who.PACKAGE.parent), ".")
    return RunRecord(
        **common(task, identity), status="failed", error=text, traceback=trace, wall_s=round(wall_s, 4), peak_rss_mb=round(peak_rss_mb(), 1)
    )


def common(task: Task, identity: who.Identity) -> dict[str, Any]:
    """What is known of a run before it starts."""
    config, settings = task.config, who.undrawn_settings(task.config)
    return {
        "key": task.key,
        "scenario": config.scenario.name,
        "label": config.scenario.label.model_dump(),
        "question": config.scenario.question.model_dump(),
        "against": config.scenario.against,
        "evidence": config.evidence,
        "seed": config.seed,
        "draw": config.draw,
        "drawn": drawn_values(config),
        "months": config.months,
        "weight": 1.0 / config.population.scale,
        "start": config.population.first_month,
        "until": config.until,
        "version": identity.version,
        "code_digest": identity.code_digest,
        "git": identity.git,
        "data_digest": identity.data_digest,
        "config_digest": who.digest_of(settings),
        "settings_digest": who.digest_of(who.shared_settings(config)),
        "config": who.result_settings(config) | {"seed": config.seed},
        "packages": identity.packages,
        "platform": identity.platform,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }


def peak_rss_mb() -> float:
    """Largest memory of this process so far, in MB (10^6 bytes)."""
    status = Path("/proc/self/status")
    if status.is_file():  # getrusage would count the memory of the process that started this one
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    try:
        import resource
    except ImportError:  # Windows has no such count
        return 0.0

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
