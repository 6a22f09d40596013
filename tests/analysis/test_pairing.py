"""How much pairing lowers the variance of a difference, measured on any comparison."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_runs import write_small

from sim.analysis.contrast import compare
from sim.analysis.pairing import BAR, pairing, pairings, variances

SEEDS = range(1, 7)


def test_the_ratio_is_the_sum_of_both_variances_over_that_of_the_difference() -> None:
    """Luck shared by the pair (variance 9) and own luck (variance 1 each): 2 x 10 / 2, ten times sharper."""
    rng = np.random.default_rng(1)
    shared, own, other = rng.normal(0, 3, 4000), rng.normal(0, 1, 4000), rng.normal(0, 1, 4000)
    pairs = [(seed, None) for seed in range(4000)]
    independent, paired = variances(1000 + shared + own, 1005 + shared + other, pairs)
    assert independent == pytest.approx(20, rel=0.1)
    assert paired == pytest.approx(2, rel=0.1)


def test_the_interval_of_the_ratio_covers_the_truth_at_few_seeds() -> None:
    rng, covered = np.random.default_rng(2), 0
    for _ in range(200):
        shared, own, other = rng.normal(0, 3, 12), rng.normal(0, 1, 12), rng.normal(0, 1, 12)
        found = pairing({"a": (shared + own, shared + other, [(seed, None) for seed in range(12)])})
        assert found is not None
        covered += found.low <= 10 <= found.high
    assert covered > 170  # of 190 expected


def test_what_parameter_draws_do_is_not_luck() -> None:
    """Two draws far apart, the same differences between seeds: only the spread over seeds counts."""
    base = np.array([1.0, 2.0, 101.0, 102.0])
    pairs = [(1, 0), (2, 0), (1, 1), (2, 1)]
    assert variances(base, base + np.array([0.0, 0.5, 0.0, 0.5]), pairs) == pytest.approx((0.5 + 1.125, 0.125))


def test_over_scenarios_variances_are_added_and_those_without_effect_left_out() -> None:
    base, pairs = np.array([1.0, 3.0, 5.0]), [(seed, None) for seed in (1, 2, 3)]
    samples = {"a": (base, base + np.array([0, 1, 0]), pairs), "b": (base, base + np.array([0, 0, 3]), pairs), "same": (base, base, pairs)}
    found = pairing(samples)
    assert found is not None
    both = [variances(*samples[name]) for name in "ab"]
    assert found.ratio == pytest.approx(sum(v for v, _ in both) / sum(v for _, v in both))
    assert set(found.by_scenario) == {"a", "b"}


def test_a_comparison_has_ratios_for_its_figures_and_by_year(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    for seed in SEEDS:
        luck, own = rng.normal(0, 10), rng.normal(0, 1)
        write_small(tmp_path, "baseline", seed, care=(100 + luck, 100 + luck))
        write_small(tmp_path, "job_bridge", seed, care=(105 + luck, 105 + luck + own), policies={"job_bridge": {}})
    found = pairings(compare(tmp_path.glob("*/*")))
    assert found is not None
    assert found.figures["net_fte_months"].ratio > BAR
    assert found.figures["net_fte_months"].ratio == pytest.approx(found.figures["shortage_months.all"].ratio)
    assert set(found.years["shortage_fte.care"]) == {2023}
    assert found.to_json()["figures"]["net_fte_months"]["seeds"] == 6


def test_with_fewer_than_five_seeds_nothing_is_said(tmp_path: Path) -> None:
    for seed in (1, 2, 3, 4):
        write_small(tmp_path, "baseline", seed, care=(100.0 + seed, 100.0))
        write_small(tmp_path, "job_bridge", seed, care=(110.0, 100.0 + seed), policies={"job_bridge": {}})
    assert pairings(compare(tmp_path.glob("*/*"))) is None
