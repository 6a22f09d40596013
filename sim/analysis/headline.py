"""The figures that answers are given in, one number per run: FTE-months at work and FTE-months of shortage, by group of sectors."""

from __future__ import annotations

import numpy as np

from sim.analysis.frames import GROUPS, Frames
from sim.analysis.metrics import METRICS
from sim.analysis.programmes import FOLLOWED, compared
from sim.codes import SECTORS

NET, SHORTAGE = "net_fte_months", "shortage_months"
"""Work done, and shortage, over the whole horizon; with ``.group`` for a group of sectors."""


def levels(frames: Frames, values: np.ndarray) -> dict[str, np.ndarray]:
    """FTE-months over the whole horizon by run, (n_runs,) each: ``net_fte_months``, the same by group, and ``shortage_months`` by group.

    Parameters
    ----------
    values : all metrics, (n_runs, n_months, n_metrics), as `Comparison.values`.
    """
    by_sector = frames.market_fte.sum(axis=2)
    found = {NET: by_sector.sum(axis=1)}
    found |= {
        f"{NET}.{group}": by_sector[:, [SECTORS.index(key) for key in keys]].sum(axis=1) for group, keys in GROUPS.items() if group != "all"
    }
    columns = list(METRICS)
    return found | {f"{SHORTAGE}.{group}": values[:, :, columns.index(f"shortage_fte.{group}")].sum(axis=1) for group in GROUPS}


def per_head(frames: Frames) -> np.ndarray:
    """(n_runs,) share of participants less share of the comparison group with the outcome; NaN where nobody was followed."""
    import polars as pl

    sums = compared(frames.programmes).group_by("run").agg(pl.col(FOLLOWED).sum())
    found = np.full(len(frames.runs), np.nan)
    effect = sums["gross_outcome"] / sums["gross_count"] - sums["control_outcome"] / sums["control_count"]
    found[sums["run"].to_numpy()] = effect.to_numpy()
    return found
