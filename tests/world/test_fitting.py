"""Tables meet their margins, whole people meet their tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.world.fitting import assign, deal, fit, fixed_point, normal_quantiles, round_stochastic, whole


def test_fitted_table_meets_all_margins() -> None:
    rng = np.random.default_rng(3)
    truth = rng.random((4, 3, 5))
    margins = [((0, 1), truth.sum(axis=2)), ((2,), truth.sum(axis=(0, 1)))]
    table = fit(np.ones_like(truth), margins)
    np.testing.assert_allclose(table.sum(axis=2), truth.sum(axis=2), rtol=1e-8)
    np.testing.assert_allclose(table.sum(axis=(0, 1)), truth.sum(axis=(0, 1)), rtol=1e-8)


def test_fit_keeps_the_odds_ratio_of_the_guess() -> None:
    guess = np.array([[8.0, 1.0], [1.0, 2.0]])
    table = fit(guess, [((0,), np.array([5.0, 7.0])), ((1,), np.array([6.0, 6.0]))])
    assert table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]) == pytest.approx(16.0)


def test_contradicting_margins_are_refused() -> None:
    with pytest.raises(ValueError, match="contradict"):
        fit(np.ones((2, 2)), [((0,), np.array([1.0, 1.0])), ((1,), np.array([3.0, 3.0]))], most_rounds=50)


def test_a_margin_on_empty_cells_is_refused() -> None:
    with pytest.raises(ValueError, match="zero"):
        fit(np.array([[0.0, 0.0], [1.0, 1.0]]), [((0,), np.array([1.0, 1.0]))])


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 12), st.integers(1, 9), st.integers(0, 2**31))
def test_whole_counts_keep_rows_exactly_and_columns_nearly(groups: int, categories: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shares = rng.random((groups, categories)) + 0.01
    totals = rng.integers(0, 200, groups)
    counts = whole(shares, totals)
    expected = shares / shares.sum(axis=1, keepdims=True) * totals[:, None]
    assert (counts >= 0).all()
    np.testing.assert_array_equal(counts.sum(axis=1), totals)
    assert np.abs(counts.cumsum(axis=0) - expected.cumsum(axis=0)).max() < 2.0


def test_impossible_categories_get_nobody() -> None:
    counts = whole(np.array([[0.0, 1.0, 1.0]] * 7), np.full(7, 3))
    assert counts[:, 0].sum() == 0


def test_shares_in_fixed_point_add_up_exactly() -> None:
    parts = fixed_point(np.random.default_rng(0).random((50, 7)))
    assert (parts.sum(axis=1) == 1 << 30).all()


def test_dealing_uses_every_count_once_and_mixes() -> None:
    groups = np.tile(np.arange(3), 400)
    counts = np.tile(np.array([[100, 300]]), (3, 1))
    dealt = deal(groups, counts, np.random.default_rng(5))
    for group in range(3):
        mine = dealt[groups == group]
        assert np.bincount(mine).tolist() == [100, 300]
        assert 15 < (mine[:100] == 0).sum() < 35


def test_dealing_wrong_totals_is_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        deal(np.zeros(3, np.int32), np.array([[1, 1]]), np.random.default_rng(0))


def test_assigning_is_reproducible() -> None:
    groups = np.arange(1000) % 5
    shares = np.random.default_rng(1).random((5, 4))
    first, second = (assign(groups, shares, np.random.default_rng(9)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_stochastic_rounding_is_never_more_than_one_off_in_any_run_of_cells() -> None:
    expected = np.random.default_rng(2).random(500) * 0.3
    rounded = round_stochastic(expected, np.random.default_rng(3))
    assert np.abs(rounded.cumsum() - expected.cumsum()).max() < 1.01


def test_normal_quantiles_have_mean_zero_and_variance_near_one() -> None:
    values = normal_quantiles(1000)
    assert abs(values.mean()) < 1e-6
    assert values.var() == pytest.approx(1.0, abs=0.01)
