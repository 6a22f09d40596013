"""Paired differences: one dot per pair, the mean and its interval, for every scenario."""

from __future__ import annotations

from typing import Any

from sim.report import tables
from sim.report.charts import Figure, paired
from sim.report.facts import Facts
from sim.report.section import Section


class BySeed(Section):
    """The strips of dots."""

    name = "by_seed"
    part = "answer"
    of_effects = True

    @classmethod
    def choices(cls, facts: Facts) -> dict[str, Any]:
        """The outcome."""
        del facts
        return {"outcome": paired.NET}

    @classmethod
    def data(cls, facts: Facts) -> dict[str, Any]:
        """Differences by outcome."""
        return paired.data(facts.comparison)

    def context(self) -> dict[str, Any]:
        """Return the first outcome."""
        return {
            "title": self.findings.by_seed(paired.NET),
            "subtitle": self._subtitle(),
            "outcomes": [(outcome, paired.outcome_label(self.words, outcome)) for outcome in paired.OUTCOMES],
            "table": self._table(paired.NET),
        }

    def figures(self) -> dict[str, Figure]:
        """Return the chart."""
        return {"paired": paired.figure(self.words, self.page.separators, self.facts.results)}

    def texts(self) -> dict[str, Any]:
        """Return the title by outcome, and the names and the heading of the table."""
        mean = self.words("by_seed.mean")
        return {
            "by_seed": {outcome: self.findings.by_seed(outcome) for outcome in paired.OUTCOMES},
            "paired_names": [result.label[self.words.language] for result in self.facts.results],
            "paired_mean": {outcome: f"{mean} ({paired.outcome_unit(self.words, outcome)})" for outcome in paired.OUTCOMES},
        }

    def columns(self) -> dict[str, list[dict[str, str]]]:
        """Return the table, which the script fills for any outcome."""
        place, say = "paired/{outcome}/all", self.words
        mean = {"heading": "paired_mean/{outcome}", "clear": f"{place}/clear", "sign": "+"}
        ends = zip(("mean", "low", "high"), (mean, *({"label": label} for label in tables.ends(say))), strict=True)
        scenario, pairs = {"ref": "paired_names", "label": say("ranking.scenario")}, {"ref": f"{place}/n", "label": say("by_seed.pairs")}
        return {"paired": [scenario, *({"ref": f"{place}/{end}", "digits": f"{place}/digits", **more} for end, more in ends), pairs]}

    def chart_words(self) -> dict[str, Any]:
        """Return the title of the axis by outcome."""
        units = {outcome: paired.outcome_unit(self.words, outcome) for outcome in paired.OUTCOMES}
        return {"paired_axis": {outcome: self.words("by_seed.axis", unit=unit) for outcome, unit in units.items()}}

    def _subtitle(self) -> str:
        """What the marks mean, and what is not drawn."""
        results, half = self.facts.results, paired.MOST_ROWS // 2
        marks = "by_seed.subtitle_many" if paired.has_bands(paired.drawn(results)) else "by_seed.subtitle"
        cut = [self.words("by_seed.cut", n=half, all=len(results))] if len(results) > paired.MOST_ROWS else []
        return " ".join([self.words(marks, n=paired.MOST_DOTS), *cut])

    def _table(self, outcome: str) -> str:
        rows = tables.outcomes(self.words, self.numbers, self.facts.results, outcome)
        return self.page.table(rows, self.words("ranking.scenario"), paired.outcome_label(self.words, outcome))
