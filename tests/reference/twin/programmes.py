"""Programmes: who is enrolled, what it costs, what a trial would find. To be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin.market import ReferenceMarket


def make_programmes(market: ReferenceMarket) -> list[Any]:
    """The programmes of the scenario, in order of name."""
    return []
