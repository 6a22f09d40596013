"""Programmes that do nothing: participants and comparison group end alike, or the comparison would find effects that are none."""

from functools import lru_cache

import numpy as np
import pytest
from country import model

SEEDS = (1, 2, 3, 4, 5, 6, 7, 8)
UNTIL, MONTHS = "2017-12", 36
NOTHING = {
    "job_bridge": "strength: 0, places_per_year: 20000",
    "career_advice": "strength: 0, places_per_year: 100000",
    "senior_networks": "net_delay_months: 0, places_per_year: 100000",
}


@lru_cache(maxsize=len(SEEDS))
def counts(seed):
    """Successes and people followed, of participants and of the comparison group, by programme."""
    settings = [f"+policies.{name}={{start: 2015-07, capacity_fill: 1.0, {more}}}" for name, more in NOTHING.items()]
    run = model(seed, *settings, until=UNTIL)
    found = {programme.policy.name: np.zeros(4) for programme in run.programmes}
    for _ in range(MONTHS):
        run.step()
        for programme in run.programmes:
            of_month = programme.gross_outcome, programme.gross_count, programme.control_outcome, programme.control_count
            found[programme.policy.name] += of_month
    return found


@pytest.mark.parametrize("name", NOTHING)
def test_participants_of_a_programme_that_does_nothing_do_as_the_comparison_group(name):
    yes, n, control, m = sum(counts(seed)[name] for seed in SEEDS)
    mean = (yes + control) / (n + m)
    error = np.sqrt(mean * (1 - mean) * (1 / n + 1 / m))  # of two groups by lot; the spread over eight seeds would itself be uncertain
    print(f"{name}: {100 * (yes / n - control / m):+.2f} ({100 * error:.2f}) points")
    assert abs(yes / n - control / m) < 3 * error
    assert error < 0.02, "sharp enough to see what a real programme does"
