"""The rule is the same in all four tools, and so is what they count."""

from __future__ import annotations

import numpy as np
import pytest

from sim.bench.hazard import (
    N_AGES,
    START,
    InNumba,
    InNumpy,
    InObjects,
    InPolars,
    chances,
    measure_hazard,
    population,
)
from sim.bench.kernels import LEAVING_AGE_MONTHS, RETIRED, UNEMPLOYED, hash_and_compare, hazard_step, triad
from sim.numerics.jit import BLOCK, n_blocks
from sim.numerics.rng import Stream, key
from sim.numerics.tables import threshold

N_PEOPLE, N_MONTHS = 20_000, 24


def expected() -> tuple[np.ndarray, float, int]:
    """Mean and standard deviation of the unemployed after N_MONTHS, and the number of people who are retired: each person a chain."""
    people = population(N_PEOPLE)
    age = START - people.birth_month.astype(int)
    unemployed = (people.state == UNEMPLOYED).astype(float)
    lose, find = chances()
    for month in range(N_MONTHS):
        years = np.minimum((age + month) // 12, N_AGES - 1)
        unemployed = unemployed * (1 - find[years]) + (1 - unemployed) * lose[years]
    works_or_looks = age + N_MONTHS - 1 < LEAVING_AGE_MONTHS
    chance = unemployed[works_or_looks]
    return chance.sum(), float(np.sqrt((chance * (1 - chance)).sum())), int((~works_or_looks).sum())


@pytest.mark.parametrize("tool", [InNumpy, InPolars, InNumba, InObjects])
def test_every_tool_follows_the_chain(tool):
    mean, deviation, retired = expected()
    rule = tool(population(N_PEOPLE), 7)
    for _ in range(N_MONTHS):
        rule.step()
    assert sum(rule.counts) == N_PEOPLE
    assert rule.counts[RETIRED] == retired
    assert abs(rule.counts[UNEMPLOYED] - mean) < 5 * deviation, (rule.counts, mean, deviation)
    assert retired > 500
    assert deviation < 50, "a test that wide would not notice anything"


def test_ruling_people_out_changes_nothing():
    filtered, unfiltered = InNumba(population(N_PEOPLE), 3), InNumba(population(N_PEOPLE), 3)
    unfiltered.most = np.full(3, 2**32 - 1, np.uint32)
    for _ in range(12):
        filtered.step()
        unfiltered.step()
    assert filtered.state.tobytes() == unfiltered.state.tobytes()
    assert filtered.counts == np.bincount(filtered.state, minlength=3).tolist()


def test_the_kernel_is_the_same_in_plain_python():
    people, table = population(500), threshold(chances())
    most = np.append(table.max(axis=1), np.uint32(0))
    compiled, plain = people.state.copy(), people.state.copy()
    counts = np.empty((n_blocks(500), 3), np.int64)
    k = key(1, START, Stream.LIFE)
    hazard_step(np.int64(START), k, most, table, compiled, people.birth_month, counts)
    with np.errstate(over="ignore"):
        hazard_step.py_func(np.int64(START), k, most, table, plain, people.birth_month, counts)
    assert compiled.tobytes() == plain.tobytes()
    assert (compiled != people.state).sum() > 5


def test_the_calibration_kernel_draws_and_compares():
    hits = np.empty(64, np.int64)
    hash_and_compare(key(1, START, Stream.LIFE), np.uint32(2**30), hits)
    draws = hits.size * BLOCK
    assert abs(hits.sum() - draws / 4) < 5 * np.sqrt(draws * 3 / 16)
    again = np.empty(1, np.int64)
    with np.errstate(over="ignore"):
        hash_and_compare.py_func(key(1, START, Stream.LIFE), np.uint32(2**30), again)
    assert again[0] == hits[0]


def test_the_triad_computes_what_it_counts():
    a, b, c = np.zeros(1000), np.arange(1000.0), np.ones(1000)
    triad(3.0, b, c, a)
    assert (a == b + 3).all()


def test_all_tools_are_measured_and_objects_only_where_that_ends():
    results = measure_hazard([1], sizes=(2000, 4000), most_objects=2000)
    assert [(result.tool, result.people) for result in results] == [
        ("Numba", 2000), ("NumPy", 2000), ("Polars", 2000), ("Mesa objects", 2000), ("Numba", 4000), ("NumPy", 4000), ("Polars", 4000)
    ]  # fmt: skip
    assert all(0 < result.time.ns.best <= result.time.ns.median and result.time.ratio > 0 for result in results)
    by_tool = {result.tool: result.time.ns.best for result in results[:4]}
    assert by_tool["Mesa objects"] > by_tool["Numba"]
