"""How well the baseline fits the data."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sim.report.charts import Figure, fit
from sim.report.facts import Facts
from sim.report.fit import Fit
from sim.report.section import Section


class HowItFits(Section):
    """Model against data."""

    name = "fit"
    part = "trust"

    @cached_property
    def fit(self) -> Fit:
        """What is said about the fit."""
        return Fit(self.words, self.numbers, self.facts.fit, self.comparison)

    @classmethod
    def data(cls, facts: Facts) -> dict[str, Any]:
        """The panels."""
        return {} if facts.fit is None else {"fit": fit.data(facts.fit.points)}

    def context(self) -> dict[str, Any]:
        """Return findings, bars and tables."""
        return self.fit.context()

    def figures(self) -> dict[str, Figure]:
        """Return the charts."""
        return self.fit.figures(self.page.separators)

    def columns(self) -> dict[str, list[dict[str, str]]]:
        """Return the tables of the panels."""
        return self.fit.columns()
