"""One evaluation: parameter values in, simulated moments out, for some paired seeds; nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.calibration.archive import Archive, key_of
from sim.calibration.loss import Key, Moments, fit_moments
from sim.calibration.space import Space
from sim.calibration.workers import Job, Simulator, Workers
from sim.config.errors import UserError

if TYPE_CHECKING:
    from sim.config.schema import SimConfig

START, END = "2015-01", "2019-12"
"""Months of a run: the fit window. Nothing after it is simulated, let alone looked at."""


@dataclass(frozen=True)
class Problem:
    """What is fitted to what; tests put a small one in the place of the model.

    Attributes
    ----------
    space, moments : parameters, and published figures.
    load : picklable; gives the simulator in a worker process.
    identity : what the evaluations depend on besides the design of the fit: code, data, settings.
    prepare : called once before workers start (compiles the model); takes a function that tells the user.
    notes : for the result: version, digests, scale.
    """

    space: Space
    moments: Moments
    load: Callable[[], Simulator]
    identity: dict[str, Any]
    processes: int = 1
    prepare: Callable[[Callable[[str], None]], None] = lambda tell: None
    notes: dict[str, Any] = field(default_factory=dict)


class Evaluator:
    """Does runs on the workers unless the archive has them."""

    def __init__(self, moments: Moments, archive: Archive, workers: Workers) -> None:
        self.moments, self.archive, self.workers = moments, archive, workers

    def run(
        self, points: Sequence[Mapping[str, float]], seeds: Sequence[int], on_point: Callable[[int, str | None], None] = lambda n, e: None
    ) -> dict[int, str]:
        """Simulate every point with every seed; `on_point` hears when a point is complete, with the error if it failed.

        Returns
        -------
        What went wrong, by number of the point; empty when nothing did.
        """
        left = [{key_of(point, seed) for seed in seeds if self.archive.get(point, seed) is None} for point in points]
        jobs: dict[bytes, Job] = {key_of(point, seed): (point, seed) for point in points for seed in seeds}
        failed: dict[int, str] = {}
        for n, missing in enumerate(left):
            if not missing:
                on_point(n, None)

        def keep(job: Job, answer: np.ndarray | str) -> None:
            if not isinstance(answer, str):
                self.archive.put(job[0], job[1], answer)
            for n, missing in enumerate(left):
                if key_of(*job) in missing:
                    missing.discard(key_of(*job))
                    if isinstance(answer, str):
                        failed.setdefault(n, answer)
                    if not missing:
                        on_point(n, failed.get(n))

        self.workers.run([job for key, job in jobs.items() if any(key in missing for missing in left)], keep)
        return failed

    def must(self, points: Sequence[Mapping[str, float]], seeds: Sequence[int]) -> np.ndarray:
        """Moments, mean over `seeds`, shape (points, moments); RuntimeError when a run failed."""
        failed = self.run(points, seeds)
        if failed:
            raise RuntimeError(f"a run that the fit needs failed: {next(iter(failed.values()))}")
        return np.array([self.archive.mean(point, tuple(seeds)) for point in points])


def nested(values: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Values by path as the setting ``parameters``.

    >>> nested({"search.pull_A": 1.0, "search.pull_B": 2.0, "matching.taste_sd": 0.1})
    {'search': {'pull_A': 1.0, 'pull_B': 2.0}, 'matching': {'taste_sd': 0.1}}
    """
    groups: dict[str, dict[str, float]] = {}
    for path, value in values.items():
        group, name = path.rsplit(".", 1)
        groups.setdefault(group, {})[name] = float(value)
    return groups


def loopbrug(config: SimConfig, keys: tuple[Key, ...]) -> Simulator:
    """The real simulator, for a worker process: the world is built once. What `measure` does not measure is not a number."""
    from sim.calibration.measure import measure
    from sim.runs.execute import loopbrug as engine
    from sim.runs.execute import world_of

    def simulate(values: dict[str, float], seed: int) -> np.ndarray:
        parameters = {group: dict(given) for group, given in config.parameters.items()}
        for group, mine in nested(values).items():
            parameters[group] = parameters.get(group, {}) | mine
        run = config.model_copy(update={"seed": seed, "parameters": parameters})
        frame = measure(run, world_of(run, engine())[0])
        found = {(t, c, p): v for t, c, p, v in frame.select("target", "cell", "period", "value").iter_rows()}
        return np.array([np.nan if (value := found.get(key)) is None else value for key in keys])

    return simulate


def prepare(tell: Callable[[str], None]) -> None:
    """Compile the kernels once, before several processes need them."""
    from sim.runs.batch import COMPILING
    from sim.runs.kernels import is_warm, warm_up

    if not is_warm():
        tell(COMPILING)
        warm_up()


def problem(config: SimConfig, space: Space) -> Problem:
    """The fit of the model with these settings.

    Raises
    ------
    UserError : the months are not those of the fit window, or a fitted parameter is also set by hand.
    """
    from sim.calibration.study import identity_of
    from sim.runs.cores import useful_processes

    if (config.population.start, config.until) != (START, END):
        raise UserError(f"A fit runs from {START} to {END}: leave out population.start and until.")
    for group, given in config.parameters.items():
        both = [f"{group}.{name}" for name in given if f"{group}.{name}" in space.paths]
        if both:
            raise UserError(f"parameters.{both[0]} is being fitted: leave it out, or fit others with --only.")
    moments = fit_moments()
    identity, notes = identity_of(config, space.paths)
    processes = useful_processes(config.compute.processes, 1, config.population.scale)
    return Problem(space, moments, partial(loopbrug, config, moments.keys), identity, processes, prepare, notes)
