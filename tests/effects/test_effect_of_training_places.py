"""What a place on a course does to whoever takes it because of the policy: against themselves in the run without it, nobody set a path.

Meta-analysis of some 200 programmes (Card, Kluve and Weber 2018): the employment effect of training is +2.0 points (-2 to 5) within a year
and +6.7 (2 to 10) after two to three years (TRN09, TRN10), counted from the end of the programme. Courses for care take two years here.
"""

from functools import lru_cache

import numpy as np
import pytest
from country import estimate, model

from sim.codes import SECTOR, State

SEEDS = (1, 2, 3, 4)
YEAR_OF_PLACES = "+policies.training_places={start: 2015-03, end: 2016-02, extra_seats: 10, attraction: 1.0}"
ENROLS, MONTHS = 14, 60
LOOK = (6, 12, 24, 36, 42)
"""Months after the start of the course."""


@lru_cache(maxsize=8)
def path(seed):
    """By months after the start: points in work with less without the policy; number of students; points at work in care at the end."""
    more, usual = model(seed, YEAR_OF_PLACES), model(seed)
    began = {run: np.full(len(run.people), -1) for run in (more, usual)}
    works, care = [], 0.0
    for month in range(MONTHS):
        for run in (more, usual):
            run.step()
            starts = (run.people.state == State.TRAINING) & (began[run] < 0)
            began[run][starts] = month
        works.append([run.people.state == State.EMPLOYED for run in (more, usual)])
    students = np.flatnonzero((began[more] >= 0) & (began[more] < ENROLS) & ((began[usual] < 0) | (began[usual] >= ENROLS)))
    start = began[more][students]
    effect = [100 * np.mean([works[s + months][0][i] * 1.0 - works[s + months][1][i] for i, s in zip(students, start, strict=True)])
              for months in LOOK]  # fmt: skip
    in_care = [(run.people.state[students] == State.EMPLOYED) & (run.people.sector[students] == SECTOR["Q"]) for run in (more, usual)]
    care = 100 * (in_care[0].mean() - in_care[1].mean())
    return *effect, students.size, care


@pytest.fixture(scope="module")
def found():
    estimates = [estimate(values) for values in zip(*map(path, SEEDS), strict=True)]
    print("; ".join(f"{months} months {points}" for months, points in zip(LOOK, estimates, strict=False)))
    print(f"students {estimates[-2]}; at work in care at the end {estimates[-1]}")
    return estimates


def test_learning_costs_work_first(found):
    assert found[0].high < 0
    assert found[1].high < 0


def test_the_loss_is_made_up_for_after_the_diploma(found):
    assert found[4].mean > found[1].mean
    assert found[-1].low > 0, "and the diploma leads to care"


def test_after_the_diploma_more_are_in_work(found):
    assert found[4].low > 0
