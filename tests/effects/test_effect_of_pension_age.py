"""A higher state pension age keeps people at work between the old and the new age, and nothing else did so in 2015-2019."""

from functools import lru_cache

import numpy as np
import pytest
from country import ages, estimate, model, world

from sim.codes import State

SEEDS = (1, 2, 3)
LAW, FROZEN = "law", "frozen"


def participation(run, low, high):
    """Per cent of those from `low` to under `high` months of age in work or looking for it."""
    age, state = ages(run), run.people.state
    here = (age >= low) & (age < high) & (state != State.OUTSIDE)
    return 100 * (state[here] <= State.UNEMPLOYED).mean()


@lru_cache(maxsize=8)
def at_65(seed, pension_age):
    """(5,) participation at 65, means of the years 2015 to 2019, with the pension age of the law or with that of 2015 for ever."""
    first = int(world().tables.pension_age_months[0])
    tables = {} if pension_age == LAW else {"pension_age_months": np.full_like(world().tables.pension_age_months, first)}
    run, found = model(seed, **tables), []
    while run.running:
        run.step()
        found.append(participation(run, 65 * 12, 66 * 12))
    return np.array(found).reshape(5, 12).mean(axis=1)


def test_participation_at_65_rises_from_2015_to_2019_because_the_pension_age_moved():
    """CBS: 18.7 % in 2015, 38.0 % in 2019, while the pension age went from 65 years and 3 months to 66 years and 4 months."""
    years = {rule: np.mean([at_65(seed, rule) for seed in SEEDS], axis=0) for rule in (LAW, FROZEN)}
    rise = {rule: estimate(at_65(seed, rule)[-1] - at_65(seed, rule)[0] for seed in SEEDS) for rule in (LAW, FROZEN)}
    for rule, path in years.items():
        print(f"{rule}: {path.round(1)}, rise {rise[rule]}; observed 18.7 to 38.0, rise 19.3")
    assert rise[LAW].low > 10
    assert rise[FROZEN].mean < rise[LAW].mean / 3


@pytest.mark.xfail(strict=True, reason="25.3 points (standard error 0.4): the fitted rates keep too many at work until the pension age")
def test_the_rise_is_as_large_as_observed():
    rise = estimate(at_65(seed, LAW)[-1] - at_65(seed, LAW)[0] for seed in SEEDS)
    assert abs(rise.mean - 19.3) < 5


def test_a_year_more_keeps_people_at_work_between_the_old_and_the_new_age():
    rule = "+policies.pension_age={start: 2016-01, extra_months: 12, months_per_year: 12}"
    law = int(world().tables.pension_age_months[-1])
    bands = {"five to one year before": (-60, -12), "the new year": (0, 12), "after it": (12, 36)}
    found = {name: [] for name in bands}
    work = []
    for seed in SEEDS:
        runs = model(seed), model(seed, rule)
        for run in runs:
            run.run_for(60)
        for name, (low, high) in bands.items():
            found[name].append(participation(runs[1], law + low, law + high) - participation(runs[0], law + low, law + high))
        work.append((runs[1].people.state == State.EMPLOYED).sum() / (runs[0].people.state == State.EMPLOYED).sum() - 1)
    points = {name: estimate(values) for name, values in found.items()}
    print({name: str(value) for name, value in points.items()}, "all employment", estimate(100 * np.array(work)), "%")
    assert points["the new year"].low > 10
    assert points["the new year"].mean > 3 * points["five to one year before"].mean
    assert points["the new year"].mean > 3 * abs(points["after it"].mean)
    assert estimate(work).low > 0
