"""Fan chart: a metric over time, its median and 50 and 90 % bands over the seeds, and below it the paired difference."""

from __future__ import annotations

from typing import Any

from sim.report.charts import HOVER, TICKS, Figure, ref
from sim.report.theme import axis, colour, layout, note, plain
from sim.report.words import Words


def figure(words: Words, separators: str, *, with_difference: bool) -> Figure:
    """Return the figure; with the panel of differences when there is a baseline to differ from."""
    reference = ref("reference/{against}")
    bands, median = _fan("{against}", "baseline", reference)
    notes = [_end_label("baseline", reference), _unit(1.0, ref("unit/{metric}"))]
    upper = [0.40, 1.0] if with_difference else [0.0, 1.0]
    axes = {"yaxis": axis(domain=upper, hoverformat=ref("format/{metric}"), tickformat=ref("format/{metric}"), nticks=6)}
    if with_difference:
        other_bands, other_median = _fan("{scenario}", "accent", ref("short/{scenario}"))
        # The dashed baseline comes last, so that both lines show where they coincide.
        bands, median = [*bands, *other_bands, *_difference(words)], [*other_median, *median]
        notes += [_end_label("accent", ref("short/{scenario}")), _unit(0.27, ref("difference_title/{metric}"))]
        axes["yaxis2"] = axis(domain=[0.0, 0.27], zeroline=True, zerolinewidth=2, nticks=4, tickformat=TICKS, hoverformat=HOVER)
    return {
        "data": [*bands, *median],
        "layout": layout(
            separators=separators,
            height=480 if with_difference else 360,
            hovermode="x unified",
            margin={"l": 8, "r": 12, "t": 30, "b": 24},
            xaxis=axis(
                type="date", tickformat="%Y", hoverformat="%b %Y", anchor="y2" if with_difference else "y", showgrid=False, dtick="M12"
            ),
            annotations=notes,
            **axes,
        ),
    }


def _fan(scenario: str, tone: str, name: str | dict[str, str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Bands and median of one scenario."""

    def line(quantile: str, **more: Any) -> dict[str, Any]:
        base = {"type": "scatter", "mode": "lines", "x": ref("times/month"), "y": ref(f"over_time/{{metric}}/{scenario}/level/{quantile}")}
        return base | {"line": {"width": 0, "color": colour(tone)}, "hoverinfo": "skip"} | more

    bands = []
    for low, high, share in (("p05", "p95", 90), ("p25", "p75", 50)):
        bands += [line(low), line(high, fill="tonexty", fillcolor=colour(f"{tone}-{share}"))]
    middle: dict[str, Any] = {"width": 2.5, "color": colour(tone)}
    if tone == "baseline":
        middle["dash"] = "dash"
    return bands, [line("p50", line=middle, hoverinfo="all", name=name, hovertemplate="%{y}<extra>%{fullData.name}</extra>")]


def _difference(words: Words) -> list[dict[str, Any]]:
    def line(end: str, **more: Any) -> dict[str, Any]:
        base = {
            "type": "scatter",
            "mode": "lines",
            "x": ref("times/month"),
            "y": ref(f"over_time/{{metric}}/{{scenario}}/change/{end}"),
            "yaxis": "y2",
        }
        return base | {"line": {"width": 0, "color": colour("accent")}, "hoverinfo": "skip"} | more

    name = plain(words("over_time.difference"))
    mean = line(
        "mean", line={"width": 2, "color": colour("accent")}, hoverinfo="all", name=name, hovertemplate="%{y}<extra>" + name + "</extra>"
    )
    return [line("low"), line("high", fill="tonexty", fillcolor=colour("accent-50")), mean]


def _end_label(tone: str, text: str | dict[str, str]) -> dict[str, Any]:
    end = f"over_time/{{metric}}/{'{against}' if tone == 'baseline' else '{scenario}'}/end/level"
    return note(
        text,
        x=ref("last_month"),
        y=ref(end),
        yanchor="top" if tone == "baseline" else "bottom",
        xanchor="right",
        font={"size": 13, "color": colour(tone)},
        bgcolor=colour("surface"),
        opacity=0.88,
        borderpad=1,
    )


def _unit(height: float, text: dict[str, str]) -> dict[str, Any]:
    return note(text, xref="paper", yref="paper", x=0, y=height, xanchor="left", yanchor="bottom", yshift=4)
