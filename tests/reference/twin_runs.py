"""Models and their twins for the tests here: one small country with every policy on."""

from __future__ import annotations

from functools import cache

from twin.compare import OneLine
from twin.market import ReferenceMarket

from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.model import LabourMarket
from sim.world import World, build_world

SCALE, START = 0.00015, "2023-10"
"""About two thousand people."""


@cache
def small_world(until: str) -> World:
    """The country at 3 in 20,000."""
    return build_world(scale=SCALE, start=START, until=until, outlook=Outlook(0.003))


def line_alone(name: str, months: int, *settings: str, until: str = "2025-09") -> OneLine:
    """Run the model for some months, and let the twin do one line of every month from the same state.

    The world says how many people there are, whatever the setting.
    """
    world, config = small_world(until), compose(["population.scale=0.001", f"until={until}", "threads=1", *settings])
    model = LabourMarket(config, world)
    model.observer = OneLine(ReferenceMarket(config, world), name)
    model.run_for(months)
    return model.observer
