"""Where intervals come from, and what pairing buys."""

from __future__ import annotations

from typing import Any

from sim.analysis.uncertainty import Uncertainty
from sim.report import uncertainty
from sim.report.charts import Figure, parts
from sim.report.section import Section


class Intervals(Section):
    """The parts of the variance, and the worth of a pair."""

    name = "uncertainty"
    part = "trust"

    def label(self) -> str:
        """Return the name of what stands first: the parts where they are known, else what pairing buys."""
        return self.words("sections.uncertainty" if self.comparison.uncertainty is not None else "sections.pairing")

    def context(self) -> dict[str, Any]:
        """Return titles, notes and tables; parts that are not known are None."""
        return uncertainty.section(self.words, self.numbers, self.comparison)

    def figures(self) -> dict[str, Figure]:
        """Return the chart of the parts, where they are known."""
        found = self.comparison.uncertainty
        if found is None:
            return {}

        def in_words(one: Uncertainty) -> str:
            return uncertainty.in_order(self.words, self.numbers, one)

        return {"parts": parts.figure(self.words, self.page.separators, found, self.facts.results, in_words)}
