"""The whole model, with everything on but trends, under a sine of national demand; and the same without the sine."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from sim.codes import N_SECTORS, State
from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.model import LabourMarket
from sim.world import build_world

SCALE, START, UNTIL = 0.004, "2015-01", "2030-12"
PERIOD, BEFORE, CYCLES = 84, 24, 2
"""Months of a cycle, months to forget, cycles counted."""
LEVEL, AMPLITUDE = 1.02, 0.03
SEEDS = (1, 2, 3)


@lru_cache(maxsize=1)
def _world():
    return build_world(scale=SCALE, start=START, until=UNTIL, outlook=Outlook(0.0))


@lru_cache(maxsize=16)
def cycle(seed: int, amplitude: float = AMPLITUDE, level: float = LEVEL) -> dict[str, np.ndarray]:
    """Two cycles of the whole model.

    Returns
    -------
    (CYCLES * PERIOD,) float64 each - unemployed and recorded vacancies open at the end of the month per person in the labour force; hires,
    searchers and openings of the month, persons simulated.
    """
    world = _world()
    months = np.arange(world.tables.national_demand_index.size)
    tables = replace(
        world.tables,
        national_demand_index=level * (1 + amplitude * np.sin(2 * np.pi * months / PERIOD)),
        sector_trend_per_year=np.zeros(N_SECTORS),
        sector_cycle_sensitivity=np.ones(N_SECTORS),
    )
    config = compose([f"population.scale={SCALE}", f"population.start={START}", f"until={UNTIL}", f"seed={seed}", "threads=1"])
    model = LabourMarket(config, replace(world, digest=f"{world.digest} with a cycle", tables=tables))
    rows = []
    for _ in range(BEFORE + CYCLES * PERIOD):
        model.step()
        employed, unemployed = np.bincount(model.people.state, minlength=len(State))[[State.EMPLOYED, State.UNEMPLOYED]]
        rows.append((
            unemployed / (employed + unemployed), model.phase("vacancies").open.sum() / (employed + unemployed),
            model.phase("matching").hires.sum(), model.phase("search").searchers.size, len(model.vacancies),
        ))  # fmt: skip
    columns = np.array(rows, float)[BEFORE:].T
    return dict(zip(("unemployed", "vacant", "hires", "searchers", "openings"), columns, strict=True))
