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

    @classmethod
    def shown(cls, facts: Facts) -> bool:
        """Where there are effects."""
        return bool(facts.results)

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
            "outcomes": [(outcome, paired.outcome_label(self.words, outcome)) for outcome in paired.OUTCOMES],
            "table": self._table(paired.NET),
        }

    def figures(self) -> dict[str, Figure]:
        """Return the chart."""
        return {"paired": paired.figure(self.words, self.page.separators, self.facts.results)}

    def texts(self) -> dict[str, Any]:
        """Return the title by outcome."""
        return {"by_seed": {outcome: self.findings.by_seed(outcome) for outcome in paired.OUTCOMES}}

    def fragments(self) -> dict[str, Any]:
        """Return the table by outcome."""
        return {"outcome": {outcome: self._table(outcome) for outcome in paired.OUTCOMES}}

    def chart_words(self) -> dict[str, Any]:
        """Return the title of the axis by outcome."""
        units = {outcome: paired.outcome_unit(self.words, outcome) for outcome in paired.OUTCOMES}
        return {"paired_axis": {outcome: self.words("by_seed.axis", unit=unit) for outcome, unit in units.items()}}

    def _table(self, outcome: str) -> str:
        rows = tables.outcomes(self.words, self.numbers, self.facts.results, outcome)
        return self.page.table(rows, self.words("ranking.scenario"), paired.outcome_label(self.words, outcome))
