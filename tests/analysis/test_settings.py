"""Scenarios under several settings in one comparison, each against the reference under the same setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from small_runs import write_small

from sim.analysis.contrast import compare, load
from sim.analysis.settings import Setting, keys_that_differ, names_of
from sim.config.errors import UserError

PLAIN: dict[str, Any] = {
    "economy": {"name": "mid", "demand_growth_per_year": 0.003, "crises": []},
    "structure": {"matching": "deferred_acceptance"},
    "population": {"start": "2023-10"},
    "parameters": {},
}
LOW = PLAIN | {"economy": {"name": "low", "demand_growth_per_year": 0.0, "crises": []}}
URN = PLAIN | {"structure": {"matching": "urn_ball"}}


def write(root: Path, digest: str, setting: dict[str, Any], scenario: str, seed: int, gain: float = 0.0, **record: Any) -> Path:
    """A run under a setting; runs of other settings stand beside it, as keys of their own."""
    care = (100.0 + seed + gain, 100.0 + seed + gain)
    folder = write_small(root / digest, scenario, seed, care=care, policies={"job_bridge": {}} if scenario == "job_bridge" else {},
                         record={"settings_digest": digest, "created": f"2030-01-0{len(digest)}"} | record)  # fmt: skip
    config = yaml.safe_load((folder / "config.yaml").read_text()) | {"scenario": {"own_crises": False}} | setting
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    return folder


@pytest.fixture
def three_settings(tmp_path: Path) -> list[Path]:
    """The bridge brings 10 FTE-months a seed in the plain setting, 20 under low demand, 40 with another rule of matching."""
    return [
        write(tmp_path, digest, setting, scenario, seed, gain if scenario == "job_bridge" else level)
        for digest, setting, level, gain in (("aaa", PLAIN, 0.0, 5.0), ("bb", LOW, 50.0, 60.0), ("c", URN, 70.0, 90.0))
        for scenario in ("baseline", "job_bridge")
        for seed in (1, 2)
    ]


def test_a_scenario_under_another_setting_is_compared_under_that_setting(three_settings) -> None:
    found = {result.name: result for result in compare(three_settings).scenarios}
    assert {name: result.against for name, result in found.items()} == {
        "job_bridge": "baseline",
        "job_bridge (economy = low)": "baseline (economy = low)",
        "job_bridge (matching = urn_ball)": "baseline (matching = urn_ball)",
    }
    assert [found[name].net_fte_months.mean for name in sorted(found)] == pytest.approx([10.0, 20.0, 40.0])
    assert found["job_bridge (economy = low)"].label["nl"].endswith("(economy = low)")


def test_a_reference_under_another_setting_is_no_scenario_of_the_ranking(three_settings) -> None:
    comparison = compare(three_settings)
    assert comparison.family == 3
    assert not [result.name for result in comparison.scenarios if result.name.startswith("baseline")]


def test_a_reference_is_never_taken_from_another_setting(three_settings) -> None:
    without = [folder for folder in three_settings if "bb/scenario=baseline" not in folder.as_posix()]
    assert load(without).unpaired == {"job_bridge (economy = low)": "baseline (economy = low)"}
    with pytest.raises(UserError, match=r"'baseline \(economy = low\)', of which there is no finished run"):
        compare(without)


def test_evidence_and_setting_are_both_in_the_name(tmp_path: Path, three_settings) -> None:
    low = [write(tmp_path / "more", "bb", LOW, "job_bridge", seed, 55.0, evidence="low") for seed in (1, 2)]
    found = {result.name: result for result in compare([*three_settings, *low]).scenarios}
    result = found["job_bridge (low evidence, economy = low)"]
    assert (result.against, result.of) == ("baseline (economy = low)", "job_bridge (economy = low)")
    assert result.net_fte_months.mean == pytest.approx(10.0)


def test_one_setting_has_no_marks_whatever_it_is(tmp_path: Path) -> None:
    folders = [write(tmp_path, "bb", LOW, scenario, 1, 1.0) for scenario in ("baseline", "job_bridge")]
    assert [result.name for result in compare(folders).scenarios] == ["job_bridge"]


def named(*settings: dict[str, Any]) -> list[str]:
    """Names of settings given as flat values, made in this order."""
    asked = [Setting(str(n), values, f"2030-01-0{n + 1}") for n, values in enumerate(settings)]
    names = names_of(asked)
    return [names[setting.digest] for setting in asked]


def test_the_default_is_the_plain_setting_and_else_the_first() -> None:
    assert named({"economy.name": "low"}, {"economy.name": "mid"}) == ["economy = low", ""]
    assert named({"economy.name": "low"}, {"economy.name": "high"}) == ["", "economy = high"]
    assert named({"structure.matching": "urn_ball"}, {"structure.matching": "deferred_acceptance"}) == ["matching = urn_ball", ""]


def test_a_parameter_that_is_not_mentioned_is_at_its_central_value() -> None:
    assert named({"parameters.matching.callback_rate": 0.3}, {}) == ["matching.callback_rate = 0.3", ""]
    two = named({"parameters.a.b": 0.1}, {"parameters.c.d": 0.2})
    assert two == ["", "a.b = central, c.d = 0.2"]


def test_figures_of_an_economy_are_named_only_when_its_name_does_not_tell_them() -> None:
    low, mid = {"economy.name": "low", "economy.x": 0.1}, {"economy.name": "mid", "economy.x": 0.3}
    assert keys_that_differ([low, mid]) == ["economy.name"]
    assert keys_that_differ([low, mid, mid | {"economy.x": 0.5}]) == ["economy.name", "economy.x"]
