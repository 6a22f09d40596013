"""The key figures of a scenario: level, difference with its interval, and a word."""

from __future__ import annotations

from typing import Any

from sim.analysis.contrast import ScenarioResult
from sim.analysis.frames import LAST_MONTHS
from sim.report import tables
from sim.report.section import Section


class KeyFigures(Section):
    """The cards."""

    name = "key_figures"
    part = "answer"

    def context(self) -> dict[str, Any]:
        """Return the cards of the first scenario."""
        first, months = self.facts.first, self.comparison.frames.months
        start, end = self.numbers.month(months[-LAST_MONTHS:][0]), self.numbers.month(months[-1])
        return {
            "cards": tables.cards(self.findings, first),
            "title": self._title(first),
            "note": self.words("key_figures.note", start=start, end=end),
        }

    def texts(self) -> dict[str, Any]:
        """Return the title by scenario."""
        if not self.facts.results:
            return {"cards_title": {"s0": self._title(None)}}
        return {"cards_title": {self.facts.ids[result.name]: self._title(result) for result in self.facts.results}}

    def fragments(self) -> dict[str, Any]:
        """Return the cards by scenario."""
        cards = {self.facts.ids[result.name]: tables.cards(self.findings, result) for result in self.facts.results}
        return {"cards": {sid: self.page.fragment("cards", cards=those) for sid, those in cards.items()}}

    def _title(self, result: ScenarioResult | None) -> str:
        if result is None:
            return self.words("key_figures.title_levels")
        clear = [result.net_fte_months, *(result.outcomes[metric] for metric in tables.CARDS)]
        n = sum(interval.is_clear for interval in clear)
        key = "key_figures.title_clear" if n else "key_figures.title_none"
        return self.words(key, scenario=result.label[self.words.language], n=n, all=len(clear))
