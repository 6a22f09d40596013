"""`sim validate`: the baseline from January 2015 on, with several seeds, against everything that was observed.

Every seed is measured in a process of its own and leaves one Parquet file in ``<runs_dir>/validation/<key>/``; a file that is there is
used again. With the fit window only, the run ends in December 2019: nobody who looks at it has seen the check window.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from sim.calibration import targets
from sim.calibration.bars import Bar, bars
from sim.calibration.score import Scores, score
from sim.config.errors import UserError, unknown
from sim.config.schema import SimConfig
from sim.runs.batch import COMPILING, Interrupted
from sim.runs.cores import useful_processes
from sim.runs.identity import PACKAGE, Identity, canonical, identity, result_settings
from sim.runs.pool import environment, without_main
from sim.runs.stop import undisturbed
from sim.runs.worker import leave_terminal

START = "2015-01"
WINDOWS = {"both": ("fit", "check"), "fit": ("fit",)}
"""What can be looked at."""
UNTIL = {"both": "2023-09", "fit": "2019-12"}
"""Last month simulated."""
OURS = ("population.start", "until", "scenarios", "experiments")
"""Settings that the verb sets itself."""
NOT_THE_MEASUREMENT = {"naive.py", "score.py", "bars.py", "validate.py", "saved.py", "tell.py", "validation.csv", "validation.yaml"}
"""Files of this folder that cannot change what is measured in a run."""

Measure = Callable[[SimConfig, Path], None]


@dataclass(frozen=True)
class Validation:
    """Measured runs and their scores. ``overrides``: settings as given; ``window``: ``both`` or ``fit``."""

    config: SimConfig
    window: str
    overrides: tuple[str, ...]
    who: Identity
    folder: Path
    scores: Scores
    bars: tuple[Bar, ...]


def validate(
    overrides: Sequence[str] = (), window: str = "both", tell: Callable[[str], None] = lambda text: None, measure: Measure | None = None
) -> Validation:
    """Measure `seeds` histories of the baseline and score them.

    Parameters
    ----------
    overrides : settings as key=value: population.scale, seeds, parameters, structure, compute, runs_dir.
    window : ``both``, or ``fit``: end in 2019 and leave the check window alone.
    tell : is called with a line when something takes long.
    measure : writes the figures of one run to a file; tests pass a quick one.

    Raises
    ------
    UserError
        A mistake in a setting, or no memory for the runs.
    Interrupted
        Ctrl-C; finished seeds are kept.
    """
    config = configuration(overrides, window)
    who = identity()
    folder = Path(config.runs_dir) / "validation" / measurement_key(config, who)
    measured(config, folder, tell, measure or measure_seed, is_model=measure is None)
    simulated = pl.concat(
        pl.read_parquet(file_of(folder, seed)).with_columns(pl.lit(seed, pl.Int64).alias("seed")) for seed in seeds_of(config)
    )
    scored = {name for name, target in targets.load_targets().items() if target.scored}
    scores = score(simulated, targets.observed(), scored, config.population.scale, WINDOWS[window])
    return Validation(config, window, tuple(overrides), who, folder, scores, tuple(bars(scores)))


def configuration(overrides: Sequence[str], window: str) -> SimConfig:
    """The baseline from 2015-01 to the end of the window."""
    from sim.config.compose import compose

    if window not in WINDOWS:
        raise unknown("window", window, WINDOWS)
    for text in overrides:
        key = text.partition("=")[0].lstrip("+~")
        if key in OURS or key.startswith("policies"):
            raise UserError(f"on the command line: '{text}': sim validate runs the baseline from {START} and sets {key} itself.")
    return compose([*overrides, f"population.start={START}", f"until={UNTIL[window]}"])


def seeds_of(config: SimConfig) -> list[int]:
    """The seeds of a configuration."""
    return [config.seed + n for n in range(config.seeds)]


def measurement_key(config: SimConfig, who: Identity) -> str:
    """Name of the folder of a measurement: 20 hexadecimal digits of settings, model, and the code and observations that measure it."""
    content = {"config": result_settings(config), "version": who.version, "code": who.code_digest, "data": who.data_digest}
    digest = hashlib.sha256(canonical(content))
    folder = PACKAGE / "calibration"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.name not in NOT_THE_MEASUREMENT:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:20]


def file_of(folder: Path, seed: int) -> Path:
    """Where the figures of one seed go."""
    return folder / f"seed={seed}.parquet"


def measured(config: SimConfig, folder: Path, tell: Callable[[str], None], measure: Measure, *, is_model: bool) -> None:
    """Measure the seeds whose files are not there yet."""
    todo = [seed for seed in seeds_of(config) if not file_of(folder, seed).exists()]
    if not todo:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot write to {folder}: {error.strerror}. Choose another place with runs_dir=...") from error
    (folder / "config.yaml").write_text(yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False), encoding="utf-8")
    if is_model:
        compile_first(tell)
    threads = config.threads or 1
    processes = min(len(todo), useful_processes(config.compute.processes, threads, config.population.scale))
    jobs = {seed: (config.model_copy(update={"seed": seed}), file_of(folder, seed)) for seed in todo}
    began = time.perf_counter()

    def finished(seed: int, n: int) -> None:
        tell(f"[{n}/{len(todo)}] seed {seed}: measured after {time.perf_counter() - began:.0f} s")

    try:
        if processes == 1:
            for n, (seed, job) in enumerate(jobs.items(), start=1):
                measure(*job)
                finished(seed, n)
        else:
            in_processes(jobs, processes, threads, measure, finished)
    except KeyboardInterrupt:
        raise Interrupted(sum(file_of(folder, seed).exists() for seed in seeds_of(config)), config.seeds) from None


def in_processes(
    jobs: dict[int, tuple[SimConfig, Path]], processes: int, threads: int, measure: Measure, finished: Callable[[int, int], None]
) -> None:
    """Measure on several processes; whatever goes wrong ends them all."""
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), leave_terminal) as pool:
        try:
            with environment(threads), without_main(), undisturbed():
                futures = {pool.submit(measure, *job): seed for seed, job in jobs.items()}
            for n, future in enumerate(as_completed(futures), start=1):
                future.result()
                finished(futures[future], n)
        except BrokenProcessPool as error:
            raise UserError(
                "a process ended in the middle of a run, probably for want of memory: try a smaller population.scale or compute.processes=1"
            ) from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def compile_first(tell: Callable[[str], None]) -> None:
    """Compile the kernels before several processes would do so at the same time."""
    from sim.runs.kernels import is_warm, warm_up

    if not is_warm():
        tell(COMPILING)
        warm_up()


def measure_seed(config: SimConfig, path: Path) -> None:
    """Simulate one seed with a survey and write its figures; the world is kept for the next seed of this process."""
    from sim.calibration.measure import measure
    from sim.runs.execute import loopbrug, world_of

    write(measure(config, world_of(config, loopbrug())[0]), path)


def write(frame: pl.DataFrame, path: Path) -> None:
    """Write a file under a temporary name, then give it its own: it is whole or absent."""
    temporary = path.with_name(f".tmp-{os.getpid()}-{uuid.uuid4().hex[:8]}")
    try:
        frame.select("target", "cell", "period", "value").write_parquet(temporary, compression="zstd")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def document(found: Validation) -> dict[str, Any]:
    """Everything, as ``--json`` prints it: settings, bars, targets, series and points."""
    from sim.calibration.score import by_target

    config = found.config
    return {
        "window": found.window,
        "seeds": seeds_of(config),
        "scale": config.population.scale,
        "overrides": list(found.overrides),
        "parameters": config.parameters,
        "structure": config.structure.model_dump(),
        "folder": found.folder.as_posix(),
        "version": found.who.version,
        "code_digest": found.who.code_digest,
        "data_digest": found.who.data_digest,
        "bars": bar_rows(found.bars),
        "targets": by_target(found.scores).to_dicts(),
        "series": found.scores.series.to_dicts(),
        "points": found.scores.points.to_dicts(),
        "missing": found.scores.missing.to_dicts(),
    }


def bar_rows(found: Collection[Bar]) -> list[dict[str, Any]]:
    """Bars as plain data."""
    return [
        {"name": bar.name, "window": bar.window, "measured": bar.measured, "low": bar.low, "high": bar.high, "met": bar.is_met,
         "off_by": bar.off_by}
        for bar in found
    ]  # fmt: skip
