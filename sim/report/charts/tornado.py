"""Tornado: what each uncertain number does to an outcome, the largest on top, with the interval that luck leaves it."""

from __future__ import annotations

import textwrap
from typing import Any

from sim.analysis.intervals import Interval
from sim.report.charts import HOVER, Figure, ref
from sim.report.charts.changes import FADED
from sim.report.theme import axis, colour, layout, note, plain
from sim.report.words import Words
from sim.sensitivity.methods import Index

SHOWN = 12
"""Bars that are drawn."""
ROW_HEIGHT = 106
BELOW = 0.11
"""The two bars of a row lie this part of a row above and below its middle."""
WIDE = 0.2
NAME_WIDTH, DETAIL_WIDTH, NAME_LINES = 46, 56, 2
"""Characters of a line that a telephone has room for."""
Bar = tuple[float, float]
"""A value and half of its interval."""


def figure(words: Words, separators: str) -> Figure:
    """Return the figure, for any table."""
    place = "tornado/{table}"
    luck = {
        "type": "bar",
        "orientation": "h",
        "x": ref(f"{place}/luck"),
        "base": ref(f"{place}/luck_base"),
        "y": ref(f"{place}/rows"),
        "width": 2 * WIDE + 0.06,
        "marker": {"color": colour("baseline-90")},
        "hoverinfo": "skip",
    }
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "x": ref(f"{place}/{which}"),
            "y": ref(f"{place}/{which}_rows"),
            "width": ref(f"{place}/width"),
            "error_x": {"array": ref(f"{place}/{which}_half"), "color": colour("ink"), "thickness": 1.5, "width": 4},
            "marker": {"color": colour(paint), "opacity": ref(f"{place}/opacity")},
            "customdata": ref(f"tornado_hover/{{table}}/{which}"),
            "hovertemplate": "%{customdata}: %{x}<extra></extra>",
        }
        for which, paint in (("second", "baseline"), ("first", "accent"))
    ]
    tick = {
        "type": "scatter",
        "mode": "markers",
        "x": ref(f"{place}/tick"),
        "y": ref(f"{place}/tick_rows"),
        "marker": {"symbol": "line-ns-open", "size": 22, "color": colour("ink"), "line": {"width": 2, "color": colour("ink")}},
        "hovertemplate": "mu*: %{x}<extra></extra>",
    }
    return {
        "data": [luck, *bars, tick],
        "layout": layout(
            separators=separators,
            height=ref(f"{place}/height"),
            margin={"l": 8, "r": 16, "t": 8, "b": 46},
            barmode="overlay",
            xaxis=axis(
                title={"text": ref("tornado_axis/{table}"), "font": {"size": 12}},
                zeroline=True,
                zerolinewidth=2,
                nticks=6,
                tickangle=0,
                tickformat=ref("tornado_ticks/{table}"),
                hoverformat=HOVER,
            ),
            yaxis=axis(range=ref(f"{place}/range"), showgrid=False, zeroline=False, showticklabels=False),
            annotations=ref("tornado_names/{table}"),
        ),
    }


def names(labels: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the texts above the bars: name and details of every index that is drawn, in order."""
    texts = []
    for row, (name, detail) in enumerate(labels[:SHOWN]):
        lines = textwrap.wrap(name, NAME_WIDTH, max_lines=NAME_LINES, placeholder=" …")
        muted = f'<span style="font-size:11px">{plain(textwrap.shorten(detail, DETAIL_WIDTH, placeholder=" …"))}</span>'
        texts.append(
            note(
                "<br>".join([*map(plain, lines), muted]),
                xref="paper",
                x=0,
                y=row - 0.25,
                xanchor="left",
                yanchor="bottom",
                align="left",
                bgcolor=colour("surface"),
                font={"size": 13, "color": colour("ink")},
            )
        )
    return texts


def data(method: str, indices: list[Index]) -> dict[str, Any]:
    """Return the bars of one table."""
    drawn = indices[:SHOWN]
    rows = list(range(len(drawn)))
    first, second = zip(*(pair(method, index) for index in drawn), strict=True) if drawn else ((), ())
    two = any(bar is not None for bar in second)
    shift = BELOW if two else 0.0
    reach = [reach_of_luck(index) for index in drawn]
    ticks = [(row, tick_of(index)) for row, index in enumerate(drawn) if index.change is not None and index.mu_star is not None]
    return {
        "rows": rows,
        "first": [_round(bar[0]) for bar in first],
        "first_half": [_round(bar[1]) for bar in first],
        "first_rows": [row + shift for row in rows],
        "second": [_round(bar[0]) for bar in second if bar],
        "second_half": [_round(bar[1]) for bar in second if bar],
        "second_rows": [row - shift for row, bar in zip(rows, second, strict=True) if bar],
        "width": WIDE if two else 2 * WIDE,
        "opacity": [1.0 if index.verdict in ("told", "unknown") else FADED for index in drawn],
        "luck": [_round(high - low) for low, high in reach],
        "luck_base": [_round(low) for low, _ in reach],
        "tick": [_round(value) for _, value in ticks],
        "tick_rows": [row for row, _ in ticks],
        "height": 62 + ROW_HEIGHT * len(drawn),
        "range": [len(drawn) - 0.55, -0.95],
    }


def pair(method: str, index: Index) -> tuple[Bar, Bar | None]:
    """Return the bars of an index: what it does to the high end, in all or in total, and the other end or what it does alone."""
    if method == "sobol":
        return (index.total or 0.0, index.total_half or 0.0), (index.first or 0.0, index.first_half or 0.0)
    if index.at_low and index.at_high:
        return bar(index.at_high), bar(index.at_low)
    return (bar(index.change) if index.change else (index.mu_star or 0.0, index.mu_star_half or 0.0)), None


def bar(interval: Interval) -> Bar:
    """Return the mean and half the width of an interval."""
    return interval.mean, interval.half_width or 0.0


def tick_of(index: Index) -> float:
    """Mean absolute change on the side of the bar."""
    return (index.mu_star or 0.0) * (-1.0 if index.change and index.change.mean < 0 else 1.0)


def reach_of_luck(index: Index) -> Bar:
    """Return where luck alone would put an index without a sign, from and to; one with a sign has an interval that says it."""
    luck = index.luck or 0.0
    return (0.0, luck) if index.change is None else (0.0, 0.0)


def _round(value: float) -> float | None:
    return float(f"{value:.4g}") if value == value else None
