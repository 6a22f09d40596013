"""Where the spread of an effect comes from: planted variances are found again."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from sim.analysis.spread import Pair, spread
from sim.evidence.draws import share, vector
from sim.evidence.parameters import GRADES

SIZES = {"RCT": 1.0, "quasi-experimental": 2.0, "descriptive": 3.0, "expert": 4.0}
"""Standard deviation that the rows of a grade give; rules of law have nothing uncertain."""
ROWS = 6
TRIALS = 60


def world(draw: int, name: str) -> dict[str, float]:
    """What each grade does in a draw: the sum of many rows, uniform, together with standard deviation 1."""
    return {
        grade: sum(share(f"{name}.{grade}.{row}", vector(grade, draw)) - 0.5 for row in range(ROWS)) * np.sqrt(12 / ROWS) for grade in SIZES
    }


def effects(name: str, seeds: int, draws: int, luck: float = 0.0, together: float = 0.0) -> tuple[np.ndarray, list[Pair]]:
    """Effects by pair: 5 + what grades do + what each two of them do together + luck."""
    rng = np.random.default_rng(len(name) + int(name.encode().hex(), 16) % 10**9)
    worlds = [world(draw, name) for draw in range(draws)]
    pairs: list[Pair] = [(seed, draw) for seed in range(seeds) for draw in range(draws)]
    alone = [5 + sum(SIZES[grade] * w[grade] for grade in SIZES) for w in worlds]
    jointly = [sum(w[one] * w[other] for one, other in combinations(SIZES, 2)) for w in worlds]
    values = [alone[draw] + together * jointly[draw] for _, draw in pairs]
    return (np.array(values) + luck * rng.normal(size=len(values)))[:, None], pairs


def error_of_mean(variance: float) -> float:
    """Standard error of the mean over the trials of a mean square with 12 degrees of freedom, those of a grade in 64 draws."""
    return variance * np.sqrt(2 / 12 / TRIALS)


def test_planted_variances_are_found_again_on_average() -> None:
    found = {grade: [] for grade in SIZES}
    for trial in range(TRIALS):
        got = spread(*effects(f"t{trial}", seeds=3, draws=64, luck=2.0), active=SIZES)
        assert got is not None
        for grade in SIZES:
            found[grade].append(got.grades[grade][0])
        assert got.variance[0] == pytest.approx((got.rest + sum(got.grades.values()))[0] * (1 + 1 / 64) + got.luck[0])
    for grade, size in SIZES.items():
        assert np.mean(found[grade]) == pytest.approx(size**2, abs=3 * error_of_mean(size**2 + 1)), grade


def test_what_grades_do_together_is_no_grade_of_its_own() -> None:
    """Six pairs of grades, each with variance 1.5 squared."""
    got = [spread(*effects(f"x{trial}", seeds=2, draws=64, together=1.5), active=SIZES) for trial in range(TRIALS)]
    assert np.mean([g.rest[0] for g in got]) == pytest.approx(6 * 2.25, rel=0.2)
    for grade, size in SIZES.items():
        assert np.mean([g.grades[grade][0] for g in got]) == pytest.approx(size**2, abs=3 * error_of_mean(size**2 + 1.5)), grade


def test_the_interval_covers_another_world() -> None:
    """A prediction: in how many of many sweeps does the interval hold the effect of a draw that was not in it?"""
    from scipy.special import stdtrit

    for draws, least in ((16, 0.90), (64, 0.92)):
        inside = []
        for trial in range(TRIALS):
            name = f"c{draws}.{trial}"
            got = spread(*effects(name, seeds=2, draws=draws, luck=1.0), active=SIZES)
            half = stdtrit(got.freedom[0], 0.975) * np.sqrt(got.variance[0])
            others = [5 + sum(SIZES[g] * w[g] for g in SIZES) for w in (world(d, name) for d in range(1600, 1608))]
            inside += [abs(other - got.mean[0]) <= half for other in others]
        assert least <= np.mean(inside) <= 0.995, (draws, np.mean(inside))


def test_luck_alone_is_no_evidence() -> None:
    """Only luck, standard deviation 2, over 4 seeds and 64 draws: evidence is no more than what luck leaves behind by chance."""
    rng = np.random.default_rng(7)
    pairs: list[Pair] = [(seed, draw) for seed in range(4) for draw in range(64)]
    got = [spread(rng.normal(0, 2, (256, 1)), pairs, SIZES) for _ in range(TRIALS)]
    assert np.mean([g.luck[0] for g in got]) == pytest.approx(4 / 256, rel=0.6)
    assert np.mean([g.evidence[0] for g in got]) < 0.1 * 4


def test_no_effect_has_no_spread_at_all() -> None:
    got = spread(np.zeros((64, 1)), [(seed, draw) for seed in (1, 2) for draw in range(32)], GRADES)
    assert got is not None
    assert (got.mean[0], got.variance[0], got.is_cut[0]) == (0.0, 0.0, False)


def test_fewer_than_sixteen_draws_have_a_total_but_no_grades() -> None:
    got = spread(*effects("few", seeds=2, draws=8, luck=1.0), active=SIZES)
    assert got is not None
    assert got.grades == {}
    assert got.evidence[0] > 0


def test_a_failed_run_takes_its_draw_out_and_its_block_of_grades() -> None:
    values, pairs = effects("failed", seeds=2, draws=32)
    keep = [pair != (1, 20) for pair in pairs]
    got = spread(values[keep], [pair for pair, kept in zip(pairs, keep, strict=True) if kept], SIZES)
    first = spread(*effects("failed", seeds=2, draws=16), active=SIZES)
    assert got.n_draws == 31
    assert got.grades["expert"][0] == pytest.approx(first.grades["expert"][0])


def test_one_draw_says_nothing_of_evidence() -> None:
    assert spread(np.ones((3, 1)), [(1, 4), (2, 4), (3, 4)], GRADES) is None
    assert spread(np.ones((3, 1)), [(1, None), (2, None), (3, None)], GRADES) is None
