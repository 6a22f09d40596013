"""Every number the results hang on, with unit, source and grade; and what the model is."""

from __future__ import annotations

from typing import Any

from sim.report import assumptions, documents, tables
from sim.report.facts import Facts
from sim.report.section import Section


class Assumptions(Section):
    """The tables of parameters, and the documents of the model."""

    name = "assumptions"
    part = "details"

    @classmethod
    def data(cls, facts: Facts) -> dict[str, Any]:
        """The documents, as HTML."""
        del facts
        return {"documents": documents.documents()}

    def context(self) -> dict[str, Any]:
        """Return the parameters of policies and of behaviour."""
        say, comparison, labels = self.words, self.comparison, self.page.labels
        status = [parameter.status for parameter in comparison.parameters.values()]
        return {
            "title": say("assumptions.title", n=len(status), assumed=status.count("assumption"), uncalibrated=status.count("uncalibrated")),
            "policies": tables.assumptions(say, self.numbers, assumptions.policies(comparison), labels),
            "documents": list(documents.SHOWN),
            "lines": documents.lines(),
            "behaviour": tables.assumptions(say, self.numbers, assumptions.behaviour(comparison), labels),
        }
