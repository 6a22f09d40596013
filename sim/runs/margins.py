"""The synthetic population against what is published: the words of `sim validate --world`."""

from __future__ import annotations

from statistics import median
from typing import Any

from sim.config.schema import SimConfig


def document(config: SimConfig) -> dict[str, Any]:
    """Build the world of `config` and compare its margins; see `sim.world.margins`."""
    from sim.world import build_world
    from sim.world.margins import margins

    population = config.population
    world = build_world(
        scale=population.scale, start=population.built, until=config.until, seed=population.seed,
        outlook=config.economy.outlook,
    )  # fmt: skip
    found = margins(world)
    rows = found.to_dicts() if hasattr(found, "to_dicts") else list(found)
    return {"world_digest": world.digest, "scale": population.scale, "start": population.built, "margins": rows}


def table(document: dict[str, Any]) -> str:
    """One line per margin: how many cells there are, how many fit, and the one that fits worst."""
    from sim.runs.tell import columns

    groups: dict[str, list[dict[str, Any]]] = {}
    for row in document["margins"]:
        groups.setdefault(row["margin"], []).append(row)
    lines = [("margin", "cells", "within tolerance", "median difference", "worst cell")]
    for margin, rows in groups.items():
        differences = sorted(abs(row["difference_pct"]) for row in rows)
        worst = max(rows, key=lambda row: abs(row["difference_pct"]) / max(row["tolerance"], 1e-9))
        lines.append(
            (margin, str(len(rows)), str(sum(bool(row["ok"]) for row in rows)), f"{median(differences):.2f} %",
             f"{worst['cell']}: {worst['difference_pct']:+.1f} % (tolerance {worst['tolerance']:.1f} %)")
        )  # fmt: skip
    return columns(lines, right=(1, 2, 3))
