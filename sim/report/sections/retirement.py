"""At what age people retire, and what a scenario changes in that."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sim.analysis import retirement
from sim.analysis.contrast import ScenarioResult
from sim.analysis.intervals import Interval
from sim.analysis.retirement import AGES, PERIODS, Change, Level
from sim.report import tables
from sim.report.charts import Figure
from sim.report.charts import retirement as chart
from sim.report.facts import Facts
from sim.report.numbers import NO_BREAK
from sim.report.section import Section


class AgeAtRetirement(Section):
    """The distribution of ages, and the differences by age."""

    name = "retirement"

    @classmethod
    def choices(cls, facts: Facts) -> dict[str, Any]:
        """The period."""
        del facts
        return {"retirement_period": PERIODS[0]}

    @classmethod
    def data(cls, facts: Facts) -> dict[str, Any]:
        """Levels by scenario and period, and differences where there are any."""
        return chart.data(cls._levels(facts), cls._changes(facts)) if retirement.are_known(facts.comparison) else {}

    @classmethod
    def _levels(cls, facts: Facts) -> dict[str, dict[str, Level]]:
        return {sid: {period: retirement.level(facts.comparison, name, period) for period in PERIODS} for name, sid in facts.ids.items()}

    @classmethod
    def _changes(cls, facts: Facts) -> dict[str, dict[str, Change]]:
        names = [result.name for result in facts.results]
        return {facts.ids[name]: {period: retirement.change(facts.comparison, name, period) for period in PERIODS} for name in names}

    @cached_property
    def is_known(self) -> bool:
        """Whether the runs have their retirements by age on record."""
        return retirement.are_known(self.comparison)

    @cached_property
    def levels(self) -> dict[str, dict[str, Level]]:
        """Levels by id of the scenario and period; without ages where these are not on record."""
        return self._levels(self.facts)

    @cached_property
    def changes(self) -> dict[str, dict[str, Change]]:
        """Differences by id of the scenario and period."""
        return self._changes(self.facts)

    def context(self) -> dict[str, Any]:
        """Return the first scenario over the first period."""
        say, first = self.words, self.facts.first
        months = self.comparison.frames.months
        start, end = self.numbers.month(months[-retirement.LAST_MONTHS :][0]), self.numbers.month(months[-1])
        named = {"last": say("retirement.last", start=start, end=end), "all": say("retirement.all")}
        return {
            "is_known": self.is_known,
            "has_effects": first is not None,
            "title": self._title(first, PERIODS[0]),
            "periods": [(period, named[period]) for period in PERIODS],
            "table": self._table(first) if self.is_known else None,
        }

    def figures(self) -> dict[str, Figure]:
        """Return the chart."""
        known, effects = self.is_known, bool(self.facts.results)
        return {"retirement": chart.figure(self.words, self.page.separators, with_difference=effects)} if known else {}

    def texts(self) -> dict[str, Any]:
        """Return the title by scenario and period."""
        levels_only: list[tuple[str, ScenarioResult | None]] = [("s0", None)]
        shown = [(self.facts.ids[result.name], result) for result in self.facts.results] or levels_only
        return {"retirement": {sid: {period: self._title(result, period) for period in PERIODS} for sid, result in shown}}

    def chart_words(self) -> dict[str, Any]:
        """Return the words beside the state pension age."""
        return chart.marks(self.words, self.levels) if self.is_known else {}

    def columns(self) -> dict[str, list[dict[str, str]]]:
        """Return the table of every age."""
        if not self.is_known:
            return {}
        say, period = self.words, "{retirement_period}"
        columns = [{"label": say("retirement.axis"), "ref": "retirement_years"}]
        sides = [("{scenario}", say("retirement.persons"))]
        if self.facts.results:
            sides = [("{against}", self.page.reference_heading()), ("{scenario}", say("difference.scenario"))]
        for scenario, heading in sides:
            ends = {"median": "median", "low": "low90", "high": "high90"}
            columns += [
                {"label": f"{heading}: {say(f'over_time.{word}')}", "ref": f"retirement/{scenario}/{period}/{end}"}
                for end, word in ends.items()
            ]
        if self.facts.results:
            ends = {"mean": "difference", "low": "low95", "high": "high95"}
            place = f"retirement_change/{{scenario}}/{period}"
            columns += [{"label": say(f"over_time.{word}"), "ref": f"{place}/{end}"} for end, word in ends.items()]
        return {"retirement": columns}

    def _title(self, result: ScenarioResult | None, period: str) -> str:
        say, numbers = self.words, self.numbers
        level = self.levels["s0" if result is None else self.facts.ids[result.name]][period]
        values: dict[str, object] = {"age": numbers.plain(level.mean_age, 1), "late": numbers.share(level.late)}
        if result is None:
            return say("retirement.finding_level", **values) + (say("retirement.late_level", **values) if self.is_known else "")
        change = self.changes[self.facts.ids[result.name]][period]
        values |= {"scenario": result.label[say.language], "reference": self.findings.reference(result)}
        said = say(f"retirement.finding_{_kind(change.mean_age)}", **values, **self._difference(change.mean_age))
        if not self.is_known:
            return said
        return said + say(f"retirement.late_{_kind(change.late)}", **values, **self._difference(change.late))

    def _difference(self, change: Interval) -> dict[str, str]:
        say, mean = self.words, self.numbers.uncertain(abs(change.mean), change.half_width)
        signed, interval = self.numbers.mean(change), self.numbers.interval(change)
        later, more = ("later", "more") if change.mean > 0 else ("earlier", "fewer")
        ends = {"later": say(f"retirement.{later}"), "more": say(f"retirement.{more}")}
        return {"by": mean, "signed": signed, "interval": interval} | ends

    def _table(self, result: ScenarioResult | None) -> dict[str, Any]:
        """The table that stands in the page without script: every age, of the first scenario in the first period."""
        say, numbers, period = self.words, self.numbers, PERIODS[0]
        own = self.levels["s0" if result is None else self.facts.ids[result.name]][period]
        levels = [own] if result is None else [self.levels[self.facts.ids[result.against]][period], own]
        changes = [] if result is None else self.changes[self.facts.ids[result.name]][period].by_age
        rows = []
        for row, age in enumerate(AGES):
            cells = [self._level(level, row) for level in levels]
            rows.append({"label": str(age), "cells": [*cells, tables.change(numbers, changes[row])] if changes else cells})
        if result is None:
            return {"columns": [say("retirement.persons")], "rows": rows}
        return {"columns": [self.page.reference_heading(), say("difference.scenario"), say("over_time.difference")], "rows": rows}

    def _level(self, level: Level, row: int) -> tables.Cell:
        low, high = (self.numbers.uncertain(float(bound[row]), None) for bound in (level.low, level.high))
        spread = f"{self.words('retirement.band')}{NO_BREAK}{self.words('range', low=low, high=high)}"
        return tables.cell(self.numbers.uncertain(float(level.median[row]), None), float(level.median[row]), below=spread)


def _kind(change: Interval) -> str:
    if change.mean == 0 and not change.half_width:
        return "same"
    return "single" if change.low is None else "clear" if change.is_clear else "none"
