"""The care shortage of this projection, with what others forecast: how far one forecast of one year moved from vintage to vintage.

A forecast shortage is not ours: it counts people, as the gap that opens between a forecast of demand and one of supply; ours counts
desired minus filled full-time equivalents, ordinary vacancies included. The page says so under the chart. Nothing here feeds the model.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sim.analysis.contrast import Comparison
from sim.analysis.frames import LAST_MONTHS
from sim.analysis.metrics import METRICS
from sim.config.errors import UserError
from sim.report.charts import Figure, ref
from sim.report.numbers import Numbers
from sim.report.theme import axis, colour, layout, note, plain
from sim.report.words import Words

FILE = Path(__file__).parents[1] / "published" / "care_shortage_forecasts.csv"
METRIC = "shortage_fte.care"
PATH = "over_time/shortage_fte/care.all.all"
"""Of the same metric in the data of the page (`sim.report.series`), in quarters."""
NAMED_AT = {2022: "bottom right"}
"""Where the year of a vintage stands beside its last mark when another's line runs there."""
BELOW_BAND = -34
"""Pixels from our median to its label, which stands below the band."""


@dataclass(frozen=True)
class Forecast:
    """A published shortage of staff in care and welfare.

    Attributes
    ----------
    vintage : year of the forecast. published : year, or year and month. year : the year forecast.
    persons_k, low_k, high_k : thousand persons and its range (the figure itself where none was given). scope, source, location : whose.
    """

    vintage: int
    published: str
    year: int
    persons_k: float
    low_k: float
    high_k: float
    scope: str
    source: str
    location: str


@cache
def forecasts() -> tuple[Forecast, ...]:
    """All forecasts by vintage and year; UserError when the file is not there."""
    if not FILE.is_file():
        raise UserError(f"data file {FILE} is missing; reinstall the package")
    frame = pl.read_csv(FILE, schema_overrides={"published": pl.String}).drop("grade").sort("vintage", "year")
    return tuple(Forecast(**row) for row in frame.iter_rows(named=True))


def figure(words: Words, separators: str, *, with_scenario: bool) -> Figure:
    """Return the figure: our median and 90 % band, and a mark for each forecast; lines join those of one vintage."""
    ours = [_line("s0", "p05", "baseline"), _line("s0", "p95", "baseline", fill="tonexty", fillcolor=colour("baseline-90"))]
    if with_scenario:
        ours.append(_line("{scenario}", "p50", "accent", name=ref("short/{scenario}"), line={"width": 2.5, "color": colour("accent")}))
    dashed = {"width": 2.5, "color": colour("baseline"), "dash": "dash"}
    ours.append(_line("s0", "p50", "baseline", name=plain(words("over_time.baseline")), line=dashed))
    return {
        "data": [*ours, *(_marks(words, vintage) for vintage in sorted({forecast.vintage for forecast in forecasts()}))],
        "layout": layout(
            separators=separators,
            height=360,
            margin={"l": 8, "r": 12, "t": 30, "b": 24},
            xaxis=axis(type="date", tickformat="%Y", hoverformat="%b %Y", showgrid=False),
            yaxis=axis(rangemode="tozero", tickformat=",d", hoverformat=",d", nticks=6),
            annotations=[
                note(words("vintages.axis"), xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="bottom", yshift=4),
                note(words("vintages.ours"), x=ref("last_month"), y=ref(f"{PATH}/s0/end/level"), xanchor="right", yanchor="top",
                     yshift=BELOW_BAND, font={"size": 13, "color": colour("baseline")}),
            ],
        ),
    }  # fmt: skip


def _line(scenario: str, quantile: str, tone: str, **more: Any) -> dict[str, Any]:
    base = {"type": "scatter", "mode": "lines", "x": ref("times/quarter"), "y": ref(f"{PATH}/{scenario}/level/{quantile}")}
    base |= {"line": {"width": 0, "color": colour(tone)}, "hoverinfo": "skip"}
    return base | ({"hoverinfo": "all", "hovertemplate": "%{y}<extra>%{fullData.name}</extra>"} if "name" in more else {}) | more


