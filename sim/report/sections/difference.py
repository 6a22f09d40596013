"""Exactly what each scenario changes."""

from __future__ import annotations

from typing import Any

from sim.report import tables
from sim.report.assumptions import Setting, differences
from sim.report.section import Section


class Difference(Section):
    """The table of settings that differ from the reference."""

    name = "difference"
    part = "details"
    of_effects = True

    def context(self) -> dict[str, Any]:
        """Return title and table."""
        differing = self._differing()
        return {
            "title": self._title(differing),
            "table": tables.settings(self.words, self.numbers, differing, self.page.reference_heading()),
        }

    def _differing(self) -> list[tuple[str, Setting]]:
        configs = self.comparison.configs
        return [
            (result.label[self.words.language], setting)
            for result in self.facts.results
            for setting in differences(configs[result.against], result.config)
        ]

    def _title(self, differing: list[tuple[str, Setting]]) -> str:
        results = self.facts.results
        if len(results) == 1:
            key = "difference.title" if differing else "difference.title_none"
            return self.words(key, n=len(differing), scenario=results[0].label[self.words.language])
        return self.words("difference.all_title", scenarios=len(results), n=len(differing))
