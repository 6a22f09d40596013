"""The loss is what its docstring says."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calibration.loss import MODEL_MISS, OFFSET, Moments, weights

KEYS = (("jobs", "A", "2015"), ("jobs", "A", "2016"), ("jobs", "C", "2015"), ("rate", "all", "2015"))


def moments(observed: list[float], error: float = 0.03) -> Moments:
    return Moments(KEYS, np.array(observed), np.full(4, error), weights(KEYS, {("jobs", "C"): 4.0}))


def test_targets_weigh_by_the_root_of_their_cells_and_sectors_by_the_root_of_their_size() -> None:
    jobs, rate = np.sqrt(2) / (np.sqrt(2) + 1), 1 / (np.sqrt(2) + 1)
    assert moments([1, 1, 1, 1]).weight == pytest.approx([jobs / 6, jobs / 6, jobs * 2 / 3, rate])


def test_one_standard_error_everywhere_is_a_loss_of_one() -> None:
    m = moments([10, 20, 30, 5], error=0.04)
    s = np.hypot(0.04, MODEL_MISS)
    simulated = (np.exp(s) * (1 + OFFSET) - OFFSET) * m.observed
    assert np.sum(m.residuals(simulated, np.zeros(4)) ** 2) == pytest.approx(1.0)
    assert m.by_target(m.residuals(simulated, np.zeros(4))) == pytest.approx({"jobs": 1.0, "rate": 1.0})


def test_luck_makes_a_figure_count_less() -> None:
    m = moments([10, 20, 30, 5])
    without, with_luck = (abs(m.residuals(1.2 * m.observed, np.full(4, luck))) for luck in (0.0, 0.1**2))
    assert np.all(with_luck < 0.6 * without)


def test_empty_cells_are_far_off_but_not_infinitely() -> None:
    m = moments([10, 20, 30, 5])
    empty = m.deviations(np.array([0.0, np.nan, 30.0, 5.0]))
    assert empty == pytest.approx([np.log(OFFSET / (1 + OFFSET))] * 2 + [0, 0])


def test_figures_of_zero_are_compared_as_differences() -> None:
    m = moments([0.0, 20, 30, 5])
    assert m.deviations(np.array([5.0, 20, 30, 5]))[0] == pytest.approx(5 / 10)


def test_luck_between_seeds_is_the_variance_of_the_deviations() -> None:
    m = moments([10, 20, 30, 5])
    rng = np.random.default_rng(3)
    runs = m.observed * np.exp(rng.normal(0, 0.02, (400, 4)))
    assert m.luck(runs) == pytest.approx((0.02 / (1 + OFFSET)) ** 2, rel=0.15)


def test_without_unmeasured_figures_the_cells_left_are_what_counts() -> None:
    m = moments([10, 20, 30, 5]).only(np.array([True, True, False, True]))
    assert m.weight == pytest.approx([0.25, 0.25, 0.5])  # one cell each
    assert m.targets == ("jobs", "rate")
