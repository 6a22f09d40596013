"""Net FTE-months of every scenario with its evidence at the low end, in the centre and at the high end: three lines a scenario."""

from __future__ import annotations

import math
import textwrap

from sim.report.charts import HOVER, SHORT_TICKS, Figure
from sim.report.studies import Ends
from sim.report.theme import axis, colour, layout, note, plain
from sim.report.words import Words

ROW_HEIGHT = 112
STEP = 0.22
"""Between the three lines of a scenario, of a row."""
LETTERS = 44


def figure(words: Words, separators: str, found: list[Ends]) -> Figure:
    """Return the figure, scenarios in the order of the ranking, each with its name above its lines."""
    points = [
        (row + STEP * (line - 1), end, result.net_fte_months)
        for row, one in enumerate(found)
        for line, (end, result) in enumerate(one.by_end.items())
    ]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": [_round(effect.mean) for _, _, effect in points],
        "y": [y for y, _, _ in points],
        "error_x": {
            "array": [_round(effect.half_width or 0.0) for _, _, effect in points],
            "color": colour("ink"),
            "thickness": 2,
            "width": 4,
        },
        "marker": {
            "size": 11,
            "symbol": ["diamond" if effect.is_clear else "diamond-open" for _, _, effect in points],
            "color": [colour("accent" if end == "central" else "baseline") for _, end, _ in points],
            "line": {"width": 2},
        },
        "text": [plain(words(f"ends.{end}")) for _, end, _ in points],
        "hovertemplate": "%{text}: %{x}<extra></extra>",
    }
    names = [
        note(
            plain(textwrap.shorten(one.central.label[words.language], LETTERS, placeholder=" …")),
            xref="paper",
            x=0,
            y=row - 0.34,
            xanchor="left",
            yanchor="bottom",
            bgcolor=colour("surface"),
            font={"size": 13, "color": colour("ink")},
        )
        for row, one in enumerate(found)
    ]
    zero = {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": {"color": colour("muted"), "width": 2}}
    return {
        "data": [dots],
        "layout": layout(
            separators=separators,
            height=90 + ROW_HEIGHT * len(found),
            margin={"l": 8, "r": 16, "t": 26, "b": 46},
            xaxis=axis(
                title={"text": words("balance.axes.fte"), "font": {"size": 12}},
                zeroline=False,
                nticks=5,
                tickangle=0,
                tickformat=SHORT_TICKS,
                hoverformat=HOVER,
            ),
            yaxis=axis(
                range=[len(found) - 0.6, -0.75],
                showgrid=False,
                zeroline=False,
                tickvals=[y for y, _, _ in points],
                ticktext=[plain(words(f"ends.{end}")) for _, end, _ in points],
                ticksuffix="  ",
            ),
            shapes=[zero | {"layer": "below"}],
            annotations=[*names, note(words("by_seed.zero"), x=0, yref="paper", y=1, yanchor="bottom", xanchor="center")],
        ),
    }


def _round(value: float) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) else None
