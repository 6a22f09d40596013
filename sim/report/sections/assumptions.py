"""Every number the results hang on, with unit, source and grade."""

from __future__ import annotations

from typing import Any

from sim.report import assumptions, tables
from sim.report.section import Section


class Assumptions(Section):
    """The tables of parameters."""

    name = "assumptions"
    part = "details"

    def context(self) -> dict[str, Any]:
        """Return the parameters of policies and of behaviour."""
        say, comparison, labels = self.words, self.comparison, self.page.labels
        status = [parameter.status for parameter in comparison.parameters.values()]
        return {
            "title": say("assumptions.title", n=len(status), assumed=status.count("assumption"), uncalibrated=status.count("uncalibrated")),
            "policies": tables.assumptions(say, self.numbers, assumptions.policies(comparison), labels),
            "behaviour": tables.assumptions(say, self.numbers, assumptions.behaviour(comparison), labels),
        }
