"""Who moves: people between labour states and groups of sectors, and what a scenario changes in that."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sim.analysis import flows
from sim.analysis.contrast import ScenarioResult
from sim.report import tables
from sim.report.charts import Figure, sankey
from sim.report.facts import Facts
from sim.report.findings import lower_first
from sim.report.section import Section


class MovesOfPeople(Section):
    """The Sankey diagram, the changes by link, and the table of both."""

    name = "flows"

    @classmethod
    def choices(cls, facts: Facts) -> dict[str, Any]:
        """Which moves, and whose."""
        del facts
        return {"flow_view": flows.VIEWS[0], "flow_side": sankey.SIDES[0]}

    @classmethod
    def data(cls, facts: Facts) -> dict[str, Any]:
        """Levels and differences by scenario and view."""
        if not flows.are_known(facts.comparison):
            return {}
        names = [result.name for result in facts.results] or [next(iter(facts.ids))]
        levels = {facts.ids[name]: flows.levels(facts.comparison, name) for name in names}
        return sankey.data(flows.links(facts.comparison), levels, facts.moves)

    @cached_property
    def is_known(self) -> bool:
        """Whether the runs have their moves on record."""
        return flows.are_known(self.comparison)

    def context(self) -> dict[str, Any]:
        """Return the first scenario, all moves."""
        if not self.is_known:
            return {"is_known": False, "title": self.words("flows.unknown")}
        say, first, view = self.words, self.facts.first, flows.VIEWS[0]
        return {
            "is_known": True,
            "has_effects": first is not None,
            "title": self._title(first, view),
            "note": say("flows.note", fewest=flows.FEWEST_SIMULATED),
            "views": [(view, say(f"flows.views.{view}")) for view in flows.VIEWS],
            "sides": [("own", say("flows.own")), ("reference", self.page.reference_heading())],
            "table": self._table(first),
        }

    def figures(self) -> dict[str, Figure]:
        """Return the charts."""
        if not self.is_known:
            return {}
        effects, marks = bool(self.facts.results), self.page.separators
        diagram = {"flows": sankey.figure(self.words, marks, with_difference=effects)}
        return diagram | ({"flow_bars": sankey.bars(self.words, marks)} if effects else {})

    def texts(self) -> dict[str, Any]:
        """Return the title by scenario and view."""
        if not self.is_known:
            return {}
        levels_only: list[tuple[str, ScenarioResult | None]] = [("s0", None)]
        shown = [(self.facts.ids[result.name], result) for result in self.facts.results] or levels_only
        return {"flows": {sid: {view: self._title(result, view) for view in flows.VIEWS} for sid, result in shown}}

    def chart_words(self) -> dict[str, Any]:
        """Return names of places and links."""
        return sankey.labels(self.words, flows.links(self.comparison), self.facts.moves) if self.is_known else {}

    def columns(self) -> dict[str, list[dict[str, str]]]:
        """Return the table of every link."""
        if not self.is_known:
            return {}
        say, place = self.words, "flows/{scenario}"
        columns = [{"label": say("flows.column"), "ref": "flow_names/{flow_view}"}]
        if not self.facts.results:
            return {"flows": [*columns, {"label": say("flows.persons"), "ref": f"{place}/own/{{flow_view}}"}]}
        kinds = zip(("reference", "own", "mean", "low", "high"), self._headings(), strict=True)
        columns += [{"label": label, "ref": f"{place}/{kind}/{{flow_view}}"} for kind, label in kinds]
        columns[3] |= {"clear": f"{place}/clear/{{flow_view}}", "sign": "+"}
        return {"flows": columns}

    def _headings(self) -> list[str]:
        say = self.words
        return [self.page.reference_heading(), say("difference.scenario"), say("flows.difference_heading"), *tables.ends(say)]

    def _title(self, result: ScenarioResult | None, view: str) -> str:
        say, numbers = self.words, self.numbers
        if result is None:
            name = next(iter(self.facts.ids))
            levels = {link: level for link, level in flows.levels(self.comparison, name).items() if flows.in_view(link, view)}
            if not levels:
                return say("flows.nobody")
            link = max(levels, key=lambda link: levels[link])
            return say("flows.finding_level", link=self._link(link), n=numbers.uncertain(levels[link], None))
        found = self.facts.moves[self.facts.ids[result.name]]
        values = {"scenario": result.label[say.language], "all": len([link for link in found.change if flows.in_view(link, view)])}
        order = found.by_change(view)
        if not order or not any(found.change[link].mean or found.change[link].half_width for link in order):
            return say("flows.finding_same", reference=self.findings.reference(result), **values)
        clear = found.clear(view)
        change = found.change[(clear or order)[0]]
        values |= {
            "link": self._link((clear or order)[0]),
            "difference": numbers.mean(change),
            "interval": numbers.interval(change),
            "n": len(clear),
        }
        return say(f"flows.finding_{'single' if change.low is None else 'clear' if clear else 'none'}", **values)

    def _link(self, link: flows.Link) -> str:
        origin, destination = (lower_first(sankey.place_label(self.words, place)) for place in link)
        return self.words("flows.link", origin=origin, destination=destination)

    def _table(self, result: ScenarioResult | None) -> dict[str, Any]:
        """The table that stands in the page without script: all links of the first scenario."""
        say, numbers = self.words, self.numbers
        if result is None:
            levels = flows.levels(self.comparison, next(iter(self.facts.ids)))
            rows = [{"label": sankey.link_label(say, link), "cells": [tables.count(numbers, level)]} for link, level in levels.items()]
            return {"columns": [say("flows.persons")], "rows": rows}
        found = self.facts.moves[self.facts.ids[result.name]]
        rows = [
            {
                "label": sankey.link_label(say, link),
                "cells": [
                    tables.count(numbers, found.reference[link]),
                    tables.count(numbers, found.level[link]),
                    tables.amount(numbers, change),
                    *tables.bounds(numbers, change),
                ],
            }
            for link, change in found.change.items()
        ]
        return {"columns": self._headings(), "rows": rows}
