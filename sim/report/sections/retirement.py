"""At what age people retire, and what a scenario changes in that."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sim.analysis import retirement
from sim.analysis.contrast import ScenarioResult
from sim.analysis.intervals import Interval
from sim.analysis.retirement import AGES, PERIODS
from sim.report import tables
from sim.report.charts import Figure
from sim.report.charts import retirement as chart
from sim.report.facts import Facts
from sim.report.section import Section

ENDS = ("low", "median", "high")
"""Lines of the chart."""


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
        return chart.data(facts.ages, facts.ages_changed) if retirement.are_known(facts.comparison) else {}

    @cached_property
    def is_known(self) -> bool:
        """Whether the runs have their retirements by age on record."""
        return retirement.are_known(self.comparison)

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
        return chart.marks(self.words, self.facts.ages) if self.is_known else {}

    def columns(self) -> dict[str, list[dict[str, str]]]:
        """Return the table of every age."""
        if not self.is_known:
            return {}
        kinds = [f"retirement/{{against}}/{{retirement_period}}/{end}" for end in ENDS] if self.facts.results else []
        kinds += [f"retirement/{{scenario}}/{{retirement_period}}/{end}" for end in ENDS]
        columns = [{"label": self.words("retirement.axis"), "ref": "retirement_years"}]
        columns += [{"label": label, "ref": kind} for kind, label in zip(kinds, self._levels_of(), strict=True)]
        if self.facts.results:
            place = "retirement_change/{scenario}/{retirement_period}"
            changes = zip(("mean", "low", "high"), self._changes_of(), strict=True)
            columns += [{"label": label, "ref": f"{place}/{end}"} for end, label in changes]
            columns[-3] |= {"clear": f"{place}/clear", "sign": "+"}
        return {"retirement": columns}

    def _levels_of(self) -> list[str]:
        """Headings of the columns of levels."""
        say = self.words
        sides = [self.page.reference_heading(), say("difference.scenario")] if self.facts.results else [say("retirement.persons")]
        return [f"{side}: {say(f'retirement.{end}')}" for side in sides for end in ENDS]

    def _changes_of(self) -> list[str]:
        return [self.words("flows.difference_heading"), *tables.ends(self.words)]

    def _title(self, result: ScenarioResult | None, period: str) -> str:
        say, numbers = self.words, self.numbers
        level = self.facts.ages["s0" if result is None else self.facts.ids[result.name]][period]
        values: dict[str, object] = {"age": numbers.plain(level.mean_age, 1), "late": numbers.share(level.late)}
        if result is None:
            return say("retirement.finding_level", **values) + (say("retirement.late_level", **values) if self.is_known else "")
        change = self.facts.ages_changed[self.facts.ids[result.name]][period]
        values |= {"scenario": result.label[say.language], "reference": self.findings.reference(result)}
        said = say(f"retirement.finding_{_kind(change.mean_age)}", **values, **self._difference(change.mean_age, 2))
        if not self.is_known:
            return said
        return said + say(f"retirement.late_{_kind(change.late)}", **values, **self._difference(change.late, 1))

    def _difference(self, change: Interval, decimals: int) -> dict[str, str]:
        say, half = self.words, change.half_width
        later, more = ("later", "more") if change.mean > 0 else ("earlier", "fewer")
        low, high = (
            say("unknown") if end is None else self.numbers.uncertain(end, half, decimals=decimals) for end in (change.low, change.high)
        )
        return {
            "by": self.numbers.uncertain(abs(change.mean), half, decimals=decimals),
            "signed": self.numbers.uncertain(change.mean, half, decimals=decimals, signed=True),
            "interval": say("range", low=low, high=high),
            "later": say(f"retirement.{later}"),
            "more": say(f"retirement.{more}"),
        }

    def _table(self, result: ScenarioResult | None) -> dict[str, Any]:
        """The table that stands in the page without script: every age, of the first scenario in the first period."""
        numbers, period = self.numbers, PERIODS[0]
        own = self.facts.ages["s0" if result is None else self.facts.ids[result.name]][period]
        levels = [own] if result is None else [self.facts.ages[self.facts.ids[result.against]][period], own]
        changes = [] if result is None else self.facts.ages_changed[self.facts.ids[result.name]][period].by_age
        rows = []
        for row, age in enumerate(AGES):
            cells = [tables.count(numbers, float(ends[row])) for level in levels for ends in (level.low, level.median, level.high)]
            change = [tables.amount(numbers, changes[row]), *tables.bounds(numbers, changes[row])] if changes else []
            rows.append({"label": str(age), "cells": cells + change})
        return {"columns": self._levels_of() + (self._changes_of() if changes else []), "rows": rows}


def _kind(change: Interval) -> str:
    if change.mean == 0 and not change.half_width:
        return "same"
    return "single" if change.low is None else "clear" if change.is_clear else "none"
