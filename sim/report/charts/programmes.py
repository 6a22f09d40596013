"""Gross against net: participants and comparison group on one line per programme, and what is left per participant after displacement."""

from __future__ import annotations

import math
import textwrap
from typing import Any

from sim.analysis.contrast import ScenarioResult
from sim.analysis.programmes import per_participant
from sim.report.charts import HOVER, TICKS, Figure
from sim.report.programmes import ALONE, TRIAL, Row, Tellings
from sim.report.theme import axis, colour, layout, note, plain
from sim.report.words import Words

ROW_HEIGHT = 74
LETTERS = 44
"""Of a name, on one line of a telephone."""
FROM, TO = -13, 113
"""Percent at the ends of the axis: room for the figures beside the dots."""


def shown(found: list[Row]) -> list[Row]:
    """The rows with participants who were followed."""
    return [row for row in found if row.kind in (TRIAL, ALONE)]


def dumbbells(tell: Tellings, separators: str, found: list[Row]) -> Figure:
    """Return the figure of shares with the outcome: a dot for participants, a ring for the comparison group, the distance between them."""
    rows = shown(found)
    gross = [100 * (row.programme.gross_share or 0.0) for row in rows]
    control = [None if row.programme.control_share is None else 100 * row.programme.control_share for row in rows]
    bars = {
        "type": "scatter",
        "mode": "lines",
        "x": [x for a, b in zip(control, gross, strict=True) for x in (a, b, None)],
        "y": [y for row in range(len(rows)) for y in (row, row, None)],
        "line": {"width": 4, "color": colour("accent-50")},
        "hoverinfo": "skip",
    }
    return {
        "data": [
            bars,
            _dots(tell.words("programmes.control"), control, gross, "circle-open", "baseline", "muted"),
            _dots(tell.words("programmes.participants"), gross, control, "circle", "accent", "accent"),
        ],
        "layout": layout(
            separators=separators,
            height=96 + ROW_HEIGHT * len(rows),
            margin={"l": 8, "r": 8, "t": 34, "b": 46},
            xaxis=axis(
                title={"text": tell.words("programmes.axis_share"), "font": {"size": 12}},
                range=[FROM, TO],
                tickvals=[0, 25, 50, 75, 100],
                tickangle=0,
                zeroline=False,
            ),
            yaxis=_rows(len(rows)),
            annotations=[*_names([(tell.name(row), tell.detail(row)) for row in rows]), *_key(tell.words)],
        ),
    }


def per_head_fte(tell: Tellings, separators: str, results: list[ScenarioResult]) -> Figure:
    """Return the figure of net FTE-months per participant over the whole period, with its interval, scenarios in their order."""
    found = [
        (result, effect)
        for result in results
        if (effect := per_participant(result.net_fte_months, result.programme.participants)) is not None
    ]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": [_round(effect.mean) for _, effect in found],
        "y": list(range(len(found))),
        "error_x": {"array": [_round(effect.half_width or 0.0) for _, effect in found], "color": colour("ink"), "thickness": 2, "width": 5},
        "marker": {
            "size": 12,
            "symbol": ["diamond" if effect.is_clear else "diamond-open" for _, effect in found],
            "color": colour("accent"),
            "line": {"width": 2, "color": colour("accent")},
        },
        "hovertemplate": "%{x}<extra></extra>",
    }
    zero = {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": {"color": colour("muted"), "width": 2}}
    labels = [
        (
            result.label[tell.words.language],
            tell.words("key_figures.same", reference=tell.words("key_figures.the_baseline"))
            if result.is_identical
            else tell.words("programmes.detail_fte", net=tell.effect(effect), verdict=tell.verdict(effect)),
        )
        for result, effect in found
    ]
    return {
        "data": [dots],
        "layout": layout(
            separators=separators,
            height=96 + ROW_HEIGHT * len(found),
            margin={"l": 8, "r": 16, "t": 30, "b": 46},
            xaxis=axis(
                title={"text": tell.words("programmes.axis_fte"), "font": {"size": 12}},
                zeroline=False,
                nticks=6,
                tickangle=0,
                tickformat=TICKS,
                hoverformat=HOVER,
            ),
            yaxis=_rows(len(found)),
            shapes=[zero | {"layer": "below"}],
            annotations=[*_names(labels), note(tell.words("by_seed.zero"), x=0, yref="paper", y=1, yanchor="bottom", xanchor="center")],
        ),
    }


def _dots(name: str, values: list[Any], others: list[Any], symbol: str, paint: str, ink: str) -> dict[str, Any]:
    """Dots with their figure on the side that is turned away from the other dot."""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": plain(name),
        "x": [None if value is None else _round(value) for value in values],
        "y": list(range(len(values))),
        "text": ["" if value is None else f" {value:.0f} % " for value in values],
        "textposition": [
            "middle right" if other is None or (value or 0.0) > other or (value == other and symbol == "circle") else "middle left"
            for value, other in zip(values, others, strict=True)
        ],
        "textfont": {"size": 13, "color": colour(ink)},
        "cliponaxis": False,
        "marker": {"size": 13, "symbol": symbol, "color": colour(paint), "line": {"width": 3, "color": colour(paint)}},
        "hovertemplate": "%{x:.1f} %<extra>%{fullData.name}</extra>",
    }


def _key(words: Words) -> list[dict[str, Any]]:
    """What the two marks are, in their own colours, above the first row."""
    return [
        note(f"{mark} {plain(words(key))}", xref="paper", yref="paper", x=x, y=1, xanchor=anchor, yanchor="bottom", yshift=8,
             font={"size": 13, "color": colour(paint)})
        for mark, key, paint, x, anchor in (
            ("○", "programmes.control", "muted", 0, "left"),
            ("●", "programmes.participants", "accent", 1, "right"),
        )
    ]  # fmt: skip


def _names(labels: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Name and detail above each row."""
    return [
        note(
            f'{plain(textwrap.shorten(name, LETTERS, placeholder=" …"))}<br><span style="font-size:12px">{plain(detail)}</span>',
            xref="paper",
            x=0,
            y=row - 0.2,
            xanchor="left",
            yanchor="bottom",
            align="left",
            bgcolor=colour("surface"),
            borderpad=0,
            font={"size": 13, "color": colour("ink")},
        )
        for row, (name, detail) in enumerate(labels)
    ]


def _rows(count: int) -> dict[str, Any]:
    return axis(range=[count - 0.55, -0.95], showgrid=False, zeroline=False, showticklabels=False)


def _round(value: float) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) else None
