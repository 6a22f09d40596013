"""The formulas of `sim.pilots.power` against published figures, and against trials drawn by lot."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.pilots.power import participants_for_means, participants_for_shares, power_of_means, power_of_shares, wilson


@pytest.mark.parametrize(("p", "q", "published"), [(0.5, 0.6, 388), (0.1, 0.2, 199), (0.25, 0.4, 152), (0.4, 0.5, 388)])
def test_participants_for_two_shares_as_in_the_tables(p, q, published):
    """Fleiss, Levin and Paik, without continuity correction; 5 %, two-sided, 80 %."""
    assert participants_for_shares(p, q - p) == pytest.approx(published, abs=1)


@pytest.mark.parametrize(("d", "cohen"), [(0.2, 393), (0.5, 64), (0.8, 26)])
def test_participants_for_two_means_as_in_cohen(d, cohen):
    """Cohen 1988 uses Student's t: up to one more per group than the normal distribution."""
    found = participants_for_means(1.0, d)
    assert found is not None
    assert cohen - 1 <= found <= cohen


def test_no_number_is_enough_for_no_effect():
    assert participants_for_shares(0.66, 0.0) is None
    assert participants_for_means(30.0, 0.0) is None
    assert participants_for_shares(0.95, 0.1) is None


def test_power_turns_the_formula_round():
    needed = participants_for_shares(0.6, 0.07)
    assert needed is not None
    assert power_of_shares(needed, 0.6, 0.07) == pytest.approx(0.8, abs=0.002)
    assert power_of_shares(needed / 4, 0.6, 0.07) < 0.35
    assert power_of_means(63, 1.0, 0.5) == pytest.approx(0.8, abs=0.005)
    assert power_of_means(63, 1.0, 0.0) == pytest.approx(0.05)


def test_trials_by_lot_find_the_effect_as_often_as_the_power_says():
    """Large enough for the normal distribution: at 300 a group the steps of a binomial count still move the power by 0.015."""
    rng, n, p, q = np.random.default_rng(1), 5000, 0.5, 0.525
    control, treated = rng.binomial(n, p, 20_000) / n, rng.binomial(n, q, 20_000) / n
    pooled = (control + treated) / 2
    found = np.abs(treated - control) / np.sqrt(2 * pooled * (1 - pooled) / n) > 1.959964
    assert found.mean() == pytest.approx(power_of_shares(n, p, q - p), abs=0.01)


def test_the_interval_of_a_reported_share_is_wilsons():
    """29 of 37; and Newcombe (1998), table I: 81 of 263 and 0 of 20."""
    assert wilson(29, 37) == pytest.approx((0.628, 0.886), abs=0.0005)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=0.0001)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=0.0001)
    assert all(math.isfinite(end) for end in wilson(37, 37))
