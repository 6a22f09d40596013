"""Age at retirement: people per year by age as steps, with their band over the runs, and below it the paired difference by age."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.analysis.intervals import Interval
from sim.analysis.retirement import AGES, PERIODS, Change, Level
from sim.report.charts import EXACT, TICKS, Figure, ref
from sim.report.charts.changes import FADED
from sim.report.numbers import rounded
from sim.report.theme import axis, colour, layout, note, plain
from sim.report.words import Words


def figure(words: Words, separators: str, *, with_difference: bool) -> Figure:
    """Return the figure; with the panel of differences when there is something to differ from."""
    traces, names = _steps("{scenario}", "baseline" if not with_difference else "accent", ref("short/{scenario}")), []
    notes = [_unit(1.0, words("units.persons_per_year"))]
    upper = [0.36, 1.0] if with_difference else [0.0, 1.0]
    axes = {"yaxis": axis(domain=upper, rangemode="tozero", nticks=6, tickformat=TICKS, hoverformat=EXACT)}
    if with_difference:
        below = _steps("{against}", "baseline", ref("reference/{against}"))
        # Bands first, and the dashed line last, so that both lines show where they coincide.
        traces = [*below[:2], *traces, below[2], _difference()]
        names = [_name(1, "accent", ref("short/{scenario}")), _name(0, "baseline", ref("reference/{against}"))]
        notes.append(_unit(0.25, words("retirement.difference_axis")))
        axes["yaxis2"] = axis(domain=[0.0, 0.25], zeroline=True, zerolinewidth=2, nticks=5, tickformat=TICKS, hoverformat=EXACT)
    by_law = "retirement_law/{scenario}/{retirement_period}"
    line = {"width": 1.5, "color": colour("warn-edge")}
    zone = {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": line,
        "fillcolor": colour("warn-back"),
    }
    label = note(ref(by_law), x=1, y=1, xref="paper", yref="paper", xanchor="right", yanchor="bottom", yshift=20,
                 align="right", font={"size": 12, "color": colour("ink")})  # fmt: skip
    return {
        "data": traces,
        "layout": layout(
            separators=separators,
            height=510 if with_difference else 390,
            hovermode="x unified",
            margin={"l": 8, "r": 12, "t": 62, "b": 46},
            xaxis=axis(
                title={"text": words("retirement.axis"), "font": {"size": 12}},
                range=[AGES[0], AGES[-1] + 1],
                dtick=5,
                minor={"dtick": 1, "ticks": "outside", "tickcolor": colour("line")},
                anchor="y2" if with_difference else "y",
                showgrid=False,
            ),
            shapes=[zone | {f"x{k}": ref(f"retirement_zone/{{scenario}}/{{retirement_period}}/{k}") for k in (0, 1)}],
            annotations=[*names, *notes, label],
            **axes,
        ),
    }


def _steps(scenario: str, tone: str, name: str | dict[str, str]) -> list[dict[str, Any]]:
    """Band and median of one scenario: low, high, median."""

    def step(end: str, **more: Any) -> dict[str, Any]:
        base = {
            "type": "scatter",
            "mode": "lines",
            "x": ref("retirement_ages"),
            "y": ref(f"retirement/{scenario}/{{retirement_period}}/{end}"),
        }
        return base | {"line": {"width": 0, "shape": "hv", "color": colour(tone)}, "hoverinfo": "skip"} | more

    middle: dict[str, Any] = {"width": 2.5, "shape": "hv", "color": colour(tone)} | ({"dash": "dash"} if tone == "baseline" else {})
    median = step("median", line=middle, hoverinfo="all", name=name, hovertemplate="%{y}<extra>%{fullData.name}</extra>")
    return [step("low"), step("high", fill="tonexty", fillcolor=colour(f"{tone}-90")), median]


def _difference() -> dict[str, Any]:
    place = "retirement_change/{scenario}/{retirement_period}"
    return {
        "type": "bar",
        "x": ref("retirement_middles"),
        "y": ref(f"{place}/mean"),
        "yaxis": "y2",
        "width": 0.7,
        "error_y": {"array": ref(f"{place}/half"), "color": colour("ink"), "thickness": 1.2, "width": 3},
        "marker": {"color": ref(f"{place}/colour"), "opacity": ref(f"{place}/opacity")},
        "hovertemplate": "%{y}<extra></extra>",
    }


def _name(row: int, tone: str, text: str | dict[str, str]) -> dict[str, Any]:
    """Name of a line in its colour, in the empty corner at the young ages; the baseline stands below."""
    return note(text, xref="paper", yref="paper", x=0.01, y=0.86 + 0.12 * row, xanchor="left", yanchor="top",
                font={"size": 13, "color": colour(tone)}, bgcolor=colour("surface"), opacity=0.88,
                borderpad=1, align="left")  # fmt: skip


def _unit(height: float, text: str) -> dict[str, Any]:
    return note(text, xref="paper", yref="paper", x=0, y=height, xanchor="left", yanchor="bottom", yshift=4)


def data(levels: dict[str, dict[str, Level]], changes: dict[str, dict[str, Change]]) -> dict[str, Any]:
    """Return the numbers of the chart and its table by id of the scenario and period."""
    return {
        "retirement_ages": [*AGES, AGES[-1] + 1],
        "retirement_middles": [age + 0.5 for age in AGES],
        "retirement_years": [str(age) for age in AGES],
        "retirement": {sid: {period: _steps_of(level) for period, level in by.items()} for sid, by in levels.items()},
        "retirement_zone": {
            sid: {period: dict(zip("01", (round(age, 2) for age in level.pension_age), strict=True)) for period, level in by.items()}
            for sid, by in levels.items()
        },
        "retirement_change": {sid: {period: _bars(change) for period, change in by.items()} for sid, by in changes.items()},
    }


def _steps_of(level: Level) -> dict[str, list[float | None]]:
    """Lists as long as the edges of the steps: the last one twice."""
    ends = {"low": level.low, "median": level.median, "high": level.high}
    return {name: [rounded(value, None, 0) for value in [*values.tolist(), float(values[-1])]] for name, values in ends.items()}


def _bars(change: Change) -> dict[str, Any]:
    def column(of: Callable[[Interval], float | None]) -> list[float | None]:
        return [None if (value := of(bar)) is None else rounded(value, bar.half_width, 0) for bar in change.by_age]

    return {
        "mean": column(lambda bar: bar.mean),
        "half": column(lambda bar: bar.half_width or 0.0),
        "low": column(lambda bar: bar.low),
        "high": column(lambda bar: bar.high),
        "clear": [int(bar.is_clear) for bar in change.by_age],
        "colour": [colour("accent" if bar.mean >= 0 else "loss") for bar in change.by_age],
        "opacity": [1.0 if bar.is_clear else FADED for bar in change.by_age],
    }


def pension_age(words: Words, level: Level) -> str:
    """The state pension ages in force, in words: 67, or 66 years and 10 months to 67."""
    low, high = (round(12 * age) for age in level.pension_age)
    found = [
        words("retirement.years" if months % 12 == 0 else "retirement.years_months", y=months // 12, m=months % 12)
        for months in (low, high)
    ]
    return found[0] if low == high else words("range", low=found[0], high=found[1])


def marks(words: Words, levels: dict[str, dict[str, Level]]) -> dict[str, Any]:
    """Return the words beside the state pension age by id of the scenario and period."""
    return {
        "retirement_law": {
            sid: {period: plain(words("retirement.law", age=pension_age(words, by[period]))).replace(": ", ":<br>") for period in PERIODS}
            for sid, by in levels.items()
        }
    }
