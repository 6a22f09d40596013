"""Data and licences."""

from __future__ import annotations

from sim.report.section import Section


class Sources(Section):
    """The list of sources; words only."""

    name = "sources"
    part = "details"
