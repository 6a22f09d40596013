"""A metric over time: levels with their bands, and the paired difference."""

from __future__ import annotations

from typing import Any

from sim.analysis.contrast import ScenarioResult
from sim.analysis.metrics import METRICS
from sim.report import series, tables
from sim.report.charts import Figure, fan
from sim.report.facts import Facts
from sim.report.section import Section
from sim.report.theme import plain

FIRST = next(iter(METRICS))
SHORT_NAME = 26


class OverTime(Section):
    """The fan chart."""

    name = "over_time"

    @classmethod
    def choices(cls, facts: Facts) -> dict[str, Any]:
        """The metric."""
        del facts
        return {"metric": key_of(FIRST)}

    @classmethod
    def data(cls, facts: Facts) -> dict[str, Any]:
        """Quantiles and differences by metric and scenario, and the formats of levels."""
        formats = nested({metric: f",.{declared.decimals}f" for metric, declared in METRICS.items()})
        found = series.data(facts.comparison, facts.ids)
        return found | {"format": formats, "last_month": found["times"]["month"][-1]}

    def context(self) -> dict[str, Any]:
        """Return the first metric of the first scenario."""
        first, counts = self.facts.first, {len(rows) for rows in self.comparison.positions.values()}
        key = "over_time.subtitle" if self.facts.results else "over_time.subtitle_level"
        return {
            "title": self.findings.over_time(FIRST, first),
            "meaning": METRICS[FIRST].meaning(self.words.language),
            "note": self.words(key, n=" / ".join(str(count) for count in sorted(counts))),
            "metrics": [(key_of(metric), self.words.metric_label(metric)) for metric in METRICS],
            "table": self._table(first),
        }

    def figures(self) -> dict[str, Figure]:
        """Return the chart."""
        return {"fan": fan.figure(self.words, self.page.separators, with_difference=bool(self.facts.results))}

    def texts(self) -> dict[str, Any]:
        """Return the title by metric and scenario, and what each metric means."""
        levels_only: list[tuple[str, ScenarioResult | None]] = [("s0", None)]
        shown = [(self.facts.ids[result.name], result) for result in self.facts.results] or levels_only
        return {
            "over_time": nested({metric: {sid: self.findings.over_time(metric, result) for sid, result in shown} for metric in METRICS}),
            "meaning": nested({metric: METRICS[metric].meaning(self.words.language) for metric in METRICS}),
        }

    def chart_words(self) -> dict[str, Any]:
        """Return units, and names of scenarios short enough for a chart."""
        say = self.words
        short = {sid: plain(shorten(label)) for sid, label in self.page.everyone}
        return {
            "unit": nested({metric: say.unit(METRICS[metric].unit) for metric in METRICS}),
            "difference_title": nested(
                {m: f"{say('over_time.difference_axis')} ({say.unit(METRICS[m].unit, difference=True)})" for m in METRICS}
            ),
            "short": short,
            "reference": short | {"s0": plain(say("over_time.baseline"))},
        }

    def columns(self) -> dict[str, list[dict[str, str]]]:
        """Return the table of every month."""
        say = self.words
        columns = [{"label": say("over_time.month"), "ref": "times/month"}, *self._levels("{against}", self.page.reference_heading())]
        if self.facts.results:
            columns += self._levels("{scenario}", say("difference.scenario"))
            ends = (("mean", "difference"), ("low", "low95"), ("high", "high95"))
            columns += [{"label": say(f"over_time.{word}"), "ref": f"over_time/{{metric}}/{{scenario}}/change/{key}"} for key, word in ends]
        return {"fan": columns}

    def _levels(self, scenario: str, heading: str) -> list[dict[str, str]]:
        names = {"p50": "median", "p05": "low90", "p95": "high90", "p25": "low50", "p75": "high50"}
        return [
            {"label": f"{heading}: {self.words(f'over_time.{word}')}", "ref": f"over_time/{{metric}}/{scenario}/level/{key}"}
            for key, word in names.items()
        ]

    def _table(self, result: ScenarioResult | None) -> dict[str, Any]:
        """The table that stands in the page without script: the first metric at the end of every year."""
        comparison = self.comparison
        names = [result.against, result.name] if result else [next(iter(self.facts.ids))]
        levels = comparison.values[:, :, list(METRICS).index(FIRST)]
        rows = []
        for position, month in enumerate(comparison.frames.months):
            if month.month == 12 or position == len(comparison.frames.months) - 1:
                means = [float(levels[list(comparison.positions[name].values()), position].mean()) for name in names]
                rows.append({"label": self.numbers.month(month), "cells": [tables.cell(self.numbers.plain(mean), mean) for mean in means]})
        return {"columns": [self.page.labels[name] for name in names], "rows": rows, "caption": self.words.metric_label(FIRST)}


def key_of(metric: str) -> str:
    """Return family and cut of a metric, as its data are keyed."""
    family, _, group = metric.partition(".")
    return f"{family}/{group or 'all'}.all.all"


def nested(by_metric: dict[str, Any]) -> dict[str, Any]:
    """Return what is known by metric as what is known by family and cut."""
    tree: dict[str, Any] = {}
    for metric, value in by_metric.items():
        family, cut = key_of(metric).split("/")
        tree.setdefault(family, {})[cut] = value
    return tree


def shorten(text: str) -> str:
    """Cut a long label at a word, for use inside a chart."""
    if len(text) <= SHORT_NAME:
        return text
    return text[: SHORT_NAME - 1].rsplit(" ", 1)[0] + "…"
