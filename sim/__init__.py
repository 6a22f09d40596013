"""Loopbrug: an agent-based simulator of the Dutch labour market.

>>> import sim
>>> config = sim.load("baseline", "population.scale=0.001", "until=2024-12")
>>> config.months
15

`sim.run`, `sim.compare`, `sim.sweep` and `sim.dashboard` do what the commands of the same name do. `sim.open_runs` gives finished runs as
lazy Polars frames, weighted to the country: ``sim.open_runs("runs").panel``; what every column means, and its unit: ``sim schema tables``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.analysis.open_runs import open_runs
    from sim.config.errors import UserError
    from sim.config.schema import SimConfig
    from sim.model import LabourMarket
    from sim.policies.base import Policy
    from sim.runs.jobs import compare, dashboard, load, run, sweep

__version__ = "0.7.0"
__all__ = ["LabourMarket", "Policy", "SimConfig", "UserError", "compare", "dashboard", "load", "open_runs", "run", "sweep"]

_HOME = {
    "LabourMarket": "sim.model",
    "Policy": "sim.policies.base",
    "SimConfig": "sim.config.schema",
    "UserError": "sim.config.errors",
    "open_runs": "sim.analysis.open_runs",
    **dict.fromkeys(("compare", "dashboard", "load", "run", "sweep"), "sim.runs.jobs"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import sim` and `sim --help` stay fast."""
    if name not in _HOME:
        raise AttributeError(f"module 'sim' has no attribute '{name}'; there are {', '.join(__all__)}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
