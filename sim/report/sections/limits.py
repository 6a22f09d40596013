"""What the model cannot tell."""

from __future__ import annotations

from sim.report.section import Section


class Limits(Section):
    """The list of limits; words only."""

    name = "limits"
    part = "trust"
