"""A metric over time for one scenario: median with its 50 and 90 % bands, the median of its reference, and the paired difference.

One template makes every panel of the page: ``{scenario}`` and ``{against}`` are bound to the panel's scenario, and ``view/…`` is what the
script (``over_time.js``) finds for the reader's choice: series, times, units, and the ranges that all panels share.
"""

from __future__ import annotations

from typing import Any

from sim.report.charts import HOVER, TICKS, Figure, ref
from sim.report.theme import axis, colour, layout, note, plain
from sim.report.words import Words


def figure(words: Words, separators: str, *, with_difference: bool) -> Figure:
    """Return the template; with a reference and the difference from it when there is a baseline to differ from."""
    own_name, reference = ref("short/{scenario}"), ref("reference/{against}")
    lines, notes = [*_bands(), _median("{scenario}", "accent", own_name)], [_unit("level"), _end_label("scenario", "accent", own_name)]
    if with_difference:
        # The dashed reference comes last, so that both lines show where they coincide.
        lines += [*_difference(words), _median("{against}", "baseline", reference)]
        notes += [_end_label("reference", "baseline", reference), _unit("change")]
    return {
        "data": lines,
        "layout": layout(
            separators=separators,
            height=ref("view/height"),
            hovermode="x unified",
            margin={"l": 8, "r": ref("view/margin"), "t": 26, "b": 24},
            xaxis=axis(
                type="date",
                range=ref("view/time_range"),
                tickformat="%Y",
                hoverformat="%b %Y",
                tick0="2000-01-01",
                dtick=ref("view/dtick"),
                anchor=ref("view/anchor"),
                showgrid=False,
                tickangle=0,
            ),
            yaxis=axis(
                domain=ref("view/level_domain"),
                range=ref("view/level_range"),
                visible=ref("view/level_shown"),
                hoverformat=ref("view/format"),
                tickformat=ref("view/format"),
                zeroline=False,
                nticks=6,
            ),
            yaxis2=axis(
                domain=ref("view/change_domain"),
                range=ref("view/change_range"),
                visible=ref("view/change_shown"),
                tickformat=TICKS,
                hoverformat=HOVER,
                zeroline=True,
                zerolinewidth=2,
                nticks=5,
            ),
            annotations=notes,
        ),
    }


def _line(what: str, series: str, tone: str, **more: Any) -> dict[str, Any]:
    """A line of the level or the change of a panel's scenario."""
    base = {
        "type": "scatter",
        "mode": "lines",
        "x": ref("view/times"),
        "y": ref(f"view/series/{series}"),
        "visible": ref(f"view/{what}_shown"),
        "line": {"width": 0, "color": colour(tone)},
        "hoverinfo": "skip",
    }
    return base | more


def _bands() -> list[dict[str, Any]]:
    """Bands of the panel's scenario."""
    bands = []
    for low, high, share in (("p05", "p95", 90), ("p25", "p75", 50)):
        bands.append(_line("level", f"{{scenario}}/level/{low}", "accent"))
        bands.append(_line("level", f"{{scenario}}/level/{high}", "accent", fill="tonexty", fillcolor=colour(f"accent-{share}")))
    return bands


def _median(scenario: str, tone: str, name: dict[str, str]) -> dict[str, Any]:
    middle: dict[str, Any] = {"width": 2.5, "color": colour(tone)} | ({"dash": "dash"} if tone == "baseline" else {})
    seen = {
        "hoverinfo": "all",
        "name": name,
        "hovertemplate": "%{y}<extra>%{fullData.name}</extra>",
        "mode": ref("view/mode"),
        "cliponaxis": False,
    }
    return _line("level", f"{scenario}/level/p50", tone, line=middle, **seen)


def _difference(words: Words) -> list[dict[str, Any]]:
    def line(end: str, **more: Any) -> dict[str, Any]:
        return _line("change", f"{{scenario}}/change/{end}", "accent", yaxis="y2", **more)

    seen = {
        "hoverinfo": "all",
        "hovertemplate": f"%{{y}}<extra>{plain(words('over_time.difference'))}</extra>",
        "mode": ref("view/mode"),
        "cliponaxis": False,
    }
    mean = line("mean", line={"width": 2, "color": colour("accent")}, **seen)
    return [line("low"), line("high", fill="tonexty", fillcolor=colour("accent-50")), mean]


def _end_label(which: str, tone: str, text: dict[str, str]) -> dict[str, Any]:
    """The name of a line, to the right of its end."""
    end = f"view/series/{{scenario}}/end/{which}"
    place = {"x": ref("view/last"), "y": ref(end), "yanchor": ref(f"{end}_anchor"), "xanchor": "left", "align": "left", "xshift": 6}
    return note(text, visible=ref("view/labelled"), font={"size": 13, "color": colour(tone)}, **place)


def _unit(what: str) -> dict[str, Any]:
    """The unit of an axis, above it."""
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": ref(f"view/{what}_top"), "xanchor": "left", "yanchor": "bottom", "yshift": 4}
    return note(ref(f"view/{what}_unit"), visible=ref(f"view/{what}_shown"), **place)
