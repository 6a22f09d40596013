"""Model against data, as small panels: published figures as dots, the mean over the seeds as a line with its 50 and 90 % bands.

A dashed line marks where the fit window ends: left of it parameters were fitted, right of it they were not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import polars as pl

from sim.codes import SECTORS
from sim.report.charts import Figure, ref
from sim.report.theme import axis, colour, layout, note, plain

ALL_SECTORS = "A-U"
END_OF_FIT = "2020-01-01"
YEARS_SHOWN = ["2016-01-01", "2018-01-01", "2020-01-01", "2022-01-01"]
ABOVE, BELOW = 26, 24
"""Pixels of a panel for its title and for its years."""
OFFSET = {"retirement_age_after_55": 55.0}
"""Added to figures that are measured from an age on, so that the chart shows an age."""
LINES = ("observed", "simulated", "low50", "high50", "low90", "high90")
DIGITS = 4


@dataclass(frozen=True)
class Chart:
    """One chart: series (target, cell) in the order of the panels; panels in a row; their height in pixels; whether axes start at 0."""

    series: tuple[tuple[str, str], ...]
    n_columns: int
    height: int
    from_zero: bool = True


CHARTS = {
    "vacancies": Chart(tuple(("vacancies_open", cell) for cell in (ALL_SECTORS, *SECTORS)), 4, 150),
    "unemployment": Chart((("unemployment_rate", "15-74"), ("unemployment_rate", "15-24")), 2, 210),
    "retirement": Chart((("retirement_age_after_55", "employees"), ("retired_at_65_plus", "employees")), 2, 210, from_zero=False),
    "flows": Chart(
        (
            ("job_finding", "15-74"),
            ("sector_switch", ALL_SECTORS),
            ("other_employer_after_year", ALL_SECTORS),
            ("employee_inflow", ALL_SECTORS),
        ),
        2,
        180,
    ),
}
"""The charts of the section, in its order; series that the validation lacks are left out."""


def shown(chart: Chart, points: pl.DataFrame) -> list[tuple[str, str]]:
    """Series of a chart that have figures."""
    known = set(points.select("target", "cell").unique().iter_rows())
    return [series for series in chart.series if series in known]


def date_of(period: str) -> str:
    """Day in the middle of a period, for the axis.

    >>> date_of("2015Q2"), date_of("2015")
    ('2015-05-15', '2015-07-01')
    """
    return f"{period[:4]}-{3 * int(period[5]) - 1:02d}-15" if "Q" in period else f"{period}-07-01"


def data(points: pl.DataFrame) -> dict[str, Any]:
    """Return per chart the periods, their place on the axis, and the lines of every panel (None where nothing was observed)."""
    found = {}
    for name, chart in CHARTS.items():
        series = shown(chart, points)
        if not series:
            continue
        frames = [points.filter((pl.col("target") == target) & (pl.col("cell") == cell)) for target, cell in series]
        periods = sorted({period for frame in frames for period in frame["period"]}, key=date_of)
        found[name] = {
            "periods": periods,
            "x": [date_of(period) for period in periods],
            "panel": {
                str(panel): _lines(frame, periods, OFFSET.get(target, 0.0))
                for panel, (frame, (target, _)) in enumerate(zip(frames, series, strict=True))
            },
        }
    return found


def _lines(frame: pl.DataFrame, periods: list[str], offset: float) -> dict[str, list[float | None]]:
    rows = {row["period"]: row for row in frame.iter_rows(named=True)}
    return {name: [_round(rows[p][name], offset) if p in rows else None for p in periods] for name in LINES}


def _round(value: float | None, offset: float) -> float | None:
    return None if value is None or not math.isfinite(value) else float(f"{value + offset:.{DIGITS}g}")


def figure(name: str, titles: list[str], separators: str, observed: str, model: str) -> Figure:
    """Return one chart.

    Parameters
    ----------
    titles : of the panels, in the order of `shown`.
    observed, model : what dots and line are called under the pointer.
    """
    chart = CHARTS[name]
    n_columns = min(chart.n_columns, len(titles))
    n_rows = -(-len(titles) // n_columns)
    height = n_rows * chart.height
    traces: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    marks: list[dict[str, Any]] = []
    for panel, title in enumerate(titles):
        number = "" if panel == 0 else str(panel + 1)
        traces += _panel(name, panel, number, observed, model)
        row, column = divmod(panel, n_columns)
        top = 1 - row / n_rows
        axes[f"xaxis{number}"] = axis(
            domain=[column / n_columns + 0.02, (column + 1) / n_columns - 0.012],
            anchor=f"y{number}", type="date", range=["2014-12-01", "2023-12-01"], showgrid=False, hoverformat="%b %Y",
            tickvals=YEARS_SHOWN, tickformat="%Y", tickfont={"color": colour("muted"), "size": 10}, automargin=False,
        )  # fmt: skip
        axes[f"yaxis{number}"] = axis(
            domain=[top - (chart.height - BELOW) / height, top - ABOVE / height], anchor=f"x{number}", nticks=4,
            rangemode="tozero" if chart.from_zero else "normal", tickfont={"color": colour("muted"), "size": 10}, automargin=False,
        )  # fmt: skip
        marks.append(
            note(plain(title), xref=f"x{number} domain", yref=f"y{number} domain", x=0, y=1, xanchor="left", yanchor="bottom", yshift=3,
                 font={"size": 12, "color": colour("ink")})
        )  # fmt: skip
    return {
        "data": traces,
        "layout": layout(
            separators=separators,
            height=height,
            hovermode="x unified",
            margin={"l": 22, "r": 8, "t": 0, "b": 0},
            annotations=marks,
            shapes=[_end_of_fit("" if panel == 0 else str(panel + 1)) for panel in range(len(titles))],
            **axes,
        ),
    }


def _panel(name: str, panel: int, number: str, observed: str, model: str) -> list[dict[str, Any]]:
    def line(values: str, **more: Any) -> dict[str, Any]:
        base = {"type": "scatter", "x": ref(f"fit/{name}/x"), "y": ref(f"fit/{name}/panel/{panel}/{values}"), "xaxis": f"x{number}",
                "yaxis": f"y{number}", "mode": "lines", "connectgaps": True, "line": {"width": 0, "color": colour("accent")},
                "hoverinfo": "skip"}  # fmt: skip
        return base | more

    bands = []
    for share in ("90", "50"):
        bands += [line(f"low{share}"), line(f"high{share}", fill="tonexty", fillcolor=colour(f"accent-{share}"))]
    shown_as = "%{y:,.3~r}<extra>%{fullData.name}</extra>"
    mean = line("simulated", line={"width": 2, "color": colour("accent")}, hoverinfo="all", name=plain(model), hovertemplate=shown_as)
    dots = line("observed", mode="markers", marker={"size": 4.5, "color": colour("ink")}, hoverinfo="all", name=plain(observed),
                hovertemplate=shown_as)  # fmt: skip
    return [*bands, mean, dots]


def _end_of_fit(number: str) -> dict[str, Any]:
    return {
        "type": "line", "xref": f"x{number}", "yref": f"y{number} domain", "x0": END_OF_FIT, "x1": END_OF_FIT, "y0": 0, "y1": 1,
        "line": {"color": colour("muted"), "width": 1, "dash": "dash"}, "layer": "below",
    }  # fmt: skip
