"""All seeds of the pilots, on all cores. Every finished run is kept in RUNS_DIR/pilots, so neither ^C nor a kill loses one.

A run is one seed of one trunk. What is kept is found again by the settings it depends on and by the code that made it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration.archive import Archive
from sim.calibration.workers import Job, Simulator, Workers
from sim.config.errors import UserError
from sim.pilots.design import Design, Trunk, design
from sim.pilots.findings import Finding, findings
from sim.pilots.measure import Measured, measure
from sim.runs.batch import Interrupted
from sim.runs.identity import NOT_THE_MODEL, digest_of, package_digests, result_settings

if TYPE_CHECKING:
    from sim.config.schema import SimConfig

FIELDS = len(Measured._fields)
ONLY_READ = {"pilots/findings.py", "pilots/power.py", "pilots/tell.py", "pilots/__init__.py"}
"""Files that no kept run depends on."""
PATIENCE_S = 10.0
"""How long it stays silent."""
TRUNK = "trunk"

Load = Callable[[tuple[Trunk, ...]], Simulator]


def pilots(
    experiment: str, overrides: Sequence[str], tell: Callable[[str], None], load: Load | None = None
) -> tuple[Design, list[Finding]]:
    """Run an experiment with ``pilots:``; seeds that are kept are not done again. `load` is put in the place of the model by tests.

    Raises
    ------
    UserError : a mistake in names or settings. Interrupted : Ctrl-C. RuntimeError : a run failed.
    """
    from sim.calibration.evaluate import prepare

    asked = design(experiment, overrides)
    if load is None:
        prepare(tell)
    return asked, findings(asked, collected(asked, tell, load or loopbrug))


def collected(asked: Design, tell: Callable[[str], None], load: Load) -> dict[str, np.ndarray]:
    """Run what is not kept; returns (n_seeds, n_lots, FIELDS) float64 by policy, in the order of the seeds."""
    from sim.runs.cores import useful_processes

    archives = [Archive(file_of(asked, trunk), width(trunk)) for trunk in asked.trunks]
    jobs: list[Job] = [({TRUNK: n}, seed) for n in range(len(archives)) for seed in asked.seeds]  # a process keeps one world at a time

    def kept() -> int:
        return sum(archives[int(values[TRUNK])].get({}, seed) is not None for values, seed in jobs)

    reused, began, failed = kept(), time.perf_counter(), list[str]()
    todo = [job for job in jobs if archives[int(job[0][TRUNK])].get({}, job[1]) is None]
    tell(f"{asked.repetitions} repetitions: {len(todo)} runs to do" + (f", {reused} already there" if reused else ""))
    last = began

    def keep(job: Job, answer: np.ndarray | str) -> None:
        nonlocal last
        if isinstance(answer, str):
            failed.append(answer if answer.startswith(UserError.__name__) else f"seed {job[1]}: {answer}")
            return
        archives[int(job[0][TRUNK])].put({}, job[1], answer)
        if time.perf_counter() - last > PATIENCE_S:
            last = time.perf_counter()
            tell(f"{kept()} of {len(jobs)} runs after {last - began:.0f} s")

    scale = asked.config.population.scale * asked.most_models
    with Workers(
        min(useful_processes(asked.config.compute.processes, 1, scale), max(1, len(todo))), partial(load, asked.trunks)
    ) as workers:
        try:
            workers.run(todo, keep)
        except KeyboardInterrupt:
            raise Interrupted(kept(), len(jobs)) from None
    if failed and failed[0].startswith(UserError.__name__):
        raise UserError(failed[0].removeprefix(f"{UserError.__name__}: "))
    if failed:
        raise RuntimeError(f"{len(failed)} of {len(jobs)} runs failed; the first: {failed[0]}")
    found = dict[str, np.ndarray]()
    for trunk, archive in zip(asked.trunks, archives, strict=True):
        runs = np.array([archive.get({}, seed) for seed in asked.seeds], np.float64)
        runs = runs.reshape(len(asked.seeds), -1, trunk.lots, FIELDS)
        found |= {name: runs[:, n] for n, name in enumerate(names_of(trunk))}
    return found


def loopbrug(trunks: tuple[Trunk, ...]) -> Simulator:
    """`sim.pilots.measure.measure` for a worker process."""
    from sim.runs.execute import loopbrug as engine
    from sim.runs.execute import world_of

    def simulate(values: dict[str, float], seed: int) -> np.ndarray:
        trunk = trunks[int(values[TRUNK])]
        found = measure(trunk, seed, world_of(trunk.config, engine())[0])
        return np.array([found[name] for name in names_of(trunk)], np.float64).ravel()

    return simulate


def names_of(trunk: Trunk) -> list[str]:
    """Pilots of a trunk, in the order in which they are kept."""
    return [name for lane in trunk.lanes for name in lane.pilots]


def width(trunk: Trunk) -> int:
    """Numbers that one seed of a trunk leaves."""
    return len(names_of(trunk)) * trunk.lots * FIELDS


def file_of(asked: Design, trunk: Trunk) -> Path:
    """Where the finished seeds of a trunk are kept: one file for all that they depend on."""
    code, data = package_digests((NOT_THE_MODEL - {"pilots"}) | ONLY_READ)

    def settings(config: SimConfig | None) -> Any:
        return config and result_settings(config)

    lanes = [
        {
            "pilots": list(lane.pilots),
            "run": settings(lane.config),
            "without": settings(lane.without),
            "months": [lane.first, lane.last],
        }
        for lane in trunk.lanes
    ]
    content = {"code": code, "data": data, "trunk": settings(trunk.config), "lots": trunk.lots, "lanes": lanes}
    path = Path(asked.config.runs_dir) / "pilots" / f"{asked.name}-{digest_of(content)}.runs"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot write {path.parent}: {error.strerror}.") from error
    return path
