"""Whether the compiled kernels of this version are in the cache; a marker file in the cache folder says so."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sim.runs.identity import PACKAGE


def cache_folder() -> Path:
    """Folder of the compiled kernels of this version and these compilers."""
    from sim.numerics import jit

    return jit.cache_folder()


def marker() -> Path:
    """The file that says that `warm_up` finished for this copy of the package; the cache holds every copy apart."""
    return cache_folder() / f"warm-{hashlib.sha256(str(PACKAGE).encode()).hexdigest()[:16]}"


def is_warm() -> bool:
    """Whether a process that starts now finds the kernels compiled."""
    return marker().is_file()


def warm_up() -> None:
    """Compile all kernels, half a minute when the cache is cold, and leave the marker.

    Runs a tiny world to the first intake of the institutes (February), with a policy, so that every kernel is called once
    but those of the audit, which is off by default.
    """
    from sim.config.compose import compose
    from sim.model import simulate
    from sim.world import build_world

    config = compose(["scenarios=job_bridge", "policies.job_bridge.start=2023-10", "population.scale=0.001", "until=2024-02"])
    growth = config.economy.demand_growth_per_year
    simulate(config, build_world(scale=0.001, start="2023-10", until="2024-02", demand_growth_per_year=growth))
    path = marker()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
