"""A policy whose evidence speaks in an outcome gets its strength from its curve, or says why it cannot."""

from typing import ClassVar

import numpy as np
import pytest

from sim.calibration.policies.command import solved_policies
from sim.config.errors import UserError
from sim.evidence.curves import Curve, Point, load_curves
from sim.evidence.parameters import load_parameters
from sim.policies.solved import Solved

POINTS = (Point(0.5, 0.02, 0.002, 9000), Point(1.0, 0.035, 0.002, 9000), Point(2.0, 0.05, 0.002, 9000))
CURVE = Curve("policies.advice.net_effect", "share", "in work", 0.005, {}, POINTS, "2026-01-01", "9.9", {})


class Advice(Solved):
    name: ClassVar[str] = "advice"
    effect: ClassVar[str] = "net_effect"
    strongest: ClassVar[float] = 3.0

    net_effect: float = 0.035
    breadth: float = 0.05
    months: int = 12
    places_per_year: float = 10
    cost_per_participant_eur: float = 100

    @classmethod
    def curve(cls):
        return CURVE


class Unmeasured(Advice):
    name: ClassVar[str] = "unmeasured"

    @classmethod
    def curve(cls):
        return None


def test_the_strength_is_that_of_the_effect_of_the_evidence():
    assert Advice().strength_in_use() == pytest.approx(1.0)
    assert Advice(net_effect=0.05).strength_in_use() == 2.0


def test_without_an_effect_there_is_no_strength_and_no_curve_is_needed():
    assert Unmeasured(net_effect=0).strength_in_use() == 0


def test_a_strength_that_is_given_is_used_as_it_is():
    assert Unmeasured(strength=2.5).strength_in_use() == 2.5
    assert Advice(strength=0).strength_in_use() == 0


def test_draws_of_the_evidence_become_draws_of_the_lever_in_the_same_order():
    draws = np.sort(np.random.default_rng(1).uniform(0, 0.05, 50))
    strengths = [Advice(net_effect=draw).strength_in_use() for draw in draws]
    assert (np.diff(strengths) > 0).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"net_effect": 0.051}, r"policies\.advice\.net_effect = 0\.051 is beyond the reach of its levers: at most 0\.05 "),
        ({"net_effect": -0.01}, r"policies\.advice\.net_effect must be at least 0, got -0\.01"),
        ({"strength": 3.5}, r"policies\.advice\.strength must be at most 3, got 3\.5"),
    ],
)
def test_what_cannot_be_solved_is_refused_with_a_message(settings, message):
    with pytest.raises(UserError, match=message):
        Advice(**settings)


def test_a_policy_without_a_curve_says_how_to_make_one():
    with pytest.raises(UserError, match="sim calibrate --policies unmeasured --save"):
        Unmeasured()


def test_the_shape_is_what_the_curve_depends_on():
    assert Advice.shape() == ("breadth", "months")


@pytest.mark.parametrize("name", sorted(solved_policies()))
def test_the_stored_curve_is_of_the_shape_of_today(name):
    policy, curve = solved_policies()[name], load_curves()[name]
    assert curve.parameter == f"policies.{name}.{policy.effect}"
    assert curve.shape == {part: policy.model_fields[part].default for part in policy.shape()}, f"sim calibrate --policies {name} --save"
    assert curve.coverage < 0.01


@pytest.mark.parametrize("name", sorted(solved_policies()))
def test_the_stored_curve_reaches_the_central_value_and_the_whole_range_has_a_strength_or_a_message(configure, name):
    policy, curve = solved_policies()[name], load_curves()[name]
    row = load_parameters()[curve.parameter]
    assert 0 < policy().strength_in_use() <= policy.strongest
    assert curve.effect(policy().strength_in_use()) == pytest.approx(row.central)
    if curve.reach < row.high:
        with pytest.raises(UserError, match=f"{curve.parameter} = .* at most"):
            configure(f"+policies.{name}.{policy.effect}={row.high}")
    else:
        configure(f"+policies.{name}.{policy.effect}={row.high}")


def test_a_refusal_comes_before_any_run(configure):
    with pytest.raises(UserError, match="beyond the reach"):
        configure("+policies.career_advice.net_effect=0.29")
