"""Workers without processes, and figures without a model, for the tests of pilots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from sim.calibration.workers import Job, OnDone, Simulator
from sim.pilots.findings import FIGURES


class Here:
    """Workers that do the jobs in this process; `stop_after` jobs they act as if Ctrl-C was pressed."""

    stop_after: int | None = None
    done: list[Job]

    def __init__(self, count: int, load: Callable[[], Simulator]) -> None:
        self.load = load

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def run(self, jobs: Sequence[Job], on_done: OnDone) -> None:
        simulate = self.load()
        for n, job in enumerate(jobs):
            if self.stop_after is not None and n >= self.stop_after:
                raise KeyboardInterrupt
            type(self).done.append(job)
            on_done(job, np.asarray(simulate(*job), np.float32))


def hire_toys(lots: int, pilots: Sequence[int], stop_after: int | None = None) -> tuple[Any, list[Job]]:
    """Workers whose figures depend on the seed alone, and the list of jobs that they did; `pilots`: how many each trunk has."""
    done: list[Job] = []

    def simulate(values: dict[str, float], seed: int) -> np.ndarray:
        one = np.zeros((pilots[int(values["trunk"])], lots, len(FIGURES)))
        figures = {"participants": 40, "controls": 40, "gross": 20 + seed, "without": 20, "control": 20, "placed": 30, "placed_without": 25,
                   "longer": 3, "delay": 40 * seed, "stay": 800, "stay_squared": 40 * 500, "control_stay": 800,
                   "control_stay_squared": 40 * 500, "eligible": 4000, "members": 38, "hours": 114, "fte": 2,
                   "extra_fte": 1600}  # fmt: skip
        for name, value in figures.items():
            one[:, :, FIGURES.index(name)] = value
        return one.ravel()

    kind = type("Toys", (Here,), {"stop_after": stop_after, "done": done})
    return (lambda count, load: kind(count, lambda: simulate)), done
