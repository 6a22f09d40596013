"""Parameter draws in configurations: what moves, what stays, and which runs share what."""

from __future__ import annotations

import pytest

from sim.config.compose import compose
from sim.config.draws import central, drawn_values
from sim.config.errors import UserError
from sim.config.repetitions import repeated
from sim.evidence.draws import drawn
from sim.evidence.parameters import load_parameters
from sim.policies.registry import POLICIES
from sim.runs.identity import digest_of, identity, run_key, shared_settings, undrawn_settings


@pytest.fixture(scope="module")
def plain():
    return [compose([f"scenarios={name}"]) for name in ("baseline", "job_bridge")]


@pytest.fixture(scope="module")
def asked():
    return [compose([f"scenarios={name}", "draws=16"]) for name in ("baseline", "job_bridge")]


def test_every_seed_is_crossed_with_every_draw_and_scenarios_share_them(asked):
    runs = repeated(asked, [1, 2])
    assert [(run.seed, run.draw, run.scenario.name) for run in runs[:4]] == [
        (1, 0, "baseline"),
        (1, 0, "job_bridge"),
        (1, 1, "baseline"),
        (1, 1, "job_bridge"),
    ]
    assert len(runs) == 64
    for baseline, bridge in zip(runs[::2], runs[1::2], strict=True):
        assert baseline.parameters == bridge.parameters
        assert {path: value for path, value in drawn_values(bridge).items() if not path.startswith("policies.")} == drawn_values(baseline)
    assert runs[0].parameters == runs[32].parameters != runs[2].parameters  # the seed changes no draw


def test_without_draws_nothing_changes(plain):
    assert repeated(plain, [1, 2]) == [config.model_copy(update={"seed": seed}) for seed in (1, 2) for config in plain]


def test_more_draws_begin_with_the_runs_of_fewer(asked):
    """Also one draw by itself is that run, so nothing is done twice."""
    who = identity()
    keys = {run_key(run, who) for run in repeated(asked, [1])}
    more = [compose([f"scenarios={name}", "draws=32"]) for name in ("baseline", "job_bridge")]
    assert keys < {run_key(run, who) for run in repeated(more, [1])}
    assert run_key(compose(["scenarios=job_bridge", "draw=7"]), who) in keys


def test_values_are_those_of_the_draw_within_their_range(asked):
    bridge = repeated(asked, [1])[11]
    assert bridge.draw == 5
    values = drawn(bridge.uncertain, 5)
    assert bridge.parameters["search"]["lock_in"] == values["search.lock_in"]
    assert bridge.policies["job_bridge"]["net_effect"] == values["policies.job_bridge.net_effect"] != 0.05


def test_what_a_policy_maker_decides_is_not_drawn(asked):
    mine = {path.rpartition(".")[2] for path in asked[1].uncertain if path.startswith("policies.")}
    assert mine == {"net_effect", "capacity_fill", "cost_per_participant_eur", "income_per_month_eur"}
    for run in repeated(asked, [1])[1::2]:
        assert run.policies["job_bridge"]["places_per_year"] == 5000
        assert run.policies["job_bridge"]["months"] == 12


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_the_size_of_a_policy_is_a_choice_and_its_effect_is_not(name):
    policy = POLICIES[name]
    uncertain = policy.uncertain({})
    assert policy.size not in uncertain
    if policy.effect is not None and load_parameters()[f"policies.{name}.{policy.effect}"].high > 0:
        assert policy.effect in uncertain
        assert policy.effect not in policy.uncertain({policy.effect: 0.0})


def test_the_shape_that_a_curve_was_measured_at_stays_unless_the_strength_is_given():
    bridge = POLICIES["job_bridge"]
    assert not set(bridge.uncertain({})) & set(bridge.shape())
    with_strength = bridge.uncertain({"strength": 1.0})
    assert "net_effect" not in with_strength
    assert "size_mentors" in with_strength


def test_what_was_set_by_hand_stays_even_at_the_central_value():
    config = compose(["scenarios=job_bridge", "draw=3", "policies.job_bridge.net_effect=0.05", "parameters.search.lock_in=0.3"])
    assert config.policies["job_bridge"]["net_effect"] == 0.05
    assert config.parameters["search"]["lock_in"] == 0.3
    assert not {"policies.job_bridge.net_effect", "search.lock_in"} & set(config.uncertain)


def test_whole_numbers_stay_whole():
    networks = [compose(["scenarios=senior_networks", f"draw={draw}"]).policies["senior_networks"] for draw in range(4)]
    assert all(isinstance(policy["effect_months"], int) for policy in networks)
    assert len({policy["effect_months"] for policy in networks}) > 1


def test_all_draws_of_a_sweep_compare_and_are_one_scenario(plain, asked):
    runs = repeated(asked, [1])
    assert {digest_of(shared_settings(run)) for run in runs} == {digest_of(shared_settings(config)) for config in plain}
    assert len({digest_of(undrawn_settings(run)) for run in runs if run.scenario.name == "job_bridge"}) == 1
    fixed = compose(["scenarios=baseline", "draw=3", "parameters.search.lock_in=0.5"])
    assert digest_of(shared_settings(fixed)) != digest_of(shared_settings(runs[0]))


def test_a_stored_configuration_can_be_read_as_before_its_draw(plain):
    stored = compose(["scenarios=job_bridge", "draw=3"]).model_dump(mode="json")
    before = central(stored)
    assert (before["parameters"], before["policies"]) == (plain[1].parameters, plain[1].policies)
    assert stored["parameters"]
    assert central(plain[1].model_dump(mode="json")) == plain[1].model_dump(mode="json")


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_the_first_64_draws_of_every_policy_are_allowed(name):
    config = compose([f"scenarios={name}", "draws=64"])
    assert len(repeated([config], [1])) == 64


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["draws=16", "draw=3"], "draw=3 is one parameter draw and draws=16 asks for the first 16: give one of the two"),
        (["scenarios=job_bridge", "draws=16", "evidence=low"], "evidence=low with draws=16"),
        (["scenarios=job_bridge", "draw=1", "evidence=high"], "leave evidence at central"),
    ],
)
def test_draws_that_contradict_another_setting_are_refused(settings, message):
    with pytest.raises(UserError, match=message):
        compose(settings)
