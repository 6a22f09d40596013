"""Stand-ins for the model, for worker processes to load."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from sim.calibration.workers import Simulator
from sim.pilots.design import Trunk
from sim.pilots.measure import Measured
from sim.pilots.run import names_of

GROSS, WITHOUT, PEOPLE = 4, 3, 5
NOTES = "LOOPBRUG_TEST_NOTES"
"""Environment: the file in which every run leaves a line."""


def repetitions(trunks: tuple[Trunk, ...]) -> Simulator:
    """Every pilot of five has four successes, three without; seed 99 fails, seed 98 is a mistake of the user."""

    def simulate(values: dict[str, float], seed: int) -> np.ndarray:
        from sim.config.errors import UserError

        with Path(os.environ[NOTES]).open("a", encoding="ascii") as file:
            file.write(f"{seed}\n")
        if seed == 98:
            raise UserError("policies.x is beyond the reach of its levers")
        if seed == 99:
            raise ValueError("out of luck")
        trunk = trunks[int(values["trunk"])]
        one = Measured(
            participants=PEOPLE, gross=GROSS, without=WITHOUT, controls=PEOPLE, control=WITHOUT, stay=seed, control_stay=1.0, eligible=500
        )
        return np.array([[one] * trunk.lots] * len(names_of(trunk)), np.float64).ravel()

    return simulate
