"""Response along a setting: computed points with their intervals, what is interpolated between them, and where the reader stands.

The script (``assets/script/grid.js``) reckons what lies between the points and puts it under ``grid_now``; here is what it needs for that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sim.analysis.grid import CHOICE, MONTH, Axis, Point
from sim.analysis.grid_response import MEASURED, MONEY, Response, interval_of
from sim.codes import month_label
from sim.evidence.parameters import Parameter
from sim.report.charts import TICKS, Figure, ref
from sim.report.theme import axis, colour, layout

MOST_STEPS = 120
"""Steps of a slider between its ends; a scale of round numbers has half as many or more."""
MILLION = 1e6
HEIGHT = 380


def grid_id(position: int) -> str:
    """Id on the page of a grid."""
    return f"r{position}"


def scale(along: Axis) -> list[float]:
    """Places where a slider can stand: round numbers, or months, from the lowest to the highest computed value, and all of these.

    >>> scale(Axis("x", "number", (0.5, 1.0)))[:3], len(scale(Axis("x", "number", (0.5, 1.0))))
    ([0.5, 0.505, 0.51], 101)
    """
    values = [float(value) for value in along.values]
    low, high = values[0], values[-1]
    step = 1.0 if along.kind == MONTH else _step((high - low) / MOST_STEPS)
    if all(value == round(value) for value in values):
        step = max(step, 1.0)
    between = [round(k * step, 12) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return sorted({*values, *(value for value in between if low < value < high)})


def _step(least: float) -> float:
    """The smallest of 1, 2, 5, 10 ... (and their tenths) that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * k for k in (1, 2, 5, 10) if power * k >= least * (1 - 1e-9))


def is_share(along: Axis, parameters: dict[str, Parameter]) -> bool:
    """Whether values are shares, which read better as a percentage."""
    row = parameters.get(along.key.removeprefix("parameters."))
    return row is not None and row.unit.startswith("share")


def start(response: Response) -> Point:
    """The point that is shown first: the middle one of the line."""
    line = response.grid.line
    return line[len(line) // 2]


def state_of(along: Axis, position: int) -> str:
    """A computed value as it stands in the reader's choices (and so in a link): ``5000``, ``2026-03``, ``low``."""
    value = along.values[position]
    return month_label(int(value)) if along.kind == MONTH else value if isinstance(value, str) else f"{value:.12g}"


def data(responses: Sequence[Response]) -> dict[str, Any]:
    """What the script needs of every grid: axes, points, and by outcome mean, half width and correlations over the pairs (per mille)."""
    return {"grid": {grid_id(k): _data(response) for k, response in enumerate(responses)}, "grid_now": {}}


def _data(response: Response) -> dict[str, Any]:
    parameters = response.comparison.parameters
    intervals = {outcome: [interval_of(result, outcome) for result in response.results] for outcome in MEASURED}
    unit = {outcome: MILLION if outcome in MONEY else 1.0 for outcome in MEASURED}
    first = start(response)
    return {
        "axes": [
            {"kind": along.kind, "values": list(along.values), "share": is_share(along, parameters)}
            | ({"scale": scale(along)} if along.kind != CHOICE else {})
            for along in response.grid.axes
        ],
        "at": [list(point) for point in response.grid.points],
        "start": [state_of(along, position) for along, position in zip(response.grid.axes, first, strict=True)],
        "pairs": [len(result.pairs) for result in response.results],
        "mean": {outcome: [_round(found.mean / unit[outcome]) for found in by] for outcome, by in intervals.items()},
        "half": {
            outcome: [None if found.half_width is None else _round(found.half_width / unit[outcome]) for found in by]
            for outcome, by in intervals.items()
        },
        "together": {outcome: _triangle(response, outcome) for outcome in MEASURED} if response.is_exact else None,
    }


def _round(value: float) -> float:
    return float(f"{value:.6g}")


def _triangle(response: Response, outcome: str) -> list[int]:
    """Correlations of each point with the later ones, row by row."""
    found = response.correlations(outcome)
    assert found is not None  # is_exact
    return [round(1000 * float(found[a, b])) for a in range(len(found)) for b in range(a + 1, len(found))]


def figure(separators: str) -> Figure:
    """Return the figure, for any grid and outcome: other lines grey, the reader's line and its points, the reader's place."""
    now = "grid_now"

    def line(name: str, tone: str, width: float) -> dict[str, Any]:
        return {
            "type": "scatter",
            "mode": "lines",
            "x": ref(f"{now}/{name}/x"),
            "y": ref(f"{now}/{name}/y"),
            "line": {"width": width, "color": colour(tone), "dash": "dash"},
            "hoverinfo": "skip",
        }

    def points(name: str, tone: str, size: int, **more: Any) -> dict[str, Any]:
        base = {
            "type": "scatter",
            "mode": "markers",
            "x": ref(f"{now}/{name}/x"),
            "y": ref(f"{now}/{name}/y"),
            "text": ref(f"{now}/{name}/text"),
            "marker": {
                "size": size,
                "symbol": ref(f"{now}/{name}/symbol"),
                "color": colour(tone),
                "line": {"width": 2, "color": colour(tone)},
            },
            "hovertemplate": "%{text}<extra></extra>",
        }
        return base | more

    def bars(name: str, tone: str, thickness: float) -> dict[str, Any]:
        return {
            "symmetric": False,
            "array": ref(f"{now}/{name}/up"),
            "arrayminus": ref(f"{now}/{name}/down"),
            "color": colour(tone),
            "thickness": thickness,
            "width": 5,
        }

    ring = points("here", "ink", 19, hoverinfo="skip", hovertemplate=None, error_y=bars("here", "ink", 1.2))
    ring["marker"] |= {"symbol": "circle-open"}
    return {
        "data": [
            line("other_lines", "baseline", 1.2),
            points("other_points", "baseline", 7),
            line("line", "accent", 2),
            ring,
            points("points", "accent", 11, error_y=bars("points", "accent", 2)),
        ],
        "layout": layout(
            separators=separators,
            height=HEIGHT,
            margin=ref(f"{now}/margin"),
            hovermode="closest",
            xaxis=axis(
                type=ref(f"{now}/type"),
                range=ref(f"{now}/range"),
                tickmode="array",
                tickvals=ref(f"{now}/ticks"),
                ticktext=ref(f"{now}/tick_texts"),
                title={"text": ref("grid_axis/{grid}"), "font": {"size": 12}},
                showgrid=False,
                zeroline=False,
            ),
            yaxis=axis(range=ref(f"{now}/reach"), zeroline=True, zerolinewidth=2, nticks=6, tickformat=TICKS),
            annotations=ref(f"{now}/notes"),
        ),
    }
