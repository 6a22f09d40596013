"""Under a sine of demand unemployment and vacancies run counter-clockwise: in a recovery vacancies are up before unemployment is down."""

import numpy as np
import pytest
from cycles import AMPLITUDE, PERIOD, SEEDS, cycle
from laboratory import laboratory, months_until

ROUND = 0.1
"""Least roundness: area of the loop over that of the ellipse with the same spread; 0 on a line, 1 on a circle, below 0 clockwise."""


def roundness(unemployed, vacant):
    """Signed area of the loop, unemployment to the right and vacancies up, per cycle and relative to an ellipse of the same spread."""
    u, v = unemployed - unemployed.mean(), vacant - vacant.mean()
    area = (u * np.roll(v, -1) - np.roll(u, -1) * v).sum() / 2
    return area / (len(u) / PERIOD) / (2 * np.pi * u.std() * v.std())


def months_behind(unemployed, vacant):
    """Months by which the fall of unemployment follows the rise of vacancies."""
    return int(np.argmin([np.corrcoef(np.roll(vacant, lag), unemployed)[0, 1] for lag in range(PERIOD // 2)]))


def in_the_laboratory(seed):
    """Two cycles of the laboratory: unemployed and vacancies per person."""
    until, before = "2030-12", 24
    demand = 1 + 0.02 * np.sin(2 * np.pi * np.arange(months_until(until)) / PERIOD)
    model = laboratory(scale=0.005, seed=seed, unemployed=0.06, jobs=0.955, until=until, demand=demand)
    rows = []
    for _ in range(before + 2 * PERIOD):
        model.step()
        rows.append(((model.people.state == 1).sum(), model.phase("vacancies").open.sum()))
    return (np.array(rows[before:], float) / len(model.people)).T


def in_the_whole_model(seed):
    """Two cycles of the whole model, less the same run without a cycle, which takes out what else happens."""
    moved, still = cycle(seed, AMPLITUDE), cycle(seed, 0.0)
    return moved["unemployed"] - still["unemployed"], moved["vacant"] - still["vacant"]


@pytest.mark.parametrize("place", [in_the_laboratory, in_the_whole_model])
def test_the_loop_of_unemployment_and_vacancies_is_counter_clockwise(place):
    paths = [place(seed) for seed in SEEDS]
    rounds, lags = np.array([roundness(*path) for path in paths]), [months_behind(*path) for path in paths]
    swing = np.mean([np.ptp(unemployed) for unemployed, _ in paths])
    print(f"{place.__name__}: roundness {rounds.round(2)}, unemployment {lags} months behind, swings by {100 * swing:.1f} points")
    assert (rounds > ROUND).all()
    assert 1 <= np.median(lags) <= 12
    assert swing > 0.01, "a loop of nothing is no loop"
    assert all(np.corrcoef(*path)[0, 1] < -0.5 for path in paths), "and it slopes downward"
