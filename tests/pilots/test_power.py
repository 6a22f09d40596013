"""The formulas against published values, and against trials played out."""

import numpy as np
import pytest
from scipy.stats import norm

from sim.pilots.power import participants_for_means, participants_for_shares, power_of_means, power_of_shares, wilson


@pytest.mark.parametrize(
    ("comparison", "effect", "participants"),
    [(0.5, 0.1, 388), (0.6, -0.1, 388), (0.1, 0.1, 199), (0.05, 0.05, 435), (0.25, 0.15, 152)],
)
def test_shares_agree_with_power_prop_test_of_r(comparison, effect, participants):
    assert participants_for_shares(comparison, effect) == participants


def test_power_agrees_with_the_example_of_power_prop_test():
    """``power.prop.test(n = 50, p1 = .50, p2 = .75)`` of R's manual: power = 0.740."""
    assert power_of_shares(50, 0.5, 0.25) == pytest.approx(0.740, abs=0.001)


def test_means_agree_with_cohen():
    """Half a standard deviation takes 63 (64 with Student's t), a fifth 393."""
    assert participants_for_means(1.0, 0.5) == 63
    assert participants_for_means(10.0, 2.0) == 393
    assert participants_for_means(10.0, -2.0) == 393


def test_no_number_finds_what_is_not_there():
    assert participants_for_shares(0.5, 0.0) is None
    assert participants_for_shares(0.98, 0.05) is None
    assert participants_for_means(1.0, 0.0) is None


def test_the_number_needed_has_the_power_it_was_asked_for():
    for comparison, effect in ((0.667, 0.05), (0.5, -0.03), (0.1, 0.2)):
        n = participants_for_shares(comparison, effect)
        assert power_of_shares(n, comparison, effect) == pytest.approx(0.8, abs=0.01)
    assert power_of_means(participants_for_means(30.0, 1.0), 30.0, 1.0) == pytest.approx(0.8, abs=0.01)


def test_without_an_effect_a_trial_finds_one_in_twenty_times():
    assert power_of_shares(50, 0.6, 0.0) == pytest.approx(0.05)
    assert power_of_means(50, 12.0, 0.0) == pytest.approx(0.05)


def test_trials_played_out_find_the_effect_as_often_as_the_formula_says():
    rng = np.random.default_rng(1)
    n, comparison, effect, trials = 388, 0.5, 0.1, 20_000
    with_it, without = (rng.binomial(n, share, trials) / n for share in (comparison + effect, comparison))
    mean = (with_it + without) / 2
    z = (with_it - without) / np.sqrt(2 * mean * (1 - mean) / n)
    assert (np.abs(z) > norm.ppf(0.975)).mean() == pytest.approx(power_of_shares(n, comparison, effect), abs=0.015)


def test_the_interval_of_29_of_37_is_that_of_the_evidence():
    assert wilson(29, 37) == pytest.approx((0.628, 0.886), abs=0.001)
    assert wilson(0, 10)[0] == pytest.approx(0.0, abs=1e-12)
