"""The setting `evidence`: effects of policies at an end of the range of their evidence."""

from __future__ import annotations

import pytest

from sim.config.compose import compose
from sim.config.errors import UserError
from sim.evidence.parameters import load_parameters
from sim.policies.base import Policy
from sim.policies.registry import POLICIES
from sim.runs.identity import identity, run_key

BRIDGE = load_parameters()["policies.job_bridge.net_effect"]


@pytest.mark.parametrize(("evidence", "value"), [("central", BRIDGE.central), ("low", BRIDGE.low), ("high", BRIDGE.high)])
def test_the_effect_stands_where_it_is_asked_for_and_the_rest_stays(evidence: str, value: float) -> None:
    plain, config = compose(["scenarios=job_bridge"]), compose(["scenarios=job_bridge", f"evidence={evidence}"])
    assert config.evidence == evidence
    assert config.policies["job_bridge"] == plain.policies["job_bridge"] | {"net_effect": value}
    assert (run_key(config, identity()) == run_key(plain, identity())) == (evidence == "central")


def test_an_effect_that_was_set_stays_and_the_run_counts_as_central() -> None:
    setting = "policies.job_bridge.net_effect=0.07"
    config = compose(["scenarios=job_bridge", "evidence=high", setting])
    assert config.policies["job_bridge"]["net_effect"] == 0.07
    assert config == compose(["scenarios=job_bridge", setting])


@pytest.mark.parametrize("evidence", ["low", "high"])
def test_without_policies_it_changes_nothing_so_that_the_baseline_is_shared(evidence: str) -> None:
    assert compose([f"evidence={evidence}"]) == compose([])
    assert run_key(compose([f"evidence={evidence}"]), identity()) == run_key(compose([]), identity())


def test_a_policy_without_an_effect_works_by_rule() -> None:
    assert POLICIES["phased_retirement"].effect is None
    assert compose(["scenarios=phased_retirement", "evidence=low"]) == compose(["scenarios=phased_retirement"])


def test_an_end_that_the_policy_refuses_is_a_mistake_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(POLICIES["job_bridge"], "effect", "months")  # a whole number whose row is given an end that is none
    rows = load_parameters()
    monkeypatch.setitem(rows, "policies.job_bridge.months", type(BRIDGE)(**{**vars(rows["policies.job_bridge.months"]), "low": -2.0}))
    with pytest.raises(UserError) as error:
        compose(["scenarios=job_bridge", "evidence=low"])
    assert str(error.value) == (
        "on the command line: evidence: the low end of policies.job_bridge.months cannot be had: must be at least 1, got -2.0. "
        "Set policies.job_bridge.months itself, or leave evidence at central."
    )


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_both_ends_of_every_shipped_policy_can_be_had(name: str) -> None:
    policy: type[Policy] = POLICIES[name]
    low, high = (compose([f"+policies.{name}={{}}", f"evidence={end}"]).policies[name] for end in ("low", "high"))
    if policy.effect is None:
        assert low == high
    else:
        row = load_parameters()[f"policies.{name}.{policy.effect}"]
        assert (low[policy.effect], high[policy.effect]) == (row.low, row.high)
