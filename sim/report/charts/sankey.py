"""Moves of people: where they come from (left) and where they go (right), and a bar for every change of a link."""

from __future__ import annotations

from typing import Any

from sim.analysis.flows import CRUCIAL, PLACES, VIEWS, WORK, Flows, Link, in_view
from sim.analysis.intervals import Interval
from sim.report.charts import EXACT, Figure, changes, ref
from sim.report.charts.changes import FADED
from sim.report.numbers import rounded
from sim.report.theme import colour, layout, note, plain
from sim.report.words import Words

HEIGHT, ROW_HEIGHT = 560, 27
MOST_BARS, UNCLEAR_BARS = 12, 6
"""Bars of clear changes at most; bars shown, faded, when no change is clear."""
SIDES = ("own", "reference")
"""The scenario in focus, and what it is compared with."""


def place_label(words: Words, place: str) -> str:
    """Name of a place."""
    return words(f"flows.places.{place}")


def link_label(words: Words, link: Link) -> str:
    """Name of a link: from and to."""
    return words("flows.link", origin=place_label(words, link[0]), destination=place_label(words, link[1]))


def figure(words: Words, separators: str, *, with_difference: bool) -> Figure:
    """Return the Sankey diagram of any scenario and view; links whose difference is clear stand out."""
    kinds = [colour("ink" if place in CRUCIAL else "muted" if place in WORK else "baseline") for place in PLACES]
    side = "{flow_side}" if with_difference else "own"
    change = f"<br>{words('flows.difference')}: %{{customdata:{EXACT}}}" if with_difference else ""
    link = {
        "source": ref("flow_links/{flow_view}/source"),
        "target": ref("flow_links/{flow_view}/target"),
        "value": ref(f"flows/{{scenario}}/{side}/{{flow_view}}"),
        "color": ref("flows/{scenario}/colour/{flow_view}") if with_difference else colour("baseline-50"),
        "hovertemplate": f"%{{source.label}} → %{{target.label}}: %{{value:,.3r}} {words('units.persons_per_year')}{change}<extra></extra>",
    }
    return {
        "data": [
            {
                "type": "sankey",
                "arrangement": "fixed",
                "valueformat": ",.3r",
                "valuesuffix": f" {words('units.persons_per_year')}",
                "textfont": {"size": 13, "color": colour("ink"), "shadow": "none"},
                "node": {
                    "label": ref("flow_places"),
                    "color": [*kinds, *kinds],
                    "line": {"width": 0},
                    "pad": 16,
                    "thickness": 12,
                    "hovertemplate": "%{label}: %{value}<extra></extra>",
                },
                "link": link | ({"customdata": ref("flows/{scenario}/mean/{flow_view}")} if with_difference else {}),
            }
        ],
        "layout": layout(
            separators=separators,
            height=HEIGHT,
            margin={"l": 8, "r": 8, "t": 30, "b": 12},
            annotations=[_end(words("flows.from"), "left"), _end(words("flows.to"), "right")],
        ),
    }


def _end(text: str, side: str) -> dict[str, Any]:
    return note(text, xref="paper", yref="paper", x=float(side == "right"), y=1, xanchor=side, yanchor="bottom", yshift=8)


def bars(words: Words, separators: str) -> Figure:
    """Return the chart of changes by link, for any scenario and view."""
    choice = "{scenario}/{flow_view}"
    return changes.figure(separators, f"flow_bars/{choice}", f"flow_changes/{choice}", words("flows.axis"))


def shown(found: Flows, view: str) -> list[Link]:
    """Links that get a bar: the clear changes, or when there are none the largest."""
    return found.clear(view)[:MOST_BARS] or found.by_change(view)[:UNCLEAR_BARS]


def data(links: list[Link], levels: dict[str, dict[Link, float]], found: dict[str, Flows]) -> dict[str, Any]:
    """Return the numbers of both charts; `levels` and `found` by id of the scenario, differences only where there are any."""
    return {
        "flow_links": {view: _ends([link for link in links if in_view(link, view)]) for view in VIEWS},
        "flows": {sid: _numbers(links, level, found.get(sid)) for sid, level in levels.items()},
        "flow_bars": {sid: {view: _bars(flows, shown(flows, view)) for view in VIEWS} for sid, flows in found.items()},
    }


def _ends(links: list[Link]) -> dict[str, list[int]]:
    return {
        "source": [PLACES.index(origin) for origin, _ in links],
        "target": [len(PLACES) + PLACES.index(destination) for _, destination in links],
    }


def _numbers(links: list[Link], level: dict[Link, float], found: Flows | None) -> dict[str, Any]:
    views = {view: [link for link in links if in_view(link, view)] for view in VIEWS}
    own = {"own": {view: [_people(level[link]) for link in those] for view, those in views.items()}}
    if found is None:
        return own
    change, reference = found.change, found.reference
    parts = {
        "reference": lambda link: _people(reference[link]),
        "mean": lambda link: _people(change[link].mean, change[link]),
        "low": lambda link: _people(change[link].low, change[link]),
        "high": lambda link: _people(change[link].high, change[link]),
        "clear": lambda link: int(change[link].is_clear),
        "colour": lambda link: _colour(change[link].sign),
    }
    return own | {name: {view: [of(link) for link in those] for view, those in views.items()} for name, of in parts.items()}


def _people(value: float | None, change: Interval | None = None) -> float | None:
    """Whole people, rounded to the interval of a change, or to three digits."""
    return None if value is None else rounded(value, None if change is None else change.half_width, 0)


def _colour(sign: int) -> str:
    return colour({1: "accent-50", -1: "loss-50", 0: "baseline-90"}[sign])


def _bars(found: Flows, links: list[Link]) -> dict[str, Any]:
    changes = [found.change[link] for link in links]
    return {
        "mean": [_people(change.mean, change) for change in changes],
        "half": [_people(change.half_width or 0.0, change) for change in changes],
        "colour": [colour("accent" if change.mean >= 0 else "loss") for change in changes],
        "opacity": [1.0 if change.is_clear else FADED for change in changes],
        "height": 66 + ROW_HEIGHT * max(len(links), 1),
    }


def labels(words: Words, links: list[Link], found: dict[str, Flows]) -> dict[str, Any]:
    """Return the words in both charts and in their table."""
    places = [plain(place_label(words, place)) for place in PLACES]
    return {
        "flow_places": [*places, *places],
        "flow_names": {view: [link_label(words, link) for link in links if in_view(link, view)] for view in VIEWS},
        "flow_changes": {
            sid: {view: [plain(link_label(words, link)) for link in shown(flows, view)] for view in VIEWS} for sid, flows in found.items()
        },
    }
