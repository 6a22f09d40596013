"""The reference run: a tiny world, both policies, a crisis; its digest and headline figures are kept in ``reference.json``.

When a change is meant to change results: ``uv run python tests/regression/reference_run.py`` prints old and new and writes the file anew.
Commit it with the change, and say in the message what changed and why.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from sim.config.compose import compose
from sim.model import simulate
from sim.world import build_world

FILE = Path(__file__).with_name("reference.json")
SETTINGS = (
    "population.scale=0.001", "until=2024-12", "scenarios=job_bridge", "policies.job_bridge.start=2023-11", "+policies.senior_networks={}",
    "policies.job_bridge.places_per_year=20000", "economy.crises=[{start: 2024-03, months: 4, sector: Q, demand_factor: 1.1}]",
)  # fmt: skip


def reference() -> dict[str, Any]:
    """Digests of world and result, and the figures of the last month, rounded to a digit that rounding errors cannot reach."""
    config = compose(SETTINGS)
    world = build_world(scale=0.001, start="2023-10", until="2024-12", outlook=config.economy.outlook)
    result = simulate(config, world)
    figures = {name: round(value, 6) if math.isfinite(value) else None for name, value in result.summary.items()}
    return {"settings": list(SETTINGS), "world": world.digest, "digest": result.digest, "figures": figures}


def table(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Old and new value of everything, line by line."""
    pairs = [(name, old.get(name), new[name]) for name in ("world", "digest")]
    pairs += [(name, old.get("figures", {}).get(name), value) for name, value in new["figures"].items()]
    return "\n".join(f"{'  ' if before == after else '! '}{name:24} {before!s:>20.20} {after!s:>20.20}" for name, before, after in pairs)


def stored() -> dict[str, Any]:
    """What ``reference.json`` holds; empty when it is not there yet."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


if __name__ == "__main__":
    found = reference()
    print(table(stored(), found))
    FILE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
