"""What the effects hang on: the tornado of a finished study, else every scenario at both ends of its evidence, else how to find out."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sim.report import tables
from sim.report.charts import Figure, ends, tornado
from sim.report.facts import Facts
from sim.report.sayings import Sayings
from sim.report.section import Section
from sim.report.studies import ENDS, Ends, command
from sim.sensitivity.findings import Table
from sim.sensitivity.saved import Study

CHOICE = "table"


def numbered(facts: Facts) -> list[tuple[str, Study, Table]]:
    """Every table of the studies that is about a scenario of the page, with its id: effects first."""
    names = {result.name for result in facts.results} | {result.against for result in facts.results}
    found = [(made, table) for made in facts.studies for table in made.tables if table.scenario in names and table.indices]
    found.sort(key=lambda pair: pair[1].of != "effect")
    return [(f"t{n}", made, table) for n, (made, table) in enumerate(found)]


class Sensitivity(Section):
    """The tornado."""

    name = "sensitivity"
    part = "trust"

    @classmethod
    def shown(cls, facts: Facts) -> bool:
        """Where a scenario with an effect has policies."""
        return any(result.config.get("policies") for result in facts.results)

    @classmethod
    def choices(cls, facts: Facts) -> dict[str, Any]:
        """Which table of the studies."""
        found = numbered(facts)
        return {CHOICE: found[0][0]} if found else {}

    @classmethod
    def data(cls, facts: Facts) -> dict[str, Any]:
        """Bars of the studies by table."""
        found = numbered(facts)
        return {"tornado": {tid: tornado.data(made.method, list(table.indices)) for tid, made, table in found}} if found else {}

    @cached_property
    def studied(self) -> list[tuple[str, Sayings, Table]]:
        """The tables of the studies with what they say in this language."""
        sayings = {made.experiment: Sayings(self.words.language, made, self.page.templates) for made in self.facts.studies}
        return [(tid, sayings[made.experiment], table) for tid, made, table in numbered(self.facts)]

    def context(self) -> dict[str, Any]:
        """Return what there is: a study, the ends of the evidence, or the command that makes them."""
        if self.studied:
            _, sayings, table = self.studied[0]
            return {
                "kind": "study",
                "title": sayings.title(table),
                "reading": sayings.reading(),
                "note": sayings.note(table),
                "made": self._made(sayings.study),
                "options": [(tid, said.choice(one)) for tid, said, one in self.studied],
                "table": sayings.fragment(table),
            }
        found = self.facts.ends
        if found:
            return {"kind": "ends", "title": self._ends_title(found), "table": self._ends_table(found)}
        return {"kind": "none", "title": self.words("ends.none"), "command": command(self.comparison)}

    def figures(self) -> dict[str, Figure]:
        """Return the tornado, or the three lines of every scenario."""
        if self.studied:
            return {"tornado": tornado.figure(self.words, self.page.separators)}
        return {"ends": ends.figure(self.words, self.page.separators, self.facts.ends)} if self.facts.ends else {}

    def texts(self) -> dict[str, Any]:
        """Return title, note, how to read it and how it was made, by table."""
        studied = self.studied
        return {
            "tornado_title": {tid: said.title(table) for tid, said, table in studied},
            "tornado_note": {tid: said.note(table) for tid, said, table in studied},
            "tornado_reading": {tid: said.reading() for tid, said, _ in studied},
            "tornado_made": {tid: self._made(said.study) for tid, said, _ in studied},
        }

    def fragments(self) -> dict[str, Any]:
        """Return the tables of the studies."""
        return {"tornado": {tid: said.fragment(table) for tid, said, table in self.studied}}

    def chart_words(self) -> dict[str, Any]:
        """Return the names of the bars by table."""
        found: dict[str, Any] = {}
        for tid, said, table in self.studied:
            for key, by_table in said.chart_words([(tid, table)]).items():
                found.setdefault(key, {}).update(by_table)
        return found

    def _made(self, made: Study) -> str:
        return self.words(
            "ends.made", command=made.command, method=self.words(f"sensitivity.methods.{made.method}"), runs=made.runs, seeds=made.seeds
        )

    def _ends_title(self, found: list[Ends]) -> str:
        changed = [one.central.label[self.words.language] for one in found if one.changes]
        key = "title_changes" if changed else "title_same"
        title = self.words(f"ends.{key}", n=len(changed), all=len(found), scenarios=", ".join(changed))
        idle = sum(one.by_end["low"].is_identical for one in found if "low" in one.by_end)
        return title + (self.words("ends.idle", n=idle) if idle else "")

    def _ends_table(self, found: list[Ends]) -> dict[str, Any]:
        nothing = tables.cell(self.words("unknown"))
        rows = [
            {
                "label": one.central.label[self.words.language],
                "cells": [tables.change(self.numbers, one.by_end[end].net_fte_months) if end in one.by_end else nothing for end in ENDS],
            }
            for one in found
        ]
        return {"columns": [self.words(f"ends.{end}") for end in ENDS], "rows": rows}
