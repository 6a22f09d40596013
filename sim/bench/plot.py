"""The benchmark as one HTML file that needs no network: lines of the month, one rule in four tools, and the history."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sim.bench.figures import SLOWER
from sim.bench.history import LAST, compared
from sim.bench.measure import Measurement
from sim.bench.table import years
from sim.config.errors import UserError
from sim.report import theme

TITLES = (
    "Lines of the month, ns per person-month (median)",
    "One monthly rule in four tools, ns per person-step (median, log scale)",
    f"History: the month in multiples of the calibration kernel; the band reaches {SLOWER:.0%} above the median of the last {LAST}",
)
SHADES = ("accent", "loss", "baseline", "very_loose", "tight", "very_tight")
HEIGHT = 1250


def write(measured: Measurement, history: Sequence[dict[str, Any]], path: Path) -> Path:
    """Write the page and return its path.

    Parameters
    ----------
    history : measurements on this machine as kept in the history, oldest first, this one last.

    Raises
    ------
    UserError : the file cannot be written.
    """
    html = figure(measured, history).to_html(full_html=True, include_plotlyjs=True, config=theme.CONFIG)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}. Choose another place with -o.") from error
    return path


def figure(measured: Measurement, history: Sequence[dict[str, Any]]) -> go.Figure:
    """The three panels."""
    page = make_subplots(rows=3, cols=1, subplot_titles=TITLES, vertical_spacing=0.09, row_heights=[0.36, 0.3, 0.34])
    for trace in month_bars(measured):
        page.add_trace(trace, row=1, col=1)
    page.add_trace(tool_bars(measured), row=2, col=1)
    for trace in history_lines(history):
        page.add_trace(trace, row=3, col=1)
    page.update_layout(**paint(theme.layout(separators=".,", height=HEIGHT, margin={"l": 8, "r": 12, "t": 60, "b": 8}, showlegend=True,
                                            barmode="stack", legend={"orientation": "h", "y": -0.04})))  # fmt: skip
    page.update_xaxes(**paint(theme.axis()))
    page.update_yaxes(**paint(theme.axis()))
    page.update_xaxes(type="log", row=2, col=1)
    page.update_yaxes(autorange="reversed", row=1, col=1)
    page.update_yaxes(rangemode="tozero", row=3, col=1)
    page.update_layout(title={"text": f"How fast: loopbrug {measured.version} on {theme.plain(measured.machine.cpu)}", "x": 0.01})
    return page


def paint(value: Any) -> Any:
    """`value` with the theme's colours in place of their names: outside the dashboard's page nobody else looks them up."""
    if isinstance(value, dict):
        return {key: paint(inner) for key, inner in value.items()}
    if isinstance(value, str):
        return re.sub(r"var\(--([\w-]+)\)", lambda found: theme.LIGHT[found[1]], value)
    return value


def month_bars(measured: Measurement) -> list[go.Bar]:
    """One stacked bar per size and number of threads, one piece per line."""
    of = years(measured)
    names = list(of[0][1].lines) if of else []
    return [
        go.Bar(
            y=[name for name, _ in of],
            x=[year.lines[line].ns.median for _, year in of],
            name=line,
            orientation="h",
            legendgroup="lines",
            marker_color=theme.LIGHT[SHADES[position % len(SHADES)]],
            marker_opacity=1 - 0.55 * (position // len(SHADES)) / max(1, len(names) // len(SHADES)),
            marker_line={"color": theme.LIGHT["surface"], "width": 1},
            hovertemplate=f"{line}: %{{x:.1f}} ns<extra>%{{y}}</extra>",
        )
        for position, line in enumerate(names)
    ]


def tool_bars(measured: Measurement) -> go.Bar:
    """One bar per tool and size, slowest last."""
    results = sorted(measured.hazard, key=lambda result: -result.ns.median)
    return go.Bar(
        y=[f"{result.tool}, {result.people:,}, {result.threads} thr" for result in results],
        x=[result.ns.median for result in results],
        orientation="h",
        showlegend=False,
        marker_color=theme.LIGHT["accent"],
        text=[f"{result.ns.median:.3g}" for result in results],
        hovertemplate="%{y}: %{x:.3g} ns<extra></extra>",
    )


def history_lines(history: Sequence[dict[str, Any]]) -> list[go.Scatter]:
    """One line per size and number of threads; for the first the band up to what would be flagged."""
    names = sorted({name for document in history for name in document["figures"] if name.startswith("month/")})
    traces = []
    for position, name in enumerate(names):
        points = [(document, value) for document in history if (value := compared(document, name)) is not None]
        scale, threads = name.split("/")[1:]
        colour = theme.LIGHT[SHADES[position % len(SHADES)]]
        traces.append(
            go.Scatter(
                x=[document["date"] for document, _ in points],
                y=[value for _, value in points],
                mode="lines+markers",
                name=f"scale {scale}, {threads} thr",
                line={"color": colour},
                text=[f"{document['version']}, code {document['code_digest'][:8]}" for document, _ in points],
                hovertemplate="%{x}: %{y:.0f}x<br>%{text}<extra></extra>",
            )
        )
        if position == 0:
            traces += band(points)
    return traces


def band(points: Sequence[tuple[dict[str, Any], float]]) -> list[go.Scatter]:
    """From the median of the last measurements before each point to where a slow-down would be flagged."""
    dates = [document["date"] for document, _ in points][1:]
    middle = [median([value for _, value in points[max(0, k - LAST) : k]]) for k in range(1, len(points))]
    line = {"width": 0, "color": theme.LIGHT["accent"]}
    common: dict[str, Any] = {"x": dates, "mode": "lines", "line": line, "showlegend": False, "hoverinfo": "skip"}
    upper = [(1 + SLOWER) * value for value in middle]
    return [go.Scatter(y=middle, **common), go.Scatter(y=upper, fill="tonexty", fillcolor=theme.LIGHT["accent-90"], **common)]
