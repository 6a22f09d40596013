"""Where intervals come from: one bar per scenario, split into the shares of its variance."""

from __future__ import annotations

from typing import Any

from sim.analysis.contrast import ScenarioResult
from sim.analysis.headline import NET
from sim.analysis.uncertainty import PARTS, Uncertainties
from sim.report.charts import Figure
from sim.report.theme import axis, colour, layout, note, plain
from sim.report.words import Words

COLOURS = {
    "luck": "baseline-50",
    "RCT": "accent",
    "statute": "accent-50",
    "quasi-experimental": "very_loose",
    "descriptive": "tight",
    "expert": "very_tight",
    "evidence": "very_tight",
    "together": "muted",
    "settings": "loss",
}
ROW_HEIGHT = 54


def part_label(words: Words, part: str) -> str:
    """Name of a part of the variance."""
    return words(f"uncertainty.parts.{part}")


def figure(words: Words, separators: str, found: Uncertainties, results: list[ScenarioResult]) -> Figure:
    """Return the figure of net FTE-months, scenarios in the order of the ranking, with the name above each bar."""
    rows = [(result, found.scenarios[result.name][NET]) for result in results if NET in found.scenarios.get(result.name, {})]
    bars: list[dict[str, Any]] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": plain(part_label(words, part)),
            "x": [100 * one.shares.get(part, 0.0) for _, one in rows],
            "y": list(range(len(rows))),
            "width": 0.42,
            "marker": {"color": colour(COLOURS[part]), "line": {"width": 1, "color": colour("surface")}},
            "hovertemplate": "%{x:.0f} %<extra>%{fullData.name}</extra>",
        }
        for part in PARTS
        if any(part in one.parts for _, one in rows)
    ]
    names = [
        note(plain(result.label[words.language]), xref="paper", x=0, y=row, xanchor="left", yanchor="bottom", yshift=11,
             font={"size": 13, "color": colour("ink")})
        for row, (result, _) in enumerate(rows)
    ]  # fmt: skip
    return {
        "data": bars,
        "layout": layout(
            separators=separators,
            height=130 + ROW_HEIGHT * len(rows),
            margin={"l": 8, "r": 16, "t": 26, "b": 46},
            barmode="stack",
            showlegend=True,
            legend={"orientation": "h", "y": -0.22, "traceorder": "normal", "font": {"size": 12}},
            xaxis=axis(range=[0, 100], ticksuffix=" %", nticks=6),
            yaxis=axis(range=[len(rows) - 0.5, -0.75], showgrid=False, zeroline=False, showticklabels=False),
            annotations=names,
        ),
    }
