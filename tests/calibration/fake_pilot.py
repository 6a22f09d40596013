"""A labour market in which strength s brings s / (1 + s) tenths, for the solver; worker processes import it."""

from __future__ import annotations

import numpy as np

from sim.calibration.policies.pilot import FIELDS

PERSONS = 1000


def load(config, pilot):
    """Simulator of the fake; leaves a line per run in the folder of the runs."""

    def simulate(values, seed):
        with open(f"{config.runs_dir}/log", "a") as file:
            file.write(f"{seed}\n")
        rng, out = np.random.default_rng(seed), np.zeros((len(values), FIELDS))
        for n, name in enumerate(sorted(values)):
            gained = int(rng.binomial(PERSONS, 0.1 * values[name] / (1 + values[name])))
            out[n] = PERSONS, gained, gained, 50
        return out.ravel()

    return simulate


def failing(config, pilot):
    """One seed fails."""
    good = load(config, pilot)

    def simulate(values, seed):
        if seed == 3:
            raise ZeroDivisionError("no such luck")
        return good(values, seed)

    return simulate
