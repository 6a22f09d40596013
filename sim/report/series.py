"""The data of the charts over time: quantiles of levels and paired differences by metric, cut and scenario, in as few bytes as will do.

What charts and tables find, once ``assets/script/series.js`` has unpacked it::

    over_time/METRIC/CUT/SCENARIO/VIEW/MEASURE = numbers along times/RESOLUTION, with RESOLUTION = resolution/METRIC/CUT
    over_time/METRIC/CUT/SCENARIO/end/MEASURE = a number

In the page, ``over_time/METRIC/CUT`` is one text of whole numbers (`sim.report.packing`). They are steps of 1, 2 or 5 times a power of
ten, chosen so that a chart shows `Detail` of them from bottom to top:

1. the numbers (`sim.report.packing.step`) of the steps of level, sum of levels and level at the end;
2. quantiles of the level of every scenario, each scenario as differences from the first one, and along time as differences from the
   period before; those of the sum likewise; means of the level at the end; half widths of their spread;
3. for every scenario, 0 if it has no reference, otherwise 1 and the numbers of the steps of difference and sum; the cumulated mean
   difference in steps of the difference times the length of a period, differenced twice (so that the months have no rounding of their
   own); half widths of the interval, by period; of that of the sum; of that at the end.

A metric without a sum has nothing of sums, and the mean difference itself in place of the cumulated one.
"""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.contrast import Comparison
from sim.analysis.cuts import CELLS, FAMILIES, LAST_MONTHS, LENGTH, RESOLUTION, Family, periods
from sim.analysis.over_time import Effect, Series, effect, rows_of, series
from sim.report.packing import NOTHING, deltas, pack, size, step, whole

MANY = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
FEW = {"p05": 0.05, "p50": 0.5, "p95": 0.95}
KINDS = ("all", "group", "age", "province", "group_age", "group_province")
"""Kinds of cuts, those first that a page has rather than others."""
MOST_BYTES = {10: 540_000, 30: 3_000_000}
"""Bytes that the texts may take in the file, by number of scenarios; in between in proportion. An index of 10 kB comes with them."""
END_PARTS = 20
"""Steps of the level at the end in the half width of its spread, at least."""
END_FINER = 3
"""The interval at the end, of which titles speak, is given in steps of a tenth (three numbers of steps) of those of the chart."""
PER_BYTE = 5 / 4
"""Characters of the file for each byte."""
SAME = 1e-6
"""Relative difference that numbers of seven digits do not have."""


@dataclass(frozen=True)
class Detail:
    """Steps from bottom to top of a chart, at least, of levels, of their sums, and of differences; and the quantiles."""

    level: int
    total: int
    change: int
    quantiles: dict[str, float]


DETAIL = {"all": Detail(250, 120, 150, MANY), "group": Detail(100, 60, 80, MANY)}
FINE = Detail(60, 40, 36, FEW)
"""Of all other kinds of cuts."""


def made(comparison: Comparison, names: list[str], most: float) -> dict[str, dict[str, dict[str, str]]]:
    """Return the packed numbers by kind of cuts, metric and cut: of as many of `KINDS`, in their order, as take at most `most` bytes."""
    found, bytes_ = {}, 0.0
    for kind in KINDS:
        mine = [family for family in FAMILIES.values() if kind in ("all", *family.kinds)]
        packed = {family.id: texts(comparison, family, kind, names) for family in mine}
        bytes_ += len(gzip.compress("".join(text for cuts in packed.values() for text in cuts.values()).encode(), 6)) * PER_BYTE
        if bytes_ > most and kind != "all":
            break
        found[kind] = packed
    return found


