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
        record = self.comparison.frames.runs[0].record
        return {
            "command": command(self.comparison),
            "configurations": provenance.configurations(self.comparison),
            "digests": provenance.digests(self.comparison),
            "packages": sorted((record.get("packages") or {}).items()),
            "data_digest": str(record.get("data_digest") or ""),
        }
