"""What a tier offers: four functions of the module named after it. `check` and `update` know tiers by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from sim.baseline.item import Item, Tier
    from sim.baseline.store import Baseline

Tell = Callable[[str], None]
"""Takes one line on how far the work is; the command line prints it on standard error."""


class TierModule(Protocol):
    """The module ``sim.baseline.TIER``. A measurement is an object of any type, made by `measure` or `load`."""

    def measure(self, baseline: Baseline, tell: Tell) -> Any:
        """Measure the code as it is now, with ``baseline.tiers[TIER]``."""

    def save(self, measurement: Any, folder: Path) -> None:
        """Write the files of the tier, all named ``TIER.something``, into an empty folder: the same measurement, the same bytes.

        `sim.baseline.store.write` moves them into the baseline when all is written, and deletes files of the tier that are not there.
        """

    def load(self, folder: Path) -> Any:
        """Read them again. `sim.baseline.store.NoBaseline` when one is missing, damaged or of another kind (`missing`, `damaged`)."""

    def compare(self, stored: Any, now: Any) -> list[Item]:
        """One item for everything measured, ids beginning with ``TIER.``; in any order. ``compare(x, x)`` gives the values of x.

        Where `stored` and `now` were measured with different settings, or one lacks what the other has, an item says so and has moved.
        """


def module(tier: Tier) -> TierModule:
    """The module of a tier; importing it may take a second."""
    return cast(TierModule, import_module(f"sim.baseline.{tier}"))
