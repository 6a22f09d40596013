"""What policies cost, what public budgets save, and what a gain costs."""

from __future__ import annotations

from typing import Any

from sim.report import assumptions, costs
from sim.report.section import Section


class Costs(Section):
    """The tables of costs."""

    name = "costs"
    part = "answer"
    of_effects = True

    def context(self) -> dict[str, Any]:
        """Return the tables."""
        say, numbers, results = self.words, self.numbers, self.facts.results
        return {
            "title": self.findings.costs(),
            "benefit_note": costs.benefit_note(say, numbers, self.comparison),
            "totals": costs.totals(say, numbers, results),
            "unit_costs": costs.per_unit(say, numbers, assumptions.policies(self.comparison), self.page.labels),
            "prices": costs.prices(say, numbers, results),
            "prices_by_group": costs.prices_by_group(say, numbers, results),
            "prevented": costs.prevented(say, numbers, results),
        }
