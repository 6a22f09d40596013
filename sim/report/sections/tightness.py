"""Tightness by sector and province."""

from __future__ import annotations

from typing import Any

from sim.analysis.tightness import FEWEST_SIMULATED
from sim.codes import PROVINCES
from sim.report.charts import heatmap
from sim.report.facts import Facts
from sim.report.section import Section


class TightnessMap(Section):
    """The heatmap, as a table."""

    name = "tightness"

    @classmethod
    def choices(cls, facts: Facts) -> dict[str, Any]:
        """The scenario, the baseline included."""
        del facts
        return {"heat": "s0"}

    def context(self) -> dict[str, Any]:
        """Return the map of the first scenario."""
        name = next(iter(self.facts.ids))
        return {"title": self._title(name), "scenarios": self.page.everyone, "map": self._map(name), "fewest": FEWEST_SIMULATED}

    def texts(self) -> dict[str, Any]:
        """Return the title by scenario."""
        return {"tightness": {sid: self._title(name) for name, sid in self.facts.ids.items()}}

    def fragments(self) -> dict[str, Any]:
        """Return the map by scenario."""
        return {"heat": {sid: self._map(name) for name, sid in self.facts.ids.items()}}

    def _title(self, name: str) -> str:
        return self.findings.tightness(name, self.facts.tightness[name])

    def _map(self, name: str) -> str:
        rows = heatmap.rows(self.words, self.numbers, self.facts.tightness[name])
        return self.page.fragment("heatmap", rows=rows, provinces=PROVINCES, caption=self.page.labels[name])
