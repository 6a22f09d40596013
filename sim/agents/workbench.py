"""The labour market as Mesa's own tools expect a model: made from plain keywords or a Mesa scenario, with a data collector.

>>> from mesa.batchrunner import batch_run
>>> runs = batch_run(Workbench, {"scenarios": ["baseline", "job_bridge"], "scale": 0.001, "until": "2024-06"}, rng=[1, 2])

The same settings give the same months, and the same figures, as `sim run`. With ``number_processes=2`` call it from a script, under
``if __name__ == "__main__":``.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from mesa.experimental.scenarios import Scenario

from sim.config.errors import UserError, unknown
from sim.model import LabourMarket
from sim.numerics.jit import use_threads
from sim.recorder import Recorder
from sim.runs.execute import loopbrug, world_of
from sim.runs.jobs import load

if TYPE_CHECKING:
    from sim.config.schema import SimConfig

MESAS_OWN = ("_scenario_id", "scenario_id", "replication_id")
"""Names that Mesa puts on the copies of a scenario."""
HEADLINES = (
    "unemployment_rate_pct", "employed", "unemployed", "vacancies_open", "vacancies_open_care", "shortage_fte", "shortage_fte_care",
    "mean_retirement_age", "participants",
)  # fmt: skip
"""What the data collector holds of every month: percent, persons, vacancies, FTE or years, whole country."""


class Settings(Scenario):
    """A Mesa scenario with the settings that an analyst varies; everything else goes into `overrides`.

    ``Settings(scenarios="job_bridge", scale=0.002, rng=3)``. The integer of ``rng`` is the seed of the run; None draws one, and any other
    source of luck that NumPy takes is turned into one. It can be read back as `seed`.

    Raises
    ------
    UserError : no such setting.
    """

    scenarios: str = "baseline"
    """Name of a scenario file: what `sim list scenarios` lists."""
    scale: float = 0.01
    """Share of the people simulated (`population.scale`)."""
    start: str = "2023-10"
    """First month, or `history` (`population.start`)."""
    until: str = "2030-12"
    """Last month."""
    threads: int = 0
    """Threads of one run, 0 = as many as help. Results do not depend on it."""
    overrides: str | tuple[str, ...] = ()
    """More settings as on the command line: ``"policies.job_bridge.places_per_year=20000 checks=year"``."""

    def __init__(self, *, rng: Any = None, **settings: Any) -> None:
        given = settings.pop("seed", None)  # copies carry the seed of what they copy
        seed = seed_of(given if rng is None else rng)
        for name in settings:
            if name not in self._scenario_defaults and name not in MESAS_OWN:
                raise unknown("setting", name, (*self._scenario_defaults, "rng"))
        super().__init__(rng=seed, seed=seed, **settings)

    @classmethod
    def of(cls, scenario: Scenario) -> Settings:
        """`scenario` itself, or the settings of the same names in a plain Mesa scenario (what `Scenario.from_dataframe` makes)."""
        if isinstance(scenario, Settings):
            return scenario
        return cls(**{"rng": scenario.rng, **dict(scenario)})

    def config(self) -> SimConfig:
        """The checked configuration. UserError if a setting is out of range."""
        more = shlex.split(self.overrides) if isinstance(self.overrides, str) else self.overrides
        values = {"population.scale": float(self.scale), "population.start": self.start, "until": self.until, "seed": self.seed}
        return load(self.scenarios, *(f"{key}={value}" for key, value in values.items()), f"threads={self.threads}", *more)


def seed_of(rng: int | np.random.Generator | np.random.BitGenerator | np.random.SeedSequence | Sequence[int] | None) -> int:
    """A whole number for anything that Mesa takes as ``rng``: itself if it is one, else drawn from it. UserError if it is negative."""
    if isinstance(rng, int | np.integer):
        if rng < 0:
            raise UserError(f"rng={rng}: the seed is a whole number from 0")
        return int(rng)
    return int(np.random.default_rng(rng).integers(2**32))


class Workbench(LabourMarket):
    """A `LabourMarket` for `batch_run`, `SolaraViz`, `DataCollector` and notebooks.

    ``Workbench(scenarios="job_bridge", scale=0.002, until="2025-12", rng=3)`` and ``Workbench(scenario=Settings(...))`` are the same.
    The world is built once per process and kept while its settings stay the same.

    Parameters
    ----------
    scenario : settings; or their class, for plain keywords; or a plain Mesa scenario. settings : see `Settings`.

    Attributes
    ----------
    datacollector : `HEADLINES` at the opening balance (time 0) and after every month.
    recorder : all tables of a run folder: ``recorder.panel()``, ``market()``, ``sexes()``, ``flows()``, ``policies()``, ``retirements()``.
    headlines : name -> value, of the last month.
    """

    def __init__(self, *, scenario: Scenario | type[Settings] = Settings, **settings: Any) -> None:
        if not isinstance(scenario, type) and any(value is not None for value in settings.values()):
            raise UserError(f"give the settings in the scenario or as keywords, not both: {', '.join(settings)}")
        chosen = scenario(**settings) if isinstance(scenario, type) else Settings.of(scenario)
        config = chosen.config()
        world, _ = world_of(config, loopbrug())
        use_threads(config.threads, world.n_present)
        super().__init__(config, world, scenario=chosen)
        self.recorder = Recorder(self, config.months)
        self.headlines: dict[str, float] = {}
        self.datacollector = mesa.DataCollector(model_reporters={name: partial(_headline, name=name) for name in HEADLINES})
        self._record(is_opening=True)

    def step(self) -> None:
        """One month, recorded and collected."""
        super().step()
        self._record()

    def _record(self, is_opening: bool = False) -> None:
        self.recorder.record(is_opening=is_opening)
        participants = sum(programme.participants.size for programme in self.programmes) * self.weight
        self.headlines = {**self.recorder.summary(), "participants": float(participants)}
        self.datacollector.collect(self)


def _headline(model: Workbench, name: str) -> float:
    return model.headlines[name]
