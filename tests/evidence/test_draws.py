"""Parameter draws: a function of name and number only, and a design that tells the grades of evidence apart."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from sim.evidence import belief, draws, pert
from sim.evidence.parameters import GRADES, Fitted, Parameter, load_parameters

PATHS = ("search.lock_in", "matching.callback_45_54", "policies.job_bridge.net_effect", "wages.portable_share")


@pytest.fixture
def fitted() -> Parameter:
    row = Parameter("matching.example", "an example", 2.0, 1.0, 4.0, "ratio", "expert", "all", "none", "calibrated")
    return replace(row, fitted=Fitted(1.5, 0.5, "yes", "2026-01-01"))


def test_every_two_grades_meet_in_all_sixteen_ways_in_a_block() -> None:
    array = np.array([[draws.level(grade, draw) for grade in GRADES] for draw in range(draws.BLOCK)])
    for one, other in combinations(range(len(GRADES)), 2):
        assert len({tuple(row) for row in array[:, [one, other]]}) == 16, (GRADES[one], GRADES[other])
    assert {draws.vector(grade, 16 + draw) for grade in GRADES for draw in range(16)} == {4, 5, 6, 7}


@pytest.mark.parametrize("n", [4, 16, 64, 256])
def test_values_are_a_latin_hypercube_at_every_size(n: int) -> None:
    for path in PATHS:
        assert sorted(int(draws.share(path, number) * n) for number in range(n)) == list(range(n))


def test_rows_do_not_run_in_step() -> None:
    shares = np.array([[draws.share(path, number) for number in range(64)] for path in load_parameters()])
    correlation = np.corrcoef(shares)[np.triu_indices(len(shares), 1)]
    assert np.abs(correlation.mean()) < 0.01
    assert correlation.std() == pytest.approx(1 / np.sqrt(48), rel=0.05)  # 16 blocks of 4, each with 3 degrees of freedom


def test_a_draw_depends_on_name_and_number_only() -> None:
    """Not on what else is drawn, nor on how many draws there are."""
    alone = {path: draws.drawn([path], 21)[path] for path in PATHS}
    everything = draws.drawn(load_parameters(), 21)
    assert alone == draws.drawn(reversed(PATHS), 21) == {path: everything[path] for path in PATHS}
    assert draws.drawn(PATHS, 21) != draws.drawn(PATHS, 22)


def test_another_row_in_the_table_changes_no_other_draw(monkeypatch) -> None:
    before = draws.drawn(PATHS, 5)
    more = load_parameters() | {"matching.new": replace(load_parameters()["search.lock_in"], path="matching.new")}
    monkeypatch.setattr(draws, "load_parameters", lambda: more)
    after = draws.drawn([*PATHS, "matching.new"], 5)
    assert {path: after[path] for path in PATHS} == before
    assert after["matching.new"] != after["search.lock_in"]


def test_all_values_lie_in_their_range_and_a_row_without_range_is_fixed() -> None:
    for draw in (0, 7, 100):
        for path, value in draws.drawn(load_parameters(), draw).items():
            row = load_parameters()[path]
            assert row.low <= value <= row.high, path
    assert draws.drawn(["policies.senior_networks.minimum_age"], 3) == {"policies.senior_networks.minimum_age": 58.0}


def test_a_fitted_row_has_its_standard_error_cut_off_at_the_range(fitted) -> None:
    from scipy import stats

    shares = np.linspace(0.01, 0.99, 21)
    truth = stats.truncnorm((1 - 2) / 0.5, (4 - 2) / 0.5, loc=2, scale=0.5)
    np.testing.assert_allclose(belief.quantile(fitted, shares), truth.ppf(shares), rtol=1e-9)


def test_a_row_that_a_fit_could_not_tell_keeps_its_whole_range(fitted) -> None:
    unknown = replace(fitted, fitted=replace(fitted.fitted, identified="no"))
    shares = np.linspace(0, 1, 11)
    assert belief.quantile(unknown, shares).tolist() == pert.quantile(unknown, shares).tolist()
    assert belief.quantile(unknown, [0, 1]).tolist() == [1.0, 4.0]


def test_the_mean_over_many_draws_is_that_of_the_distribution() -> None:
    row = load_parameters()["search.lock_in"]
    values = [float(pert.quantile(row, draws.share(row.path, number))) for number in range(256)]
    assert np.mean(values) == pytest.approx(pert.mean(row), rel=1e-3)
