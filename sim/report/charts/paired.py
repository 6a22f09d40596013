"""Paired differences: per scenario one dot per seed, the mean with its 95 % interval, and the line of no effect."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.analysis.contrast import Comparison, ScenarioResult
from sim.analysis.frames import GROUPS
from sim.analysis.intervals import Interval, difference
from sim.analysis.metrics import METRICS, last_year
from sim.codes import SECTORS
from sim.report.charts import HOVER, SHORT_TICKS, TICKS, Figure, ref
from sim.report.theme import axis, colour, layout, note, plain
from sim.report.words import Words

NET = "net_fte_months"
OUTCOMES: tuple[str, ...] = (NET, *(f"{NET}.{group}" for group in GROUPS if group != "all"), *METRICS)
"""What can be compared: net FTE-months (in all, by group), and every metric at the end of the period."""
ROW_HEIGHT = 54
BELOW = 0.2
"""Dots stand this part of a row below the mean, so that its bar hides none."""


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
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": ref("paired/{outcome}/x"),
        "y": ref("paired_rows"),
        "customdata": ref("paired_seeds"),
        "marker": {"size": 7, "color": colour("baseline-50"), "line": {"width": 1, "color": colour("baseline")}},
        "hovertemplate": words("by_seed.seed") + " %{customdata}: %{x}<extra></extra>",
    }
    mean = {
        "type": "scatter",
        "mode": "markers",
        "x": ref("paired/{outcome}/mean"),
        "y": list(range(len(results))),
        "error_x": {"array": ref("paired/{outcome}/half"), "color": colour("ink"), "thickness": 2, "width": 5},
        "marker": {
            "size": 12,
            "symbol": ref("paired/{outcome}/symbol"),
            "color": colour("accent"),
            "line": {"width": 2, "color": colour("accent")},
        },
        "hovertemplate": words("by_seed.mean") + " %{x}<extra></extra>",
    }
    names = [
        note(
            plain(result.label[words.language]),
            xref="paper",
            x=0,
            y=row,
            xanchor="left",
            yanchor="bottom",
            yshift=11,
            font={"size": 13, "color": colour("ink")},
        )
        for row, result in enumerate(results)
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
        "data": [dots, mean],
        "layout": layout(
            separators=separators,
            height=76 + ROW_HEIGHT * len(results),
            margin={"l": 8, "r": 16, "t": 26, "b": 46},
            xaxis=axis(
                title={"text": ref("paired_axis/{outcome}"), "font": {"size": 12}},
                zeroline=False,
                nticks=6,
                tickangle=0,
                tickformat=ref("paired_ticks/{outcome}"),
                hoverformat=HOVER,
            ),
            yaxis=axis(range=[len(results) - 0.5, -0.75], showgrid=False, zeroline=False, showticklabels=False),
            shapes=[zero],
            annotations=[*names, label],
        ),
    }


def data(comparison: Comparison) -> dict[str, Any]:
    """Return one difference per seed, scenario and outcome, with the mean and the half width of its interval."""
    results = comparison.scenarios
    ends = last_year(comparison.values)
    jobs = comparison.frames.market_fte.sum(axis=2)
    pairs = [(row, *comparison.rows(result.name)) for row, result in enumerate(results)]
    paired = {}
    for outcome in OUTCOMES:
        intervals = [interval_of(result, outcome) for result in results]
        points = [_differences(outcome, ends, jobs, rows, base) for _, base, rows in pairs]
        paired[outcome] = {
            "x": [_round(value) for point in points for value in point],
            "mean": [_round(interval.mean) for interval in intervals],
            "half": [_round(interval.half_width or 0.0) for interval in intervals],
            "symbol": ["diamond" if interval.is_clear else "diamond-open" for interval in intervals],
        }
    return {
        "paired": paired,
        "paired_ticks": {outcome: TICKS if outcome in METRICS and METRICS[outcome].decimals else SHORT_TICKS for outcome in OUTCOMES},
        "paired_rows": [row + BELOW for row, _, rows in pairs for _ in rows],
        "paired_seeds": [comparison.frames.runs[run].pair[0] for _, _, rows in pairs for run in rows],
    }


def _differences(outcome: str, ends: np.ndarray, jobs: np.ndarray, rows: list[int], base: list[int]) -> np.ndarray:
    if not outcome.startswith(NET):
        column = list(METRICS).index(outcome)
        return difference(ends[rows, column], ends[base, column])
    sectors = [SECTORS.index(key) for key in GROUPS[outcome.partition(".")[2] or "all"]]
    return np.asarray(difference(jobs[rows], jobs[base])[:, sectors].sum(axis=1))


def _round(value: float) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) else None
