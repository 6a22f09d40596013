"""What the same month costs one person at a time, and in kernels: the yardstick of the benchmark."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from twin.market import ReferenceMarket

from sim.config.schema import SimConfig
from sim.model import LabourMarket
from sim.world import World

WHOLE = "month"
"""Name of the whole month beside its lines."""


class Pace(NamedTuple):
    """Nanoseconds of processor time per person-month, by line and for the whole month.

    ``people`` : present at the start. ``kernels`` : of the model with the same people, so few of them that most of it is the cost of a
    call; at the sizes that the model is for it is far less.
    """

    people: int
    months: int
    twin: dict[str, float]
    kernels: dict[str, float]


class Stopwatch:
    """Looks on, and adds up the nanoseconds of processor time of every line. ``person_months`` : people present, summed over months."""

    def __init__(self) -> None:
        self.spent: dict[str, int] = {}
        self.person_months = 0

    def before(self, line: Any) -> None:
        """Start."""
        self.began = time.process_time_ns()

    def after(self, line: Any) -> None:
        """Stop."""
        self.spent[line.name] = self.spent.get(line.name, 0) + time.process_time_ns() - self.began

    def pace(self) -> dict[str, float]:
        """Nanoseconds per person-month, by line and for the whole month."""
        found = {name: spent / self.person_months for name, spent in self.spent.items()}
        return {WHOLE: sum(found.values()), **found}


def measure(config: SimConfig, world: World, months: int, *, warm_up: int = 1) -> Pace:
    """Let the model and its twin walk some months apart from each other, and say what they cost; the first months do not count."""
    model, twin = LabourMarket(config, world), ReferenceMarket(config, world)
    people = model.n_present
    for _ in range(warm_up):
        model.step()
        twin.step()
    of_model, of_twin = Stopwatch(), Stopwatch()
    model.observer = of_model
    for _ in range(months):
        model.step()
        of_model.person_months += model.n_present
        twin.open_month()
        for line in twin.lines.values():
            of_twin.before(line)
            line.run()
            of_twin.after(line)
        of_twin.person_months += len(twin.present)
    return Pace(people, months, of_twin.pace(), of_model.pace())
