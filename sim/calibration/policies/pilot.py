"""A pilot in the model: a few participants, lived once with and once without the help of their programme.

The same seed is simulated with the levers at some strengths and at strength 0. Enrolment goes by a lot that does not depend on the
strength, so nearly the same people join in the same month, and the difference between the two lives of one person is the effect on that
person; its mean has far less noise than participants against a comparison group. Who joins in one of the two runs only, because others
moved a little, is left out: that is symmetric, and rare while participants are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.codes import month_date, month_index
from sim.policies.programme import FOLLOW_UP_MONTHS

if TYPE_CHECKING:
    from sim.calibration.workers import Simulator
    from sim.config.schema import SimConfig
    from sim.model import LabourMarket
    from sim.world import World

FIELDS = 4
"""Numbers per strength that `measure` gives: persons, sum and sum of squares of their differences, persons left out."""


@dataclass(frozen=True)
class Pilot:
    """What is tried: `places` per year in the whole country for `policy`, from month `start` to month `end` (YYYY-MM)."""

    policy: str
    places: float
    start: str
    end: str

    @property
    def until(self) -> str:
        """The month after which the last who joined are looked at."""
        return f"{month_date(month_index(self.end) + FOLLOW_UP_MONTHS - 1):%Y-%m}"

    def config(self, config: SimConfig, strength: float, seed: int) -> SimConfig:
        """`config` with this pilot alone."""
        settings = {"strength": strength, "places_per_year": self.places, "capacity_fill": 1.0, "start": self.start, "end": self.end}
        return config.model_copy(update={"seed": seed, "until": self.until, "policies": {self.policy: settings}})


def lived(model: LabourMarket) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """Live to the end; month -> rows that joined in it (ascending), and whether they count as a success after twelve months of help."""
    [programme] = model.programmes
    joined: dict[int, np.ndarray] = {}
    found = {}
    while model.month < model.until:
        model.step()
        if programme.new:
            joined[model.month] = programme.cohorts[model.month][0]
        month = model.month - FOLLOW_UP_MONTHS + 1  # helped in this month for the first time, in the one just lived for the twelfth
        if month in joined:
            found[month] = joined[month], programme.policy.gross_success(model, joined[month])
    return found


def differences(treated: dict[int, tuple[np.ndarray, np.ndarray]], control: dict[int, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """(FIELDS,) float64 of two runs as `lived` gives them: over everybody who joined in the same month in both."""
    found = np.zeros(FIELDS)
    for month, (rows, success) in treated.items():
        others, without = control.get(month, (rows[:0], success[:0]))
        same, here, there = np.intersect1d(rows, others, assume_unique=True, return_indices=True)
        gain = success[here].astype(np.int64) - without[there].astype(np.int64)
        found += np.array([same.size, gain.sum(), (gain**2).sum(), rows.size - same.size])
    return found


def measure(config: SimConfig, world: World, pilot: Pilot, strengths: Sequence[float], seed: int) -> np.ndarray:
    """(len(strengths), FIELDS) float64: the pilot at every strength against the same seed at strength 0."""
    from sim.model import LabourMarket

    control = lived(LabourMarket(pilot.config(config, 0.0, seed), world))
    return np.array([differences(lived(LabourMarket(pilot.config(config, s, seed), world)), control) for s in strengths])


def loopbrug(config: SimConfig, pilot: Pilot) -> Simulator:
    """`measure` for a worker process; the strengths are the values of a job, in the order of their names."""
    from sim.numerics.jit import use_threads
    from sim.runs.execute import loopbrug as engine
    from sim.runs.execute import world_of

    here = pilot.config(config, 0.0, 0)
    world = world_of(here, engine())[0]
    use_threads(1, world.n_present)

    def simulate(values: dict[str, float], seed: int) -> np.ndarray:
        return measure(config, world, pilot, [values[name] for name in sorted(values)], seed).ravel()

    return simulate


def target_per_year(config: SimConfig, world: World, pilot: Pilot, seed: int) -> float:
    """People in the whole country who may take part for the first time, per year of the pilot: what coverage is a share of."""
    from sim.model import LabourMarket

    model = LabourMarket(
        pilot.config(config, 0.0, seed).model_copy(update={"policies": {pilot.policy: {"strength": 0.0, "places_per_year": 0}}}), world
    )
    [programme] = model.programmes
    ever = np.zeros(len(model.people), bool)
    first, last = month_index(pilot.start), month_index(pilot.end)
    while model.month < last:
        model.step()
        if model.month >= first:
            ever[programme.policy.eligible(model)] = True
    return float(ever.sum() * model.weight / ((last - first + 1) / 12))
