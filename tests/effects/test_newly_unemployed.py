"""Two thirds of all newly unemployed are back in work within twelve months, and far fewer of those of 55 and over (DSP10, DSP11, DSP16)."""

from functools import lru_cache

import numpy as np
from country import estimate, model

from sim.codes import State

SEEDS = (1, 2, 3)
FIRST, LAST, WITHIN = 24, 47, 12
"""Months of the run in which they lose work (2017-2018); months that they are followed."""
BANDS = {"all": (15, 74), "under 45": (15, 44), "45-54": (45, 54), "55-66": (55, 66), "60-66": (60, 66)}


@lru_cache(maxsize=4)
def back(seed):
    """Share in work again within a year, and in work a year later, of those who become unemployed from work, by age."""
    run, states = model(seed), []
    while run.running:
        run.step()
        states.append(run.people.state.copy())
    states = np.array(states)
    found = {band: np.zeros(3) for band in BANDS}
    for month in range(FIRST, LAST + 1):
        new = np.flatnonzero((states[month - 1] == State.EMPLOYED) & (states[month] == State.UNEMPLOYED))
        age = (run.start + month - run.people.birth_month[new].astype(int)) // 12
        works = states[month + 1 : month + WITHIN + 1][:, new] == State.EMPLOYED
        for band, (low, high) in BANDS.items():
            here = (age >= low) & (age <= high)
            found[band] += here.sum(), works[:, here].any(axis=0).sum(), works[-1, here].sum()
    return {band: (ever / n, later / n) for band, (n, ever, later) in found.items()}


def share(band, which):
    """Over the seeds; which: 0 back within a year, 1 in work a year later."""
    return estimate(back(seed)[band][which] for seed in SEEDS)


def test_two_thirds_of_the_newly_unemployed_are_back_within_a_year():
    for band in BANDS:
        print(f"{band}: back within a year {share(band, 0)}, in work a year later {share(band, 1)}")
    assert 0.6 <= share("all", 0).mean <= 0.75  # DSP10


def test_far_fewer_of_those_of_55_and_over():
    younger, older, oldest = (share(band, 0).mean for band in ("under 45", "55-66", "60-66"))
    assert older < younger - 0.2
    assert oldest < older
    assert 1 - (1 - 0.012) ** 12 <= older <= 1 - (1 - 0.06) ** 12  # DSP16: monthly 0.035 (0.012-0.06)
