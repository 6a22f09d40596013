"""The question and its answer in one sentence, where it comes from, what to read first, and the choice of a scenario."""

from __future__ import annotations

from typing import Any

from sim.report import provenance
from sim.report.callouts import callouts
from sim.report.section import Section


class Answer(Section):
    """The head of the page."""

    name = "answer"
    part = "answer"

    def context(self) -> dict[str, Any]:
        """Return question, answer, provenance and callouts."""
        return {
            "question": self.findings.question(),
            "answer": self.findings.answer(),
            "more": self.findings.more(),
            "callouts": callouts(self.words, self.numbers, self.comparison, self.facts.failures),
            "strip": provenance.strip(self.words, self.numbers, self.comparison),
            "scenarios": self.page.scenarios or self.page.everyone,
        }

    def texts(self) -> dict[str, Any]:
        """Return the name of every scenario."""
        return {"name": dict(self.page.everyone)}
