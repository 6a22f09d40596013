"""The key of a run: everything the result depends on, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fake_model import WHO

from sim.config.schema import Compute, Report
from sim.runs.identity import identity, run_key


def test_what_cannot_change_a_result_does_not_change_the_key(configured) -> None:
    key = run_key(configured(), WHO)
    for change in (
        {"threads": 2},
        {"runs_dir": "elsewhere"},
        {"seeds": 99},
        {"report": Report(language="nl")},
        {"compute": Compute(processes=3)},
        {"compute": Compute(checkpoint_months=6)},
        {"scenario": configured().scenario.model_copy(update={"first_look": False})},
    ):
        assert run_key(configured(**change), WHO) == key, change


@pytest.mark.parametrize(
    "change",
    [{"seed": 2}, {"rng": "philox"}, {"until": "2024-01"}, {"parameters": {"matching": {"callback_rate": 0.5}}}, {"checks": "month"}],
)
def test_what_may_change_a_result_changes_the_key(change, configured) -> None:
    assert run_key(configured(**change), WHO) != run_key(configured(), WHO)


@pytest.mark.parametrize("change", [{"version": "10"}, {"code_digest": "other"}, {"data_digest": "other"}])
def test_new_version_code_or_data_changes_the_key(change, configured) -> None:
    assert run_key(configured(), replace(WHO, **change)) != run_key(configured(), WHO)


def test_other_machine_packages_and_commit_do_not_change_the_key(configured) -> None:
    elsewhere = replace(WHO, platform="moon", packages={"numpy": "3"}, git={"commit": "abc", "dirty": True})
    assert run_key(configured(), elsewhere) == run_key(configured(), WHO)


def test_key_is_never_a_number(configured) -> None:
    keys = {run_key(configured(seed=seed), WHO) for seed in range(200)}
    assert len(keys) == 200
    assert all(re.fullmatch("[a-z2-7]{16}", key) and not key.isdigit() for key in keys)


def test_identity_of_this_installation_is_stable_and_complete() -> None:
    identity.cache_clear()
    first = identity()
    identity.cache_clear()
    assert identity() == first
    assert {"numpy", "numba", "polars", "mesa"} <= set(first.packages)
    assert first.code_digest != first.data_digest
