"""Sector keys as settings of policies."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from sim.codes import SECTORS


def known_sector(value: str, among: Collection[str] = SECTORS) -> str:
    """`value` when it is one of the sector keys `among`; ValueError that names them else."""
    if value not in among:
        near = get_close_matches(value.upper(), among, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise ValueError(f"is not a sector that can be chosen here{hint} Known: {', '.join(among)}")
    return value