def _marks(words: Words, vintage: int) -> dict[str, Any]:
    """The forecasts of one vintage, at the middle of the year they are for; its year stands at the last."""
    mine = [forecast for forecast in forecasts() if forecast.vintage == vintage]
    name = words("vintages.mark", vintage=vintage)
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "name": name,
        "x": [f"{forecast.year}-07-01" for forecast in mine],
        "y": [1000 * forecast.persons_k for forecast in mine],
        "error_y": {
            "type": "data", "symmetric": False, "thickness": 1, "width": 3, "color": colour("loss"),
            "array": [1000 * (forecast.high_k - forecast.persons_k) for forecast in mine],
            "arrayminus": [1000 * (forecast.persons_k - forecast.low_k) for forecast in mine],
        },
        "text": ["" for _ in mine[:-1]] + [str(vintage)],
        "textposition": "middle right" if len(mine) == 1 else NAMED_AT.get(vintage, "top left"),
        "textfont": {"size": 12, "color": colour("loss")},
        "marker": {"size": 9, "symbol": "diamond", "color": colour("loss")},
        "line": {"width": 1, "dash": "dot", "color": colour("loss")},
        "cliponaxis": False,
        "hovertemplate": "%{y} (%{x|%Y})<extra>" + plain(name) + "</extra>",
    }  # fmt: skip


def section(words: Words, numbers: Numbers, comparison: Comparison) -> dict[str, Any]:
    """Return what the page shows beside the chart: title, note, and the table of the forecasts and of our own figures by year."""
    return {
        "title": _title(words, numbers, comparison),
        "lead": words("vintages.lead"),
        "note": words("vintages.note"),
        "table": _table(words, numbers, comparison),
    }


def _title(words: Words, numbers: Numbers, comparison: Comparison) -> str:
    year, _ = Counter(forecast.year for forecast in forecasts()).most_common(1)[0]
    same = [forecast.persons_k for forecast in forecasts() if forecast.year == year]
    levels = _levels(comparison)
    ends = [numbers.plain(float(part.mean()) / 1000) for part in (levels[:, :LAST_MONTHS], levels[:, -LAST_MONTHS:])]
    return words(
        "vintages.title",
        n=len(same),
        year=year,
        high=_thousand(numbers, max(same)),
        low=_thousand(numbers, min(same)),
        first=ends[0],
        last=ends[1],
    )


def _thousand(numbers: Numbers, persons_k: float) -> str:
    return numbers.plain(persons_k, 0 if persons_k == round(persons_k) else 1)


def _levels(comparison: Comparison) -> np.ndarray:
    """(seeds, months) FTE - our shortage in the baseline, or in the first scenario where there is none."""
    name = comparison.baseline if comparison.has_baseline else next(iter(comparison.positions))
    rows = list(comparison.positions[name].values())
    return np.asarray(comparison.values[rows][:, :, list(METRICS).index(METRIC)])


def _table(words: Words, numbers: Numbers, comparison: Comparison) -> dict[str, Any]:
    rows = [_row(words, numbers, forecast) for forecast in forecasts()]
    levels, months = _levels(comparison), comparison.frames.months
    unit = words("vintages.fte")
    for year in sorted({month.year for month in months}):
        values = levels[:, [month.year == year for month in months]].mean(axis=1) / 1000
        spread = np.quantile(values, [0.05, 0.95]) if len(values) > 1 else None
        bounds = words("range", low=numbers.plain(spread[0], 1), high=numbers.plain(spread[1], 1)) if spread is not None else ""
        rows.append(
            _line_of(words("vintages.row_ours"), str(year), numbers.plain(float(values.mean()), 1), float(values.mean()), bounds, unit, "")
        )
    columns = [words(f"vintages.{key}") for key in ("year", "value", "range", "unit", "source")]
    return {"columns": columns, "rows": rows}


def _row(words: Words, numbers: Numbers, forecast: Forecast) -> dict[str, Any]:
    is_range = forecast.low_k < forecast.high_k
    bounds = words("range", low=numbers.plain(forecast.low_k), high=numbers.plain(forecast.high_k)) if is_range else ""
    label = words("vintages.row", vintage=forecast.vintage)
    value = _thousand(numbers, forecast.persons_k)
    return _line_of(label, str(forecast.year), value, forecast.persons_k, bounds, words("vintages.persons"), forecast.source)


def _line_of(label: str, year: str, shown: str, value: float, bounds: str, unit: str, source: str) -> dict[str, Any]:
    texts = [(year, None), (shown, value), (bounds, None), (unit, None), (source, None)]
    return {
        "label": label,
        "cells": [{"text": text, "value": number, "bold": False, "below": "", "number": number is not None} for text, number in texts],
    }
