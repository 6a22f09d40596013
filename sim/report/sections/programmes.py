"""Gross against net, programme by programme."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sim.report.charts import Figure, programmes
from sim.report.facts import Facts
from sim.report.programmes import Row, Tellings, rows, shown
from sim.report.section import Section


class Programmes(Section):
    """What became of participants beside a comparison group, and what is left after displacement."""

    name = "programmes"
    part = "answer"

    @classmethod
    def shown(cls, facts: Facts) -> bool:
        """Where a scenario with an effect has policies."""
        return any(result.config.get("policies") for result in facts.results)

    @cached_property
    def rows(self) -> list[Row]:
        """Every policy of every scenario."""
        return rows(self.comparison)

    @cached_property
    def tell(self) -> Tellings:
        """The words."""
        return Tellings(self.words, self.numbers)

    def context(self) -> dict[str, Any]:
        """Return findings and table, and which charts there are."""
        return {
            "title": self._title(shown(self.comparison)[0].name),
            "meanings": self.tell.meanings(self.rows),
            "rules": self.tell.without(self.rows),
            "has_shares": bool(programmes.shown(self.rows)),
            "has_participants": any(row.programme.participants > 0 for row in self.rows),
            "table": self.tell.table(self.rows),
        }

    def figures(self) -> dict[str, Figure]:
        """Return both charts."""
        return {
            "programmes": programmes.dumbbells(self.tell, self.page.separators, self.rows),
            "programmes_fte": programmes.per_head_fte(self.tell, self.page.separators, shown(self.comparison)),
        }

    def texts(self) -> dict[str, Any]:
        """Return the finding by scenario."""
        return {"programmes": {self.facts.ids[result.name]: self._title(result.name) for result in shown(self.comparison)}}

    def _title(self, name: str) -> str:
        return self.tell.title(row for row in self.rows if row.result.name == name)
