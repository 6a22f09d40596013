"""The care shortage beside what others forecast."""

from __future__ import annotations

from typing import Any

from sim.report.charts import Figure, vintages
from sim.report.section import Section


class Vintages(Section):
    """Published forecasts of one shortage, and ours."""

    name = "vintages"
    part = "trust"

    def context(self) -> dict[str, Any]:
        """Return title, note and table."""
        return vintages.section(self.words, self.numbers, self.comparison)

    def figures(self) -> dict[str, Figure]:
        """Return the chart."""
        return {"vintages": vintages.figure(self.words, self.page.separators, with_scenario=bool(self.facts.results))}
