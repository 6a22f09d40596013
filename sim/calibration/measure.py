"""Run the model with a survey beside it: the one way in which calibration and validation look at the model."""

from __future__ import annotations

import polars as pl

from sim.calibration.season import with_season
from sim.calibration.survey import Survey
from sim.config.schema import SimConfig
from sim.model import LabourMarket
from sim.numerics.jit import use_threads
from sim.world import World


def measure(config: SimConfig, world: World) -> pl.DataFrame:
    """Simulate from the start of `world` to its end and measure what the targets measure.

    Parameters
    ----------
    config, world : as for `sim.model.simulate`; start the world in 2015-01 to compare with published figures. No recorder runs along.

    Returns
    -------
    target, cell, period (strings), value - the keys and units of `sim.calibration.targets.observed`, season included.
    """
    use_threads(config.threads, world.n_present)
    model = LabourMarket(config, world)
    survey = Survey(model)
    survey.look()
    for _ in range(world.start, world.until + 1):
        model.step()
        survey.look()
    return with_season(survey.frame())
