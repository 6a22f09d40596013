"""A metric over time, by sector group, province or age, for up to six scenarios side by side: levels, and paired differences.

What is chosen is shown by the script (``over_time.js``); this gives it the words, and the page what stands there without script.
"""

from __future__ import annotations

import math
from textwrap import wrap
from typing import Any

from sim.analysis.cuts import FAMILIES, NATIONAL
from sim.analysis.metrics import METRICS, last_year
from sim.analysis.sums import GROUPS
from sim.codes import AGE_BANDS, PROVINCES
from sim.report import series, tables
from sim.report.charts import Figure, fan
from sim.report.facts import Facts
from sim.report.section import Section
from sim.report.theme import plain

FIRST = next(iter(METRICS))
LINE = 22
"""Characters on a line of a name beside a chart."""
WORK = ("shortage_fte", "filled_fte", "vacancies_open", "hires", "layoffs")
"""Metrics of employers and their work, counted where the work is; those of people are counted where they live."""
MIXED = ("tension",)
"""Metrics that set the one against the other."""

COLUMNS = {"p50": "median", "p05": "low90", "p95": "high90", "p25": "low50", "p75": "high50"} | {
    "mean": "difference",
    "low": "low95",
    "high": "high95",
}
"""Words for the columns of the table, by measure."""


class OverTime(Section):
    """The charts over time."""

    name = "over_time"

    @classmethod
    def choices(cls, facts: Facts) -> dict[str, Any]:
        """The scenarios side by side, the metric, its cut, and how it is shown and counted."""
        group, province, age = NATIONAL.split(".")
        cut = {"group": group, "province": province, "age": age}
        return {"scenarios": [facts.first_id], "metric": FIRST, **cut, "show": "both", "sum": "monthly"}

    @classmethod
    def data(cls, facts: Facts) -> dict[str, Any]:
        """Quantiles and differences by metric, cut and scenario."""
        found = series.data(facts.comparison, facts.ids)
        return found | {"last_month": found["times"]["month"][-1], "ends": _ends(facts)}

    def context(self) -> dict[str, Any]:
        """Return the first metric of the first scenario, and what can be chosen."""
        first, say = self.facts.first, self.words
        return {
            "title": self.findings.over_time(FIRST, first),
            "meaning": METRICS[FIRST].meaning(say.language),
            "reading": " ".join([self._reading("level"), *([say("over_time.reading_change")] if first else [])]),
            "choosers": [
                ("metric", list(self._families().items())),
                ("group", [("all", say("over_time.every_group")), *((key, say(f"groups.{key}")) for key in GROUPS if key != "all")]),
                ("province", [("all", say("over_time.every_province")), *((name, name) for name in PROVINCES)]),
                ("age", [("all", say("over_time.every_age")), *((band, band.replace("-", say("over_time.dash"))) for band in AGE_BANDS)]),
                *([("show", list(say.raw("over_time.shows").items()))] if first else []),
                ("sum", list(say.raw("over_time.sums").items())),
            ],
            "table": self._table(),
        }

    def _families(self) -> dict[str, str]:
        """Name of every metric, without a group of sectors."""
        own = self.words.raw("over_time.families")
        return {family: own.get(family) or self.words.raw(f"metrics.{family}.label") for family in FAMILIES}

    def _reading(self, what: str) -> str:
        counts = " / ".join(str(count) for count in sorted({len(rows) for rows in self.comparison.positions.values()}))
        return self.words(f"over_time.reading_{what if self.facts.results else what.replace('level', 'levels')}", n=counts)

    def figures(self) -> dict[str, Figure]:
        """Return the template of all panels."""
        return {"fan": fan.figure(self.words, self.page.separators, with_difference=bool(self.facts.results))}

    def texts(self) -> dict[str, Any]:
        """Return the words of titles, notes and tables, which the script composes."""
        say = self.words
        own = say.raw("over_time")
        units = {unit for family in FAMILIES.values() for unit in (family.unit, family.sum_unit) if unit}
        references = {self.facts.ids[result.against]: self.findings.reference(result) for result in self.facts.results}
        return {
            "marks": {key: say(key) for key in ("decimal", "thousands", "unknown", "range")},
            "meaning": {family: say(f"metrics.{family}.meaning") for family in FAMILIES},
            "references": references,
            "compare": {key: own[f"compare_{key}"] for key in ("count", "status", "full")},
            "over_time": {key: word for key, word in own.items() if not key.startswith(("compare", "every_"))}
            | {
                "columns": {key: own[word] for key, word in COLUMNS.items()},
                "metrics": {family: say.raw(f"metrics.{family}.label") for family in FAMILIES},
                "families": self._families(),
                "groups": {group: say(f"groups.{group}") for group in GROUPS},
                "units": {unit: say.unit(unit) for unit in units},
                "unit_differences": {unit: say.unit(unit, difference=True) for unit in units},
                "basis_of": {family: "work" if family in WORK else "mixed" if family in MIXED else "people" for family in FAMILIES},
                "reading_level": self._reading("level"),
                "reading_level_90": self._reading("level_90"),
            },
        }

    def chart_words(self) -> dict[str, Any]:
        """Return names of scenarios, in lines that fit beside a chart."""
        long = {sid: "<br>".join(plain(line) for line in wrap(label, LINE)) for sid, label in self.page.everyone}
        baseline = {"s0": plain(self.words("over_time.baseline"))} if self.comparison.has_baseline else {}
        return {"short": long, "reference": long | baseline}

    def columns(self) -> dict[str, list[dict[str, str]]]:
        """Return the first columns of the table; the script makes those of the present choice."""
        return {"fan": [{"label": self.words("over_time.month"), "ref": "view/labels"}]}

    def _table(self) -> dict[str, Any]:
        """The table that stands in the page without script: the first metric at the end of every year."""
        comparison, first = self.comparison, self.facts.first
        names = [first.against, first.name] if first else [next(iter(self.facts.ids))]
        levels = comparison.values[:, :, list(METRICS).index(FIRST)]
        rows = []
        for position, month in enumerate(comparison.frames.months):
            if month.month == 12 or position == len(comparison.frames.months) - 1:
                means = [float(levels[list(comparison.positions[name].values()), position].mean()) for name in names]
                rows.append({"label": self.numbers.month(month), "cells": [tables.cell(self.numbers.plain(mean), mean) for mean in means]})
        return {"columns": [self.page.labels[name] for name in names], "rows": rows, "caption": self.words.metric_label(FIRST)}


def _ends(facts: Facts) -> dict[str, Any]:
    """Numbers of the titles of `METRICS` by scenario, as exact as their rounding needs; other cuts have those of their series."""
    exact = lambda value: float(f"{value:.8g}") if value is not None and math.isfinite(value) else None  # noqa: E731
    if facts.results:
        return {
            metric: {
                facts.ids[result.name]: {key: exact(getattr(result.outcomes[metric], key)) for key in ("mean", "low", "high")}
                for result in facts.results
            }
            for metric in METRICS
        }
    levels = {sid: last_year(facts.comparison.values)[list(facts.comparison.positions[name].values())] for name, sid in facts.ids.items()}
    return {metric: {sid: {"level": exact(rows[:, k].mean())} for sid, rows in levels.items()} for k, metric in enumerate(METRICS)}
