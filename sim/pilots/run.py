"""All seeds of an experiment with pilots, on all cores; what is finished is kept in ``<runs_dir>/pilots/<key>`` and never done twice.

The key stands for settings, pilots, code and data. One file per trunk holds the figures of every seed (`sim.calibration.archive`).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.calibration.archive import Archive
from sim.calibration.workers import Job, Simulator, Workers
from sim.config.errors import UserError
from sim.pilots.design import Design, Trunk, design
from sim.pilots.findings import FIGURES, Findings, findings
from sim.runs.batch import Interrupted
from sim.runs.identity import PACKAGE, Identity, canonical, identity, result_settings
from sim.runs.pool import useful_processes

if TYPE_CHECKING:
    from sim.runs.progress import Silent

MEASURES = ("follow.py", "measure.py")
"""Files of this folder that measure; the others organise or show it, and what `design` makes is in the key."""
MORE_PER_LOT = 0.4
"""Memory of one more model beside the first, as a share of that of the first. Measured at 1:25: 0.37."""

Hire = Callable[[int, Callable[[], Simulator]], Workers]


def run(experiment: str, overrides: Sequence[str] = (), progress: Silent | None = None, hire: Hire | None = None) -> Findings:
    """Simulate the pilots of an experiment and say what they show.

    Parameters
    ----------
    experiment, overrides : as for `sim.pilots.design.design`.
    progress : told how it goes. hire : makes the workers; tests pass quick ones.

    Raises
    ------
    UserError : a mistake in a name or setting, or results that cannot be written.
    Interrupted : Ctrl-C; finished seeds are kept.
    """
    from sim.runs.progress import Silent

    progress = progress or Silent()
    asked = design(experiment, overrides)
    folder = Path(asked.config.runs_dir) / "pilots" / key_of(asked, identity())
    archives = opened(asked, folder)
    wanted: list[Job] = [({"trunk": float(n)}, seed) for n in range(len(asked.trunks)) for seed in asked.seeds]
    missing = [job for job in wanted if archives[number(job)].get(*job) is None]
    progress.begin(len(missing), len(wanted) - len(missing))
    try:
        if missing:
            simulate(asked, archives, missing, progress, hire or Workers, is_model=hire is None)
    except KeyboardInterrupt:
        raise Interrupted(sum(archives[number(job)].get(*job) is not None for job in wanted), len(wanted)) from None
    finally:
        progress.end()
    found = findings(asked, [gathered(asked, n, archive) for n, archive in enumerate(archives)])
    path = folder / "repetitions.parquet"
    found.repetitions.write_parquet(path)
    return found.kept_in(path)


def number(job: Job) -> int:
    """Which trunk a job is for."""
    return int(job[0]["trunk"])


def key_of(asked: Design, who: Identity) -> str:
    """Name of the folder: 20 hexadecimal digits of all that figures depend on, but for the seeds that were asked for."""
    content = {
        "config": result_settings(asked.config),
        "lots": asked.pilots.lots,
        "lanes": [[[*lane.pilots], lane.first, lane.last, result_settings(lane.config)] for trunk in asked.trunks for lane in trunk.lanes],
        "model": [who.version, who.code_digest, who.data_digest],
        "figures": FIGURES,
    }
    digest = hashlib.sha256(canonical(content))
    for name in MEASURES:
        digest.update((PACKAGE / "pilots" / name).read_bytes())
    return digest.hexdigest()[:20]


def opened(asked: Design, folder: Path) -> list[Archive]:
    """The file of every trunk; UserError when the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [Archive(folder / f"trunk-{n}.bin", width(trunk)) for n, trunk in enumerate(asked.trunks)]
    except OSError as error:
        raise UserError(f"cannot write to {folder}: {error.strerror}. Choose another place with runs_dir=...") from error


def width(trunk: Trunk) -> int:
    """Figures of one seed of a trunk."""
    return sum(len(lane.pilots) for lane in trunk.lanes) * trunk.lots * len(FIGURES)


def names(trunk: Trunk) -> list[str]:
    """Policies of a trunk, in the order of the figures."""
    return [name for lane in trunk.lanes for name in lane.pilots]


def gathered(asked: Design, n: int, archive: Archive) -> dict[str, np.ndarray]:
    """Figures of trunk `n` by policy: (seeds, lots, figures) float64."""
    trunk = asked.trunks[n]
    rows = [archive.get({"trunk": float(n)}, seed) for seed in asked.seeds]
    whole = np.array(rows, np.float64).reshape(len(asked.seeds), len(names(trunk)), trunk.lots, len(FIGURES))
    return {name: whole[:, position] for position, name in enumerate(names(trunk))}


def simulate(asked: Design, archives: Sequence[Archive], jobs: list[Job], progress: Silent, hire: Hire, *, is_model: bool) -> None:
    """Do the jobs and keep what they give.

    Raises
    ------
    RuntimeError : a run failed: a fault of ours. What the others gave is kept.
    """
    if is_model:
        from sim.calibration.evaluate import prepare

        prepare(progress.note)
    scale = max(trunk.config.population.scale for trunk in asked.trunks) * (1 + MORE_PER_LOT * asked.pilots.lots)
    processes = min(len(jobs), useful_processes(asked.config.compute.processes, 1, scale))
    failed: list[str] = []
    done, began = 0, time.perf_counter()

    def keep(job: Job, answer: np.ndarray | str) -> None:
        nonlocal done
        done += 1
        what = f"[{done}/{len(jobs)}] seed {job[1]}, {', '.join(names(asked.trunks[number(job)]))}"
        if isinstance(answer, str):
            failed.append(answer)
            progress.note(f"{what}: FAILED: {answer}")
            return
        archives[number(job)].put(*job, answer)
        progress.note(f"{what}: after {time.perf_counter() - began:.0f} s")

    with hire(processes, partial(simulator, asked)) as workers:
        workers.run(jobs, keep)
    if failed:
        raise RuntimeError(f"{len(failed)} of {len(jobs)} runs of the pilots failed: {failed[0]}")


def simulator(asked: Design) -> Simulator:
    """In a worker process: figures of one seed of one trunk; the world is kept for the next seed."""
    from sim.pilots.measure import measure
    from sim.runs.execute import loopbrug, world_of

    engine = loopbrug()

    def one(values: dict[str, float], seed: int) -> np.ndarray:
        trunk = asked.trunks[int(values["trunk"])]
        found = measure(trunk, seed, world_of(trunk.config, engine)[0])
        return np.array([found[name] for name in names(trunk)], np.float64).ravel()

    return one
