"""The yardstick: the same months by the model's twin of plain Mesa objects (``tests/reference``), which gives the same bits.

The twin is the rules written a second time to be read, one person at a time. It belongs to the checkout; the installed package does not
have it, and then this is not measured.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.bench.floors import calibration_ns, use_threads
from sim.bench.month import settings, world_for
from sim.bench.timing import Timing, against, seconds

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "reference"
SCALE = 0.001
"""Thirteen thousand people."""
WARM_UP_MONTHS, MONTHS = 1, 6


@dataclass(frozen=True)
class TwinResult:
    """time : of a month, per person-month, against the calibration kernel on one thread."""

    people: int
    time: Timing


def measure_twin(scale: float = SCALE, months: int = MONTHS) -> TwinResult | None:
    """Time months of the twin with the settings of the other measurements; None without a checkout."""
    if not FOLDER.is_dir():
        return None
    market = new_twin(scale)
    use_threads(1)  # the calibration kernel's; the twin has one
    ns, calibration = [], []
    for _ in range(WARM_UP_MONTHS + months):
        calibration.append(calibration_ns())
        took = seconds(market.step)
        ns.append(1e9 * took / len(market.present))
    return TwinResult(len(market.present), against(ns[WARM_UP_MONTHS:], calibration[WARM_UP_MONTHS:]))


def new_twin(scale: float) -> Any:
    """The twin before its first month."""
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    from twin.market import ReferenceMarket

    config = settings(scale)
    return ReferenceMarket(config, world_for(config))
