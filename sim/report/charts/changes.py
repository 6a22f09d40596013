"""Changes line by line: a bar to the right for more, to the left for less, with its 95 % interval; faded when that covers zero."""

from __future__ import annotations

from sim.report.charts import EXACT, SHORT_TICKS, Figure, ref
from sim.report.theme import axis, colour, layout

FADED = 0.4
"""Opacity of a bar whose interval covers zero."""


def figure(separators: str, place: str, lines: str, title: str | dict[str, str]) -> Figure:
    """Return the figure.

    Parameters
    ----------
    place : path of the data: ``mean``, ``half`` (width of the interval), ``colour`` and ``opacity`` by line, and ``height`` in pixels.
    lines : path of the names of the lines, from top to bottom.
    title : of the axis, with its unit.
    """
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": ref(f"{place}/mean"),
        "y": ref(lines),
        "error_x": {"array": ref(f"{place}/half"), "color": colour("ink"), "thickness": 1.2, "width": 3},
        "marker": {"color": ref(f"{place}/colour"), "opacity": ref(f"{place}/opacity")},
        "hovertemplate": "%{y}: %{x}<extra></extra>",
    }
    return {
        "data": [bars],
        "layout": layout(
            separators=separators,
            height=ref(f"{place}/height"),
            margin={"l": 8, "r": 16, "t": 8, "b": 46},
            bargap=0.35,
            xaxis=axis(
                title={"text": title, "font": {"size": 12}},
                zeroline=True,
                zerolinewidth=2,
                nticks=4,
                tickangle=0,
                tickformat=SHORT_TICKS,
                hoverformat=EXACT,
            ),
            yaxis=axis(autorange="reversed", showgrid=False, ticksuffix="  ", tickfont={"size": 12, "color": colour("ink")}, dtick=1),
        ),
    }
