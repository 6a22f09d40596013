"""The data of the charts over time: quantiles of levels and paired differences by metric, cut and scenario, as few bytes as a chart needs.

over_time/METRIC/CUT/SCENARIO/VIEW/MEASURE = numbers along times/RESOLUTION, RESOLUTION = resolution/METRIC/CUT
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.analysis.contrast import Comparison
from sim.analysis.cuts import CELLS, FAMILIES, LENGTH, periods
from sim.analysis.over_time import Effect, Series, effect, rows_of, series

MANY = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
FEW = {"p05": 0.05, "p50": 0.5, "p95": 0.95}


def data(comparison: Comparison, ids: dict[str, str]) -> dict[str, Any]:
    """Return the data by key; `ids` maps names of scenarios to their ids on the page."""
    frames = comparison.frames
    times = {}
    for resolution in LENGTH:
        here = periods(len(frames.months), resolution)
        times[resolution] = [frames.months[first + (n - 1) // 2].isoformat() for first, n in zip(here.first, here.n_months, strict=True)]
        times[f"{resolution}_end"] = [frames.months[first + n - 1].isoformat() for first, n in zip(here.first, here.n_months, strict=True)]
    over_time: dict[str, Any] = {}
    index: dict[str, Any] = {}
    resolutions: dict[str, Any] = {}
    for family in FAMILIES.values():
        kinds = [kind for kind in ("all", *family.kinds) if kind == "all" or family.resolution(kind) == "month"]
        cuts = [cut for kind in kinds for cut in CELLS[kind]]
        index[family.id] = {
            "cuts": cuts,
            "cumulative": family.has_sum,
            "unit": family.unit,
            "sum_unit": family.sum_unit,
            "decimals": family.decimals,
        }
        resolutions[family.id] = {cut: family.resolution(kind) for kind in kinds for cut in CELLS[kind]}
        over_time[family.id] = {cut: {} for cut in cuts}
        for kind in kinds:
            found = series(frames, family, kind)
            for name, sid in ids.items():
                for cell, views in zip(CELLS[kind], _views(comparison, found, name), strict=True):
                    over_time[family.id][cell][sid] = views
    return {"times": times, "series_index": index, "resolution": resolutions, "over_time": over_time}


def _views(comparison: Comparison, found: Series, name: str) -> list[dict[str, Any]]:
    rows = rows_of(comparison, name)
    quantiles = MANY if found.kind in ("all", "group") else FEW
    levels = np.quantile(found.values[rows], list(quantiles.values()), axis=0)
    sums = np.quantile(found.cumulated[rows], list(quantiles.values()), axis=0) if found.family.has_sum else None
    ends = found.at_end(found.values[rows])
    effects = effect(comparison, found, name) if any(result.name == name for result in comparison.scenarios) else None
    views = []
    for cell in range(found.values.shape[2]):
        view: dict[str, Any] = {"level": {q: _numbers(levels[k, :, cell]) for k, q in enumerate(quantiles)}}
        if sums is not None:
            view["level_sum"] = {q: _numbers(sums[k, :, cell]) for k, q in enumerate(quantiles)}
        end: dict[str, Any] = dict.fromkeys(("mean", "low", "high", "sum_mean", "sum_low", "sum_high"))
        if effects is not None:
            view["change"] = _bounds(effects.mean[:, cell], effects.half[:, cell])
            if sums is not None:
                view["change_sum"] = _bounds(effects.sum_mean[:, cell], effects.sum_half[:, cell])
            end |= _end(effects, cell)
        spread = 1.96 * float(ends[:, cell].std(ddof=1)) if len(rows) > 1 else np.nan
        both = _numbers(np.array([ends[:, cell].mean(), spread]))
        views.append(view | {"end": {"level": both[0], "spread": both[1], **end}})
    return views


def _bounds(mean: np.ndarray, half: np.ndarray) -> dict[str, Any]:
    return {"mean": _numbers(mean), "low": _numbers(mean - half), "high": _numbers(mean + half)}


def _end(effects: Effect, cell: int) -> dict[str, Any]:
    mean, half = effects.end[cell], effects.end_half[cell]
    total, total_half = effects.sum_mean[-1, cell], effects.sum_half[-1, cell]
    numbers = _numbers(np.array([mean, mean - half, mean + half, total, total - total_half, total + total_half]))
    return dict(zip(("mean", "low", "high", "sum_mean", "sum_low", "sum_high"), numbers, strict=True))


def _numbers(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else float(f"{value:.4g}") for value in values.tolist()]
