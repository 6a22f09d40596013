"""What is looked at in every run, and the effect of a policy in it.

Figures of a run: the mean of every metric over the last twelve months, FTE-months at work over the whole period, and the effect per head
that a trial by lot inside the run finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import batched
from pathlib import Path

import numpy as np

from sim.analysis import headline
from sim.analysis.frames import GROUPS, Frames, gather
from sim.analysis.intervals import difference
from sim.analysis.metrics import METRICS, last_year, series
from sim.analysis.runs import read_runs
from sim.codes import SECTORS

NET = "net_fte_months"
PER_HEAD = "net_per_head"
MONTHS = {NET if group == "all" else f"{NET}.{group}": tuple(SECTORS.index(key) for key in keys) for group, keys in GROUPS.items()}
"""FTE-months at work, by group of sectors."""
OUTCOMES = (NET, PER_HEAD, *(name for name in MONTHS if name != NET), *METRICS)
"""What an effect can be measured in."""
LEVELS = tuple(METRICS)
"""What a level can be measured in."""
AT_A_TIME = 100
"""Runs whose tables are read together: enough to be quick, few enough that thousands of runs need no more memory than a hundred."""


def figures(folders: Sequence[Path]) -> np.ndarray:
    """All `OUTCOMES` of finished runs, shape (runs, outcomes) float64; nan where one is not defined.

    Raises
    ------
    sim.config.errors.UserError : a folder that is not a whole run.
    """
    parts = [_figures(gather([read_runs([folder])[0] for folder in some])) for some in batched(folders, AT_A_TIME, strict=False)]
    return np.concatenate(parts) if parts else np.empty((0, len(OUTCOMES)))


def _figures(frames: Frames) -> np.ndarray:
    months = frames.market_fte.sum(axis=2)
    columns = {name: months[:, list(sectors)].sum(axis=1) for name, sectors in MONTHS.items()} | {PER_HEAD: per_head(frames)}
    columns |= dict(zip(METRICS, last_year(series(frames)).T, strict=True))
    return np.column_stack([columns[name] for name in OUTCOMES])


def per_head(frames: Frames) -> np.ndarray:
    """Share of participants less share of the comparison group with the outcome, percentage points, shape (runs,); nan without either."""
    return 100 * headline.per_head(frames)


def effect(outcome: str, scenario: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Effect in one outcome of runs and their references, both of shape (..., outcomes); per head it is in the run itself."""
    column = OUTCOMES.index(outcome)
    return scenario[..., column] if outcome == PER_HEAD else difference(scenario[..., column], reference[..., column])
