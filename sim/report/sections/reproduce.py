"""How to make the same page again."""

from __future__ import annotations

from typing import Any

from sim.report import provenance
from sim.report.command import command
from sim.report.section import Section


class Reproduce(Section):
    """Command, configurations, digests and versions."""

    name = "reproduce"
    part = "details"

    def context(self) -> dict[str, Any]:
        """Return what it takes."""
        record, names = self.comparison.frames.runs[0].record, list(self.facts.ids)
        return {
            "command": command(self.comparison),
            "scenarios": len(names),
            "runs": len(self.comparison.frames.runs),
            "configurations": provenance.configurations(self.comparison, names),
            "by_scenario": provenance.digests_by_scenario(self.comparison, names),
            "digests": provenance.digests(self.comparison, names),
            "most_digests": provenance.MOST_DIGESTS,
            "packages": sorted((record.get("packages") or {}).items()),
            "data_digest": str(record.get("data_digest") or ""),
        }
