"""The benchmark as one HTML file that needs no network: lines of the month, one rule in four tools, and the history."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sim.bench.figures import SLOWER, Figure, figures
from sim.bench.history import LAST, before, compared
from sim.bench.measure import Measurement
from sim.bench.table import number, years
from sim.config.errors import UserError
from sim.report import theme

TITLES = (
    "Lines of the month, ns per person-month (median)",
    "One monthly rule in four tools, ns per person-step (median, log scale)",
    f"History: the best month in multiples of the calibration kernel (band: {SLOWER:.0%} above the last {LAST}; open: machine was busy)",
)
SHADES = ("accent", "loss", "baseline", "very_loose", "tight", "very_tight")
HEIGHT = 1500


def write(measured: Measurement, history: Sequence[dict[str, Any]], path: Path) -> Path:
    """Write the page and return its path.

    Parameters
    ----------
    history : measurements on this machine as kept in the history, oldest first, this one last.

    Raises
    ------
    UserError : the file cannot be written.
    """
    html = figure(measured, history).to_html(full_html=True, include_plotlyjs=True, config=dict(theme.CONFIG))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}. Choose another place with -o.") from error
    return path


def figure(measured: Measurement, history: Sequence[dict[str, Any]]) -> go.Figure:
    """The three panels."""
    page = make_subplots(rows=3, cols=1, subplot_titles=TITLES, vertical_spacing=0.06, row_heights=[0.48, 0.22, 0.3])
    for trace in month_bars(measured):
        page.add_trace(trace, row=1, col=1)
    page.add_trace(tool_bars(measured), row=2, col=1)
    for trace in history_lines(measured, history):
        page.add_trace(trace, row=3, col=1)
    page.update_layout(**paint(theme.layout(separators=".,", height=HEIGHT, margin={"l": 8, "r": 12, "t": 60, "b": 8}, showlegend=True,
                                            barmode="group", legend={"orientation": "h", "y": -0.04})))  # fmt: skip
    page.update_xaxes(**paint(theme.axis()))
    page.update_yaxes(**paint(theme.axis()))
    page.update_xaxes(type="log", row=2, col=1)
    page.update_yaxes(autorange="reversed", row=1, col=1)
    page.update_xaxes(type="category", row=3, col=1)
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
    """A group of bars per line of the month, one for each size and number of threads."""
    return [
        go.Bar(
            y=list(year.lines),
            x=[line.ns.median for line in year.lines.values()],
            name=name,
            orientation="h",
            legendgroup=name,
            marker_color=shade(position),
            hovertemplate="%{y}: %{x:.1f} ns<extra>" + name + "</extra>",
        )
        for position, (name, year) in enumerate(years(measured))
    ]


def shade(position: int) -> str:
    """Colour of a size and number of threads."""
    return theme.LIGHT[SHADES[position % len(SHADES)]]


def tool_bars(measured: Measurement) -> go.Bar:
    """One bar per tool and size, slowest last."""
    results = sorted(measured.hazard, key=lambda result: -result.time.ns.median)
    return go.Bar(
        y=[f"{result.tool}, {result.people:,}, {result.threads} thr" for result in results],
        x=[result.time.ns.median for result in results],
        orientation="h",
        showlegend=False,
        marker_color=theme.LIGHT["accent"],
        text=[number(result.time.ns.median) for result in results],
        hovertemplate="%{y}: %{x:.3g} ns<extra></extra>",
    )


def history_lines(measured: Measurement, history: Sequence[dict[str, Any]]) -> list[go.Scatter]:
    """One line per size and number of threads of this measurement; for the first the band up to what would be flagged."""
    traces = []
    figures_of_month = [figure for figure in figures(measured) if figure.name.startswith("month/")]
    for position, (figure, (name, _)) in enumerate(zip(figures_of_month, years(measured), strict=True)):
        points = [(document, value) for document in history if (value := compared(document, figure.name)) is not None]
        traces.append(
            go.Scatter(
                x=[when(document) for document, _ in points],
                y=[value for _, value in points],
                mode="lines+markers",
                name=name,
                legendgroup=name,
                showlegend=False,
                line={"color": shade(position)},
                marker={"symbol": ["circle-open" if document["busy"] else "circle" for document, _ in points], "size": 8},
                text=[f"{document['version']}, code {document['code_digest'][:8]}" for document, _ in points],
                hovertemplate="%{x}: %{y:.0f}x<br>%{text}<extra></extra>",
            )
        )
        if position == 0:
            traces += band(figure, history)
    return traces


def when(document: dict[str, Any]) -> str:
    """Date and time of a measurement, UTC."""
    return str(document["date"])[:16].replace("T", " ")


def band(figure: Figure, history: Sequence[dict[str, Any]]) -> list[go.Scatter]:
    """From what each measurement is compared with to where a slow-down is flagged."""
    earlier = [(document, before(figure, list(history[:k]))) for k, document in enumerate(history)]
    points = [(when(document), middle) for document, middle in earlier if middle is not None]
    line = {"width": 0, "color": theme.LIGHT["accent"]}
    common: dict[str, Any] = {"x": [date for date, _ in points], "mode": "lines", "line": line, "showlegend": False, "hoverinfo": "skip"}
    upper = [(1 + SLOWER) * middle for _, middle in points]
    return [
        go.Scatter(y=[middle for _, middle in points], **common),
        go.Scatter(y=upper, fill="tonexty", fillcolor=theme.LIGHT["accent-90"], **common),
    ]
