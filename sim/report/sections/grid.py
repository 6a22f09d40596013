"""Along the grid: what an outcome does along the settings of a sweep, with sliders between the computed points."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sim.analysis.grid_response import OUTCOMES
from sim.analysis.headline import NET
from sim.report.charts import Figure, grid
from sim.report.charts.grid import grid_id, scale, state_of
from sim.report.facts import Facts
from sim.report.findings import lower_first
from sim.report.grid_words import GridWords
from sim.report.section import Section
from sim.report.theme import plain


class AlongTheGrid(Section):
    """Response of an outcome along one, two or three settings."""

    name = "grid"

    @cached_property
    def say_grid(self) -> GridWords:
        """What is said about the grids."""
        return GridWords(self.words, self.numbers, self.facts.responses)

    @classmethod
    def shown(cls, facts: Facts) -> bool:
        """Where scenarios differ in settings that a sweep moves."""
        return bool(facts.responses)

    @classmethod
    def choices(cls, facts: Facts) -> dict[str, Any]:
        """The grid, the outcome, and the place along every axis (``g0`` ...): a value, or a month as 2026-03."""
        first = facts.responses[0]
        places = [state_of(along, position) for along, position in zip(first.grid.axes, grid.start(first), strict=True)]
        most = max(len(response.grid.axes) for response in facts.responses)
        places += [""] * (most - len(places))
        return {"grid": grid_id(0), "grid_outcome": NET} | {f"g{k}": place for k, place in enumerate(places)}

    @classmethod
    def data(cls, facts: Facts) -> dict[str, Any]:
        """Axes, points and outcomes of every grid."""
        return grid.data(facts.responses)

    def context(self) -> dict[str, Any]:
        """Return the first grid as it stands, and the sliders of all."""
        first, say = self.facts.responses[0], self.say_grid
        return {
            "title": say.finding(first, NET),
            "note": self._note(0),
            "method": self._method(0),
            "grids": [(grid_id(k), name) for k, name in enumerate(say.names())],
            "outcomes": [(outcome, say.outcome(outcome)) for outcome in OUTCOMES],
            "controls": [(grid_id(k), self._controls(k)) for k in range(len(self.facts.responses))],
            "said": say.said(first, grid.start(first), NET),
            "table": say.table(first, NET),
            "corner": say.columns(first)[0],
        }

    def figures(self) -> dict[str, Figure]:
        """Return the chart."""
        return {"grid": grid.figure(self.page.separators)}

    def texts(self) -> dict[str, Any]:
        """Return title by grid and outcome, note by grid, and the words with which the script makes its sentences."""
        say, words = self.say_grid, self.words
        return {
            "grid": {grid_id(k): {o: say.finding(r, o) for o in OUTCOMES} for k, r in enumerate(self.facts.responses)},
            "grid_note": {grid_id(k): self._note(k) for k in range(len(self.facts.responses))},
            "grid_method": {grid_id(k): self._method(k) for k in range(len(self.facts.responses))},
            "grid_words": {
                "axes": {grid_id(k): [say.axis(along) for along in r.grid.axes] for k, r in enumerate(self.facts.responses)},
                "choices": words.raw("grid.choices"),
                "said": words.raw("grid.said"),
                "unit": {outcome: say.unit(outcome) for outcome in OUTCOMES},
                "outcome": {outcome: say.outcome(outcome) for outcome in OUTCOMES},
                "ends": say.ends(),
                **{key: words.raw(key) for key in ("range", "unknown", "eur", "million", "billion")},
                "percent": words.raw("grid.percent"),
            },
        }

    def chart_words(self) -> dict[str, Any]:
        """Return the title of the horizontal axis by grid."""
        return {"grid_axis": {grid_id(k): plain(self.say_grid.columns(r)[0]) for k, r in enumerate(self.facts.responses)}}

    def _note(self, position: int) -> str:
        """How to read the chart."""
        response, words = self.facts.responses[position], self.words
        axes = response.grid.axes
        notes = [words("grid.reading" if axes[0].is_continuous else "grid.reading_choice")]
        if len(axes) > 1:
            notes.append(words("grid.reading_lines", name=lower_first(self.say_grid.columns(response)[1])))
        return " ".join(notes)

    def _method(self, position: int) -> str:
        """What is not computed, and how it is filled in."""
        response, words = self.facts.responses[position], self.words
        missing, notes = len(response.grid.missing), []
        if missing:
            notes.append(words("grid.missing" if missing > 1 else "grid.missing_one", n=missing, all=missing + len(response.grid.points)))
        if any(along.is_continuous for along in response.grid.axes):
            notes.append(words("grid.between" if response.is_exact else "grid.between_at_most"))
        return " ".join(notes)

    def _controls(self, position: int) -> list[dict[str, Any]]:
        response = self.facts.responses[position]
        first = grid.start(response)
        controls = []
        for along, place in zip(response.grid.axes, first, strict=True):
            named: dict[str, Any] = {"name": self.say_grid.axis(along)["name"], "choices": [], "ticks": [], "last": 0, "at": 0}
            if along.is_continuous:
                steps = scale(along)
                ticks = [steps.index(float(value)) for value in along.values]
                named |= {"ticks": ticks, "last": len(steps) - 1, "at": ticks[place]}
            else:
                named["choices"] = [(value, self.say_grid.bare(response, along, k)) for k, value in enumerate(along.values)]
            controls.append(named | {"shown": self.say_grid.bare(response, along, place)})
        return controls
