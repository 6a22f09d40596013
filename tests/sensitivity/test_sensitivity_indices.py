"""The indices of functions whose indices are known, without any run; and what luck does to them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from sim.evidence.parameters import Parameter
from sim.sensitivity.design import Design, Sensitivity
from sim.sensitivity.factors import Factor
from sim.sensitivity.luck import luck_of, share_of_luck
from sim.sensitivity.methods import Index, analyse, elementary, problem, sample

GRADES = ("expert", "RCT", "expert", "descriptive")
LUCKY = np.random.default_rng(1)


def design(factors: int = 3, seeds: int = 1, **asked: object) -> Design:
    rows = [Parameter(f"search.x{k}", "m", 0.5, 0.0, 1.0, "share", GRADES[k], "NL", "s", "evidence") for k in range(factors)]
    return Design("known", Sensitivity(scenarios=("job_bridge",), **asked), (), tuple(map(Factor, rows)), tuple(range(seeds)))


def indices(of: Design, function: Callable[[np.ndarray], np.ndarray], luck: float = 0.0) -> dict[str, Index]:
    sampled = sample(of)
    places = np.where(np.isnan(sampled.places), 0.5, sampled.places)
    outcome = function(places)[:, None] + LUCKY.normal(0, luck, (len(places), len(of.seeds)))
    return {index.name: index for index in analyse(of, sampled, outcome, of.groups)}


def linear(x: np.ndarray) -> np.ndarray:
    return 8 * x[:, 0] - 2 * x[:, 1] + 0 * x[:, 2]


def ishigami(x: np.ndarray) -> np.ndarray:
    a, b, c = (2 * math.pi * x - math.pi).T
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def test_sobol_finds_the_shares_of_ishigami_and_what_parameters_do_together():
    found = indices(design(method="sobol", n=2048), ishigami)
    for name, first, total in (("search.x0", 0.3139, 0.5576), ("search.x1", 0.4424, 0.4424), ("search.x2", 0.0, 0.2437)):
        assert found[name].first == pytest.approx(first, abs=0.03)
        assert found[name].total == pytest.approx(total, abs=0.03)


def test_sobol_by_grade_adds_what_the_numbers_of_a_grade_do():
    of = design(4, method="sobol", n=1024, groups="grade")
    found = indices(of, lambda x: 3 * x[:, 0] + 4 * x[:, 2] + 5 * x[:, 1] + 0 * x[:, 3])
    assert of.groups == ["expert", "RCT", "descriptive"]
    assert found["expert"].total == pytest.approx(0.5, abs=0.03)
    assert found["RCT"].first == pytest.approx(0.5, abs=0.05)
    assert found["descriptive"].total == pytest.approx(0.0, abs=1e-9)
    assert found["descriptive"].verdict == "nothing"


def test_morris_finds_the_slopes_of_a_plane_exactly():
    found = indices(design(method="morris", trajectories=4), linear)
    assert [(name, round(index.change.mean, 9), round(index.mu_star, 9)) for name, index in found.items()] == [
        ("search.x0", 8.0, 8.0), ("search.x1", -2.0, 2.0), ("search.x2", 0.0, 0.0)]  # fmt: skip
    assert all(abs(index.sigma) < 1e-9 for index in found.values())


def test_morris_tells_a_curve_and_an_interplay_from_a_slope():
    found = indices(design(method="morris", trajectories=30), lambda x: (x[:, 0] - 0.5) ** 2 + x[:, 1] * (x[:, 2] - 0.5))
    assert abs(found["search.x0"].change.mean) < 0.1 < found["search.x0"].mu_star
    assert found["search.x2"].sigma > 0.2


def test_the_changes_that_luck_is_read_from_are_those_of_salib():
    of = design(method="morris", trajectories=7)
    sampled = sample(of)
    outcome = ishigami(sampled.places)[:, None]
    from SALib.analyze import morris

    theirs = morris.analyze(problem(of), sampled.places, outcome[:, 0], num_levels=4)
    ours = elementary(of, sampled, outcome)
    assert [float(ours[name].mean()) for name in of.groups] == pytest.approx(list(theirs["mu"]))


def test_morris_by_grade_has_sizes_without_a_sign():
    of = design(4, method="morris", trajectories=6, groups="grade")
    found = indices(of, lambda x: 6 * x[:, 1])
    assert found["RCT"].mu_star == pytest.approx(6.0)
    assert found["expert"].mu_star == found["descriptive"].mu_star == 0.0
    assert all(index.change is None and index.sigma is None for index in found.values())


def test_a_tornado_has_both_ends_from_the_centre_and_misses_what_numbers_do_together():
    found = indices(design(method="tornado"), lambda x: linear(x) + 100 * (x[:, 0] - 0.5) * (x[:, 1] - 0.5))
    assert (found["search.x0"].at_low.mean, found["search.x0"].at_high.mean, found["search.x0"].change.mean) == (-4.0, 4.0, 8.0)
    assert (found["search.x1"].at_low.mean, found["search.x1"].at_high.mean) == (1.0, -1.0)
    assert list(found) == ["search.x0", "search.x1", "search.x2"]


@pytest.mark.parametrize(("method", "size"), [("morris", {"trajectories": 10}), ("sobol", {"n": 64}), ("tornado", {})])
def test_what_luck_can_explain_is_said_to_be_luck(method, size):
    found = indices(design(seeds=4, method=method, **size), linear, luck=0.5)
    assert [found[f"search.x{k}"].verdict for k in range(3)] == [
        "told",
        "told" if method == "morris" else found["search.x1"].verdict,
        "luck",
    ]
    only = indices(design(seeds=4, method=method, **size), lambda x: 0 * x[:, 0], luck=0.5)
    assert {index.verdict for index in only.values()} == {"luck"}


def test_one_seed_says_nothing_of_luck():
    for method, size in (("morris", {"trajectories": 3}), ("sobol", {"n": 8}), ("tornado", {})):
        found = indices(design(seeds=1, method=method, **size), linear)
        assert found["search.x0"].verdict == "unknown"
        assert found["search.x0"].luck is None
        assert found["search.x2"].verdict == "nothing"


def test_luck_is_called_an_effect_in_no_more_than_one_table_of_twenty():
    wrong = [any(luck_of(LUCKY.normal(0, 1, (6, 3)), 12).verdict == "told" for _ in range(12)) for _ in range(600)]
    assert np.mean(wrong) < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 600)
    assert any(wrong), "a test that never errs has no power either"


def test_an_effect_of_twice_the_luck_is_found():
    found = [luck_of(2 + LUCKY.normal(0, 1, (6, 3)), 12).verdict == "told" for _ in range(200)]
    assert np.mean(found) > 0.95


def test_luck_alone_gives_the_size_that_is_said():
    spread = LUCKY.normal(0, 3, (4000, 3))
    assert luck_of(spread).typical == pytest.approx(np.abs(spread.mean(axis=1)).mean(), rel=0.05)


def test_the_share_of_luck_is_that_of_the_variance_and_leaves_out_what_all_points_share():
    points, of_seed = LUCKY.normal(0, 3, (3000, 1)), LUCKY.normal(0, 50, (1, 4))
    share = share_of_luck(points + of_seed + LUCKY.normal(0, 2, (3000, 4)))
    assert share == pytest.approx(1 / (9 + 1), abs=0.02)
    assert share_of_luck(points) is None


def test_the_points_are_the_same_every_time():
    for asked in ({"method": "morris", "trajectories": 3}, {"method": "sobol", "n": 8}, {"method": "tornado"}):
        first, again = sample(design(**asked)), sample(design(**asked))
        assert np.array_equal(first.places, again.places, equal_nan=True)
