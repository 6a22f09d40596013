"""The ranking: net effect, price, cost and evidence of every scenario, and the change of the shortage by group of sectors."""

from __future__ import annotations

from typing import Any

from sim.report import ranking, tables
from sim.report.section import Section


class Ranking(Section):
    """The table of scenarios."""

    name = "ranking"
    part = "answer"
    of_effects = True

    def context(self) -> dict[str, Any]:
        """Return both tables, and what the ranking hangs on."""
        say, numbers, results = self.words, self.numbers, self.facts.results
        return {
            "title": self.findings.ranking(),
            "together": say("ranking.together", n=len(results)) if len(results) > 1 else "",
            "columns": ranking.COLUMNS,
            "rows": ranking.rows(say, numbers, results, self.page.reference),
            "weak": self.findings.weak_evidence(),
            "shortages": tables.shortages(say, numbers, results),
        }
