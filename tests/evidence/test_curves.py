"""Curves read both ways, rise, and pass through what was measured."""

import numpy as np
import pytest
import yaml

from sim.evidence.curves import curve, load_curves

ENTRY = {
    "parameter": "policies.x.net_effect", "unit": "share", "outcome": "in work", "coverage": 0.005, "shape": {"breadth": 0.05},
    "version": "9.9", "date": "2026-01-01", "seeds": [1, 4],
}  # fmt: skip


def measured(*points, **more):
    names = ("strength", "effect", "standard_error", "participants")
    return curve(ENTRY | {"points": [dict(zip(names, point, strict=True)) for point in points]} | more)


CONCAVE = ((0.5, 0.02, 0.002, 9000), (1.0, 0.035, 0.002, 9000), (2.0, 0.05, 0.002, 9000))


def test_a_curve_passes_through_nothing_and_through_its_points():
    found = measured(*CONCAVE)
    assert found.effect(0) == 0
    assert [found.effect(strength) for strength, *_ in CONCAVE] == pytest.approx([effect for _, effect, *_ in CONCAVE])
    assert found.reach == 0.05
    assert found.notes == {"seeds": [1, 4]}


def test_strength_is_the_inverse_of_effect_over_the_whole_range():
    found = measured(*CONCAVE)
    for effect in np.linspace(0, found.reach, 41):
        assert found.effect(found.strength(effect)) == pytest.approx(effect, abs=1e-9)


def test_more_effect_takes_more_strength_even_when_the_points_are_noisy():
    found = measured((0.5, 0.03, 0.004, 900), (1.0, 0.02, 0.004, 900), (2.0, 0.05, 0.004, 900), (3.0, 0.048, 0.004, 900))
    assert found.reach == pytest.approx(0.049)
    strengths = [found.strength(effect) for effect in np.linspace(0, found.reach, 50)]
    assert (np.diff(strengths) > 0).all()
    assert found.strength(0.025) == pytest.approx(0.5), "two points that fall are one level; the smallest strength that has it"
    assert strengths[-1] == 2.0


def test_the_more_certain_point_counts_more():
    found = measured((0.5, 0.03, 0.001, 900), (1.0, 0.02, 0.01, 900))
    assert found.reach == pytest.approx(0.03, abs=0.0002)


def test_harm_at_a_small_strength_is_no_effect():
    assert measured((0.5, -0.01, 0.01, 100), (1.0, 0.03, 0.01, 100)).knots[1].tolist() == [0, 0.03]


@pytest.mark.parametrize("effect", [-0.001, 0.0501])
def test_an_effect_outside_the_curve_has_no_strength(effect):
    with pytest.raises(ValueError, match=r"0 to 0\.05"):
        measured(*CONCAVE).strength(effect)


@pytest.mark.parametrize("points", [(), CONCAVE[::-1], (CONCAVE[0],) * 2, ((0.0, 0.0, 0.1, 5),), ((1.0, 0.02, 0.0, 5),)])
def test_impossible_points_are_refused(points):
    with pytest.raises(ValueError, match=r"policies\.x\.net_effect: points need"):
        measured(*points)


def test_a_file_of_curves_is_read(tmp_path):
    file = tmp_path / "curves.yaml"
    assert load_curves(file) == {}
    load_curves.cache_clear()
    points = [{"strength": 1.0, "effect": 0.03, "standard_error": 0.004, "participants": 500}]
    file.write_text(yaml.safe_dump({"x": ENTRY | {"points": points}}))
    assert load_curves(file)["x"].points[0].participants == 500
