"""Where intervals come from: one bar per scenario, split into the shares of its variance, with the shares in words above it.

No legend: the figure in a part of the bar stands in the line above it with the name of the part. Luck and what grades do together are grey;
evidence is blue, the weaker the darker.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

from sim.analysis.contrast import ScenarioResult
from sim.analysis.headline import NET
from sim.analysis.uncertainty import PARTS, Uncertainties, Uncertainty
from sim.report.charts import Figure
from sim.report.theme import axis, colour, layout, note, plain
from sim.report.words import Words

COLOURS = {
    "luck": "baseline-50",
    "RCT": "accent-90",
    "statute": "loose",
    "quasi-experimental": "accent-50",
    "descriptive": "very_loose",
    "expert": "accent",
    "evidence": "accent",
    "together": "baseline-90",
    "settings": "muted",
}
DARK = ("expert", "evidence", "settings")
"""Parts on which text has the colour of the page."""
LEAST = 8
"""Percent of a bar that has room for a figure on a telephone."""
ROW_HEIGHT = 108
LETTERS, LINES = 44, 3
"""Of the words above a bar, on a line of a telephone; and lines."""


def part_label(words: Words, part: str) -> str:
    """Name of a part of the variance."""
    return words(f"uncertainty.parts.{part}")


def figure(
    words: Words, separators: str, found: Uncertainties, results: list[ScenarioResult], in_words: Callable[[Uncertainty], str]
) -> Figure:
    """Return the figure of net FTE-months, scenarios in the order of the ranking; `in_words` says the shares of one."""
    rows = [(result, found.scenarios[result.name][NET]) for result in results if NET in found.scenarios.get(result.name, {})]
    bars: list[dict[str, Any]] = [
        _part(plain(part_label(words, part)), part, [100 * one.shares.get(part, 0.0) for _, one in rows])
        for part in PARTS
        if any(part in one.parts for _, one in rows)
    ]
    names = [_name(row, result.label[words.language], in_words(one)) for row, (result, one) in enumerate(rows)]
    return {
        "data": bars,
        "layout": layout(
            separators=separators,
            height=76 + ROW_HEIGHT * len(rows),
            margin={"l": 8, "r": 16, "t": 8, "b": 46},
            barmode="stack",
            xaxis=axis(
                title={"text": words("uncertainty.axis"), "font": {"size": 12}}, range=[0, 100], tickvals=[0, 25, 50, 75, 100], tickangle=0
            ),
            yaxis=axis(range=[len(rows) - 0.6, -0.85], showgrid=False, zeroline=False, showticklabels=False),
            annotations=names,
        ),
    }


def _part(name: str, part: str, shares: list[float]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": [round(share, 1) for share in shares],
        "y": list(range(len(shares))),
        "width": 0.34,
        "text": [f"{share:.0f} %" if share >= LEAST else "" for share in shares],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": 12, "color": colour("surface" if part in DARK else "ink")},
        "marker": {"color": colour(COLOURS[part]), "line": {"width": 1, "color": colour("muted")}},
        "hovertemplate": "%{x:.0f} %<extra>%{fullData.name}</extra>",
    }


def _name(row: int, label: str, shares: str) -> dict[str, Any]:
    lines = textwrap.wrap(shares, LETTERS, max_lines=LINES, placeholder=" …")
    small = "<br>".join(f'<span style="font-size:12px">{plain(line)}</span>' for line in lines)
    return note(
        f"{plain(textwrap.shorten(label, LETTERS, placeholder=' …'))}<br>{small}",
        xref="paper",
        x=0,
        y=row - 0.2,
        xanchor="left",
        yanchor="bottom",
        align="left",
        font={"size": 13, "color": colour("ink")},
    )
