"""A labour market of a few lines: moments that depend on parameters in a curved way, with luck. Worker processes import it too."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.calibration.archive import key_of
from sim.calibration.evaluate import Problem
from sim.calibration.fit import Plan
from sim.calibration.loss import Moments, weights
from sim.calibration.space import Dimension, Space

N_PARAMETERS, N_CELLS, N_IDLE, LUCK = 60, 8, 6, 0.03


def space(count: int = N_PARAMETERS) -> Space:
    """Parameters of three kinds of scale; the prior lies off the middle."""
    kinds = [("ratio", 1.0, 0.5, 2.2), ("share", 0.3, 0.1, 0.8), ("share", 0.1, 0.0, 0.5)]
    return Space(tuple(Dimension(f"toy.p{n:02d}", *kinds[n % 3]) for n in range(count)))


class Toy:
    """``log moment = A u + curvature``, every moment moved by about six parameters; the last `idle` parameters move nothing."""

    def __init__(self, count: int = N_PARAMETERS, idle: int = N_IDLE, targets: int = 40, luck: float = LUCK, misfit: float = 0.05) -> None:
        rng = np.random.default_rng(11)
        self.space, self.luck, m = space(count), luck, targets * N_CELLS
        self.slope = rng.normal(0, 0.5, (m, count)) * (rng.random((m, count)) < 6 / count)
        self.bend = rng.normal(0, 0.5, (m, count)) * (self.slope != 0)
        self.cross = rng.integers(0, count - idle, (m, 2))
        self.cross_size = rng.normal(0, 0.5, m)
        if idle:
            self.slope[:, -idle:] = self.bend[:, -idle:] = 0
        self.truth = np.clip(self.space.prior + rng.uniform(-0.35, 0.35, count), 0.05, 0.95)
        self.observed = np.exp(self.exact(self.truth) + rng.normal(0, misfit, m))
        keys = tuple((f"t{n // N_CELLS}", f"c{n % N_CELLS}", "2015") for n in range(m))
        self.moments = Moments(keys, self.observed, np.full(m, 0.03), weights(keys, {}))

    def exact(self, u: np.ndarray) -> np.ndarray:
        """Log moments without luck."""
        d = u - 0.5
        return self.slope @ np.tanh(1.5 * d) + self.bend @ d**2 + self.cross_size * d[self.cross[:, 0]] * d[self.cross[:, 1]]

    def simulate(self, values: dict[str, float], seed: int) -> np.ndarray:
        """Moments of one run; luck depends on the seed and, as in the model, a little change of a parameter gives other luck."""
        u = self.space.unit(values)
        rng = np.random.default_rng([seed, *np.frombuffer(np.round(u, 9).tobytes(), np.uint32)])
        shared = np.random.default_rng(seed).normal(0, self.luck / 2, len(self.observed))
        return np.exp(self.exact(u) + shared + rng.normal(0, self.luck, len(self.observed)))

    def residuals(self, moments: np.ndarray, luck: float = 0.0) -> np.ndarray:
        """Weighted standardised errors: their squares sum to the loss."""
        return self.moments.residuals(moments, np.full(len(moments), luck))

    def loss(self, u: np.ndarray) -> float:
        """Loss without luck."""
        return float(np.sum(self.residuals(np.exp(self.exact(u))) ** 2))


SMALL = {"count": 10, "idle": 2, "targets": 6}


def small(log: str = "", pause: float = 0.0) -> Callable[[dict[str, float], int], np.ndarray]:
    """Simulator of a small labour market, for worker processes; every run leaves a line in `log`."""
    toy = Toy(**SMALL)

    def simulate(values: dict[str, float], seed: int) -> np.ndarray:
        moments = toy.simulate(values, seed)
        time.sleep(pause)
        if log:
            with open(log, "a") as file:
                file.write(f"{key_of(values, seed).hex()}\n")
        return moments

    return simulate


def fussy() -> Callable[[dict[str, float], int], np.ndarray]:
    """As `small`, but it fails for some values and does not measure the first target."""
    toy = Toy(**SMALL)

    def simulate(values: dict[str, float], seed: int) -> np.ndarray:
        if seed == 1 and key_of(values, seed)[0] < 12:
            raise ZeroDivisionError("one evaluation in twenty fails")
        moments = toy.simulate(values, seed)
        moments[:N_CELLS] = np.nan
        return moments

    return simulate


def broken() -> Callable[[dict[str, float], int], np.ndarray]:
    raise ImportError("no such model")


def problem(load: Callable[[], Any] = small, **identity: Any) -> Problem:
    """The fit of the small labour market on two processes."""
    toy = Toy(**SMALL)
    return Problem(toy.space, toy.moments, load, {"toy": 1, **identity}, processes=2, notes={"version": "9.9"})


PLAN = Plan(minutes=5, trajectories=2, fresh=4, end_seeds=0, candidates=2, patience=4, evaluations=80)
