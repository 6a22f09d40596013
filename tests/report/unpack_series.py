"""The packed data of the charts over time, read as ``assets/script/series.js`` reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import add
from typing import Any

from sim.report.packing import unpack

MANY, FEW = ("p05", "p25", "p50", "p75", "p95"), ("p05", "p50", "p95")
Numbers = list[float | None]


def in_steps(count: int | None, number: int, times: int = 1) -> float | None:
    if count is None:
        return None
    power, digit = divmod(number, 3)
    whole = count * times * (1, 2, 5)[digit]
    return whole / 10**-power if power < 0 else float(whole * 10**power)


def short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")


def added(values: Iterable[float]) -> float:
    """One after another, as scripts add (Python's ``sum`` is more exact)."""
    return reduce(add, values, 0.0)


def summed(counts: list[int | None]) -> list[int | None]:
    last, sums = 0, []
    for count in counts:
        last += count or 0
        sums.append(None if count is None else last)
    return sums


def opened(data: dict[str, Any]) -> dict[str, Any]:
    """All of ``over_time`` as charts and tables find it."""
    return {metric: {cut: opened_cut(data, metric, cut) for cut in cuts} for metric, cuts in data["over_time"].items()}


def opened_cut(data: dict[str, Any], metric: str, cut: str) -> dict[str, Any]:
    """One cut of one metric, by scenario."""
    numbers = unpack(data["over_time"][metric][cut])
    take: Callable[[int], list[int | None]] = lambda n: [next(numbers) for _ in range(n)]  # noqa: E731
    adds, kind = data["series_index"][metric]["cumulative"], data["resolution"][metric][cut]
    months, length = data["series_period"]["months"][kind], data["series_period"]["length"][kind]
    n, scenarios = len(months), data["series_scenarios"]
    names = MANY if cut.endswith(".all.all") else FEW
    steps = dict(zip(("level", "level_sum") if adds else ("level",), take(1 + adds), strict=True))
    end_step = take(1)[0]
    found: dict[str, Any] = {scenario: {} for scenario in scenarios}
    for view, step in steps.items():
        first: dict[str, list[int | None]] = {}
        for scenario in scenarios:
            found[scenario][view] = {}
            for name in names:
                counts = summed(take(n))
                if name in first:
                    counts = [None if c is None else c + (b or 0) for c, b in zip(counts, first[name], strict=True)]
                else:
                    first[name] = counts
                found[scenario][view][name] = [in_steps(count, step) for count in counts]
    for measure in ("level", "spread"):
        counts = take(len(scenarios))
        for k, scenario in enumerate(scenarios):
            count = counts[k] if k == 0 or counts[k] is None else counts[k] + (counts[0] or 0)
            found[scenario].setdefault("end", {})[measure] = in_steps(count, end_step)
    for scenario in scenarios:
        end = found[scenario]["end"]
        end |= dict.fromkeys(("mean", "low", "high", "sum_mean", "sum_low", "sum_high"))
        if take(1) == [0]:
            continue
        step, *total_step = take(1 + adds)
        counts = summed(summed(take(n)))
        halves = [in_steps(count, step) for count in summed(take(n))]
        means = [in_steps(count, step) for count in counts]
        if adds:
            totals = [in_steps(count, step, length) for count in counts]
            means = [in_steps(b - a, step, length) / m for a, b, m in zip([0, *counts], counts, months, strict=False)]
            total_halves = [in_steps(count, total_step[0]) for count in summed(take(n))]
            found[scenario]["change_sum"] = bounds(totals, total_halves)
            end |= bounds_at(totals[-1], total_halves[-1], "sum_")
        found[scenario]["change"] = bounds(means, halves)
        last = min(data["series_period"]["last"][kind], n)
        late = list(zip(means[-last:], months[-last:], strict=True))
        mean = None if any(m is None for m, _ in late) else added(m * w for m, w in late) / added(w for _, w in late)
        end |= bounds_at(mean, in_steps(take(1)[0], step - 3), "")
    assert next(numbers, "end") == "end"
    return found


def bounds(means: Numbers, halves: Numbers) -> dict[str, Numbers]:
    if all(half is None for half in halves):
        return {"mean": [short(mean) for mean in means]}
    ends = [bounds_at(mean, half, "") for mean, half in zip(means, halves, strict=True)]
    return {key: [end[key] for end in ends] for key in ("mean", "low", "high")}


def bounds_at(mean: float | None, half: float | None, prefix: str) -> dict[str, float | None]:
    known = mean is not None and half is not None
    values = (mean, mean - half, mean + half) if known else (mean, None, None)
    return {f"{prefix}{key}": short(value) for key, value in zip(("mean", "low", "high"), values, strict=True)}