def data(comparison: Comparison, ids: dict[str, str]) -> dict[str, Any]:
    """Return the data by key, packed; `ids` maps names of scenarios to their ids on the page."""
    found = made(comparison, list(ids), float(np.interp(len(ids), list(MOST_BYTES), list(MOST_BYTES.values()))))
    offered = {family: [kind for kind in found if family.id in found[kind]] for family in FAMILIES.values()}
    return {
        "times": _times(comparison.frames.months),
        "series_period": {
            "length": LENGTH,
            "last": {resolution: LAST_MONTHS // length for resolution, length in LENGTH.items()},
            "months": {resolution: periods(len(comparison.frames.months), resolution).n_months.tolist() for resolution in LENGTH},
        },
        "series_left_out": [kind for kind in KINDS if kind not in found],
        "series_scenarios": list(ids.values()),
        "series_index": {
            family.id: {
                "cuts": [cut for kind in its for cut in CELLS[kind]],
                "cumulative": family.has_sum,
                "unit": family.unit,
                "sum_unit": family.sum_unit,
                "decimals": family.decimals,
            }
            for family, its in offered.items()
        },
        "resolution": {family.id: {cut: RESOLUTION[kind] for kind in its for cut in CELLS[kind]} for family, its in offered.items()},
        "over_time": {
            family.id: {cut: text for kind in its for cut, text in found[kind][family.id].items()} for family, its in offered.items()
        },
    }


def _times(months: list[dt.date]) -> dict[str, list[str]]:
    """The middle month of each period (for means), and as ``RESOLUTION_end`` the last one (for sums up to then)."""
    times = {}
    for resolution in LENGTH:
        here = periods(len(months), resolution)
        ends = here.first + here.n_months - 1
        times[resolution] = [months[month].isoformat() for month in (here.first + ends) // 2]
        times[f"{resolution}_end"] = [months[month].isoformat() for month in ends]
    return times


def texts(comparison: Comparison, family: Family, kind: str, names: Sequence[str]) -> dict[str, str]:
    """Return the packed numbers of a metric by cut, for some scenarios in their order."""
    found, detail = series(comparison.frames, family, kind), DETAIL.get(kind, FINE)
    compared = {result.name for result in comparison.scenarios}
    blocks = [*_levels(comparison, found, detail, names)]
    for name in names:
        blocks += (
            _changes(found, effect(comparison, found, name), detail) if name in compared else [np.zeros((len(CELLS[kind]), 1), np.int64)]
        )
    return dict(zip(CELLS[kind], pack(np.concatenate(blocks, axis=1)), strict=True))


def _levels(comparison: Comparison, found: Series, detail: Detail, names: Sequence[str]) -> Iterator[np.ndarray]:
    """Blocks (n_cells, n_numbers) of steps, levels and ends."""
    runs = [found.values[rows_of(comparison, name)] for name in names]
    shares = list(detail.quantiles.values())
    level = np.stack([np.quantile(values, shares, axis=0) for values in runs])  # (n_scenarios, n_quantiles, n_periods, n_cells)
    by_level = step(_range(level), detail.level)
    ends = [found.at_end(values) for values in runs]
    end = np.stack([values.mean(axis=0) for values in ends])
    spread = np.stack([1.96 * values.std(axis=0, ddof=1) if len(values) > 1 else np.full(values.shape[1], np.nan) for values in ends])
    widest = np.fmax.reduce(spread, axis=0)
    finest = step(np.abs(np.nan_to_num(end)).max(axis=0), round(1 / SAME))
    by_end = np.maximum(np.where(widest > 0, np.minimum(step(np.nan_to_num(widest), END_PARTS), by_level), by_level), finest)
    total = by_total = None
    if found.family.has_sum:
        total = np.stack([np.quantile(found.cumulated[rows_of(comparison, name)], shares, axis=0) for name in names])
        by_total = step(_range(total), detail.total)
        yield np.stack([by_level, by_total, by_end], axis=1)
    else:
        yield np.stack([by_level, by_end], axis=1)
    for values, by in ((level, by_level), (total, by_total)):
        if values is not None and by is not None:
            coded = deltas(_from_first(whole(values, size(by)).transpose(3, 0, 1, 2)))
            yield coded.reshape(len(coded), -1)
    for values in (end, spread):
        yield _from_first(whole(values, size(by_end)).T)


def _changes(found: Series, change: Effect, detail: Detail) -> Iterator[np.ndarray]:
    """Blocks (n_cells, n_numbers) of one scenario against its reference."""
    by = step(_range(_bounds(change.mean, change.half)), detail.change)
    half = deltas(whole(change.half, size(by)).T)
    end = whole(change.end_half, size(by - END_FINER))[:, None]
    if found.family.has_sum:
        by_total = step(_range(_bounds(change.sum_mean, change.sum_half)), detail.change)
        yield np.stack([np.ones_like(by), by, by_total], axis=1)
        yield deltas(whole(change.sum_mean, size(by) * found.length).T, 2)
        yield half
        yield deltas(whole(change.sum_half, size(by_total)).T)
    else:
        yield np.stack([np.ones_like(by), by], axis=1)
        yield deltas(whole(change.mean, size(by)).T, 2)
        yield half
    yield end


def _bounds(mean: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Mean and ends of the interval, (1, 3, n_periods, n_cells); the mean alone where there is no interval."""
    return np.stack([mean, mean - np.nan_to_num(half), mean + np.nan_to_num(half)])[None]


def _range(values: np.ndarray) -> np.ndarray:
    """Highest minus lowest by cell of values (..., n_cells); of values that do not differ, a hundredth of how large they are."""
    flat = values.reshape(-1, values.shape[-1])
    low, high = (np.nan_to_num(extreme.reduce(flat, axis=0)) for extreme in (np.fmin, np.fmax))
    return np.where(high - low > SAME * np.maximum(np.abs(low), np.abs(high)), high - low, np.abs(high) / 100)


def _from_first(numbers: np.ndarray) -> np.ndarray:
    """Numbers (n_cells, n_scenarios, ...) as differences from those of the first scenario, that itself excepted."""
    first = np.where(numbers[:, :1] == NOTHING, 0, numbers[:, :1])
    relative = np.where(numbers == NOTHING, NOTHING, numbers - np.where(numbers == NOTHING, 0, first))
    relative[:, 0] = numbers[:, 0]
    return relative
