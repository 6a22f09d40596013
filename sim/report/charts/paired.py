"""Paired differences: per scenario one dot per pair, the mean with its 95 % interval, and the line of no effect.

With many pairs their dots give way to bands, with many scenarios the strips stand closer, and beyond `MOST_ROWS` only both ends of the
ranking are drawn; the table has them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.contrast import Comparison, ScenarioResult
from sim.analysis.frames import GROUPS
from sim.analysis.intervals import Interval, difference
from sim.analysis.metrics import METRICS, last_year
from sim.codes import SECTORS
from sim.report.charts import EXACT, TICKS, Figure, ref
from sim.report.numbers import places, rounded
from sim.report.theme import axis, colour, layout, note, plain
from sim.report.words import Words

NET = "net_fte_months"
OUTCOMES: tuple[str, ...] = (NET, *(f"{NET}.{group}" for group in GROUPS if group != "all"), *METRICS)
"""What can be compared: net FTE-months (in all, by group), and every metric at the end of the period."""
BELOW = 0.2
"""Dots stand this part of a row below the mean, so that its bar hides none."""
MOST_DOTS = 40
"""Pairs of a scenario above which bands of 50 and 90 % of the pairs stand for the dots, which would hide one another."""
MOST_ROWS = 60
"""Scenarios that are drawn at most."""
LONGEST_NAME = 46
"""Characters of a name above a strip: what fits on a phone."""
QUANTILES = (0.05, 0.25, 0.75, 0.95)


@dataclass(frozen=True)
class Density:
    """How closely strips stand: pixels per row, size of the names above them, and of the marks."""

    row: int
    name: int
    mark: int
    dot: int


def density(n: int) -> Density:
    """Return the density for a number of scenarios."""
    return Density(54, 13, 12, 7) if n <= 12 else Density(40, 12, 10, 6) if n <= 30 else Density(34, 11, 8, 5)


def drawn(results: list[ScenarioResult]) -> list[ScenarioResult]:
    """Return the scenarios that are drawn: all, or the first and the last of a long ranking."""
    half = MOST_ROWS // 2
    return results if len(results) <= MOST_ROWS else [*results[:half], *results[-half:]]


def has_bands(results: list[ScenarioResult]) -> bool:
    """Whether bands stand for the dots."""
    return max((len(result.pairs) for result in results), default=0) > MOST_DOTS


def short_name(words: Words, result: ScenarioResult) -> str:
    """Return the name above a strip, safe in a chart; a long one is cut in the middle, since settings stand at its end."""
    name = result.label[words.language]
    half = LONGEST_NAME // 2
    return plain(name if len(name) <= LONGEST_NAME else f"{name[:half].rstrip()}…{name[-half:].lstrip()}")


def outcome_label(words: Words, outcome: str) -> str:
    """Return the name of an outcome."""
    if outcome == NET:
        return words("by_seed.net")
    if outcome.startswith(f"{NET}."):
        return words("by_seed.net_group", group=words(f"groups.{outcome.partition('.')[2]}"))
    return words.metric_label(outcome)


def outcome_unit(words: Words, outcome: str) -> str:
    """Return the unit of the difference in an outcome."""
    return words("by_seed.net_unit") if outcome.startswith(NET) else words.unit(METRICS[outcome].unit, difference=True)


def interval_of(result: ScenarioResult, outcome: str) -> Interval:
    """Return the interval of one outcome of one scenario."""
    if outcome == NET:
        return result.net_fte_months
    if outcome.startswith(f"{NET}."):
        return result.net_by_group[outcome.partition(".")[2]]
    return result.outcomes[outcome]


def figure(words: Words, separators: str, results: list[ScenarioResult]) -> Figure:
    """Return the figure: one strip per scenario in the order of the ranking, with its name above it."""
    shown = drawn(results)
    size, names = density(len(shown)), [plain(result.label[words.language]) for result in shown]
    mean = {
        "type": "scatter",
        "mode": "markers",
        "x": ref("paired/{outcome}/drawn/mean"),
        "y": list(range(len(shown))),
        "text": names,
        "error_x": {"array": ref("paired/{outcome}/drawn/half"), "color": colour("ink"), "thickness": 2, "width": size.mark // 2},
        "marker": {
            "size": size.mark,
            "symbol": ref("paired/{outcome}/drawn/symbol"),
            "color": colour("accent"),
            "line": {"width": 2, "color": colour("accent")},
        },
        "hovertemplate": "%{text}<br>" + words("by_seed.mean") + " %{x}<extra></extra>",
    }
    notes = [
        note(
            short_name(words, result),
            xref="paper",
            x=0,
            y=row,
            xanchor="left",
            yanchor="bottom",
            yshift=size.mark // 2 + 4,
            font={"size": size.name, "color": colour("ink")},
        )
        for row, result in enumerate(shown)
    ]
    zero = {
        "type": "line",
        "x0": 0,
        "x1": 0,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": colour("muted"), "width": 2},
        "layer": "below",
    }
    label = note(words("by_seed.zero"), x=0, yref="paper", y=1, yanchor="bottom", xanchor="center")
    return {
        "data": [*(_bands(size) if has_bands(shown) else [_dots(words, size)]), mean],
        "layout": layout(
            separators=separators,
            height=76 + size.row * len(shown),
            margin={"l": 8, "r": 16, "t": 26, "b": 46},
            xaxis=axis(
                title={"text": ref("paired_axis/{outcome}"), "font": {"size": 12}},
                zeroline=False,
                nticks=5,
                tickangle=0,
                tickformat=TICKS,
                hoverformat=EXACT,
            ),
            yaxis=axis(range=[len(shown) - 0.5, -0.75], showgrid=False, zeroline=False, showticklabels=False),
            shapes=[zero],
            annotations=[*notes, label],
        ),
    }


def _dots(words: Words, size: Density) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": ref("paired/{outcome}/drawn/x"),
        "y": ref("paired_rows"),
        "customdata": ref("paired_seeds"),
        "marker": {"size": size.dot, "color": colour("baseline-50"), "line": {"width": 1, "color": colour("baseline")}},
        "hovertemplate": words("by_seed.seed") + " %{customdata}: %{x}<extra></extra>",
    }


def _bands(size: Density) -> list[dict[str, Any]]:
    """Thick lines from 5 to 95 % and from 25 to 75 % of the pairs."""
    unseen = {"size": 24, "opacity": 0}  # keeps the ends of the bands off the edge
    line: dict[str, Any] = {"type": "scatter", "mode": "lines+markers", "marker": unseen, "hoverinfo": "skip", "y": ref("paired_bands")}
    colours = (("90", "baseline-90"), ("50", "baseline-50"))
    return [
        line | {"x": ref(f"paired/{{outcome}}/drawn/band{share}"), "line": {"width": size.dot + 3, "color": colour(tone)}}
        for share, tone in colours
    ]


def data(comparison: Comparison) -> dict[str, Any]:
    """Return the differences of all pairs that are drawn, and of every scenario the mean with its interval, rounded to it."""
    results = comparison.scenarios
    shown = drawn(results)
    ends = last_year(comparison.values)
    jobs = comparison.frames.market_fte.sum(axis=2)
    pairs = [(row, *comparison.rows(result.name)) for row, result in enumerate(shown)]
    bands = has_bands(shown)
    paired = {}
    for outcome in OUTCOMES:
        points = [_differences(outcome, ends, jobs, rows, base) for _, base, rows in pairs]
        intervals = [interval_of(result, outcome) for result in shown]
        dots = _of_bands(points, intervals) if bands else {"x": _of_dots(points, intervals)}
        table = _table([interval_of(result, outcome) for result in results])
        means = table["mean"] if shown is results else [rounded(interval.mean, interval.half_width) for interval in intervals]
        half = [rounded(interval.half_width or 0.0, interval.half_width) for interval in intervals]
        symbol = ["diamond" if interval.is_clear else "diamond-open" for interval in intervals]
        paired[outcome] = {"drawn": dots | {"mean": means, "half": half, "symbol": symbol}, "all": table}
    places_of = (
        {"paired_bands": [y for row in range(len(shown)) for y in (row + BELOW, row + BELOW, None)]}
        if bands
        else {
            "paired_rows": [row + BELOW for row, _, rows in pairs for _ in rows],
            "paired_seeds": [comparison.frames.runs[run].pair[0] for _, _, rows in pairs for run in rows],
        }
    )
    return {"paired": paired, **places_of}


def _table(intervals: list[Interval]) -> dict[str, Any]:
    """Columns of the twin: mean and bounds rounded to the interval, the decimals of each, whether it is clear, and the number of pairs."""
    half = [interval.half_width for interval in intervals]
    bounds = {
        end: [None if bound is None else rounded(bound, width) for bound, width in zip(values, half, strict=True)]
        for end, values in (("low", [i.low for i in intervals]), ("high", [i.high for i in intervals]))
    }
    return {
        "mean": [rounded(interval.mean, interval.half_width) for interval in intervals],
        **bounds,
        "digits": [places(interval.mean, interval.half_width) for interval in intervals],
        "clear": [int(interval.is_clear) for interval in intervals],
        "n": [interval.n for interval in intervals],
    }


def _of_dots(points: list[np.ndarray], intervals: list[Interval]) -> list[float | None]:
    """Differences one digit finer than the interval: as fine as a dot can stand."""
    return [
        rounded(float(value), interval.half_width and interval.half_width / 10)
        for values, interval in zip(points, intervals, strict=True)
        for value in values
    ]


def _of_bands(points: list[np.ndarray], intervals: list[Interval]) -> dict[str, list[float | None]]:
    """Ends of the bands, with a gap after each scenario."""
    found: dict[str, list[float | None]] = {"band90": [], "band50": []}
    for values, interval in zip(points, intervals, strict=True):
        known = values[np.isfinite(values)]
        p05, p25, p75, p95 = np.quantile(known, QUANTILES).tolist() if known.size else [np.nan] * 4
        for name, band in (("band90", (p05, p95)), ("band50", (p25, p75))):
            found[name] += [*(rounded(end, interval.half_width) for end in band), None]
    return found


def _differences(outcome: str, ends: np.ndarray, jobs: np.ndarray, rows: list[int], base: list[int]) -> np.ndarray:
    if not outcome.startswith(NET):
        column = list(METRICS).index(outcome)
        return difference(ends[rows, column], ends[base, column])
    sectors = [SECTORS.index(key) for key in GROUPS[outcome.partition(".")[2] or "all"]]
    return np.asarray(difference(jobs[rows], jobs[base])[:, sectors].sum(axis=1))
