"""The whole model in the years 2015-2019, whose conditions are the nearest to those of the studies; paired runs, person by person."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.codes import NEVER, NOBODY, State
from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.model import LabourMarket
from sim.world import World, build_world

START = "2015-01"
SCALE = 0.01


@lru_cache(maxsize=3)
def world(until: str = "2019-12", scale: float = SCALE) -> World:
    """The Netherlands at the beginning of 2015."""
    return build_world(scale=scale, start=START, until=until, outlook=Outlook(0.0))


def model(seed: int, *settings: str, until: str = "2019-12", scale: float = SCALE, **tables: np.ndarray) -> LabourMarket:
    """A model before its first month; `settings` as on the command line, `tables` replace those of the world."""
    here = world(until, scale)
    if tables:
        here = replace(here, digest=f"{here.digest} with other {', '.join(tables)}", tables=replace(here.tables, **tables))
    fixed = [f"population.scale={scale}", f"population.start={START}", f"until={until}", "checks=year", "threads=1"]
    return LabourMarket(compose([*fixed, f"seed={seed}", *settings]), here)


def ages(model: LabourMarket) -> np.ndarray:
    """(n_people,) int64 age in months of everybody, also of those who are not there (yet, or any more)."""
    return model.month - model.people.birth_month.astype(np.int64)


def at_work(model: LabourMarket) -> np.ndarray:
    """(n_people,) bool: in work and not under notice."""
    return (model.people.state == State.EMPLOYED) & (model.people.notice_until == NEVER)


def employees(model: LabourMarket) -> np.ndarray:
    """(n_people,) bool: with a main job at an employer."""
    return model.people.employer != NOBODY


class Estimate(NamedTuple):
    """Mean over independent runs, its standard error, and the number of runs."""

    mean: float
    error: float
    runs: int

    def __str__(self) -> str:
        return f"{self.mean:+.2f} ({self.error:.2f})"

    @property
    def low(self) -> float:
        """Two standard errors below."""
        return self.mean - 2 * self.error

    @property
    def high(self) -> float:
        """Two standard errors above."""
        return self.mean + 2 * self.error


def estimate(values: object) -> Estimate:
    """Of one number per run."""
    x = np.asarray(list(values), float)  # type: ignore[call-overload]
    return Estimate(float(x.mean()), float(x.std(ddof=1) / np.sqrt(x.size)), x.size)
