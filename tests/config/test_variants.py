"""Named variants inside an experiment file."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from config_files import HEADING

from sim.__main__ import main
from sim.config.compose import compose
from sim.config.errors import UserError
from sim.config.experiment import configs_of

MINE = HEADING + "policies: {meetings: {share: 0.5, start: 2025-01}}\n"
EXPERIMENT = """\
until: 2029-01
variants:
  small: {of: mine, policies: {meetings: {share: 0.2}}}
  two: {of: mine, policies: {bridge: {}}, scenario: {against: small, label: {en: Two, nl: Twee}}}
  wave: {economy: {crises: [{start: 2027-03, months: 4, sector: Q, demand_factor: 1.15}]}}
hydra: {sweeper: {params: {variant: 'two,wave', seed: '1,2'}}}
"""


@pytest.fixture
def files(write, small_policies):
    write("scenarios/mine.yaml", MINE)
    write("experiments/mix.yaml", EXPERIMENT)
    return write


def test_a_variant_is_its_scenario_with_its_changes_under_its_own_name(files) -> None:
    config = compose(["experiments=mix", "variant=small"])
    assert (config.scenario.name, config.scenario.label.en, config.scenario.label.nl) == ("small", "Mine (small)", "Van mij (small)")
    assert config.policies == {"meetings": {"share": 0.2, "start": "2025-01"}}
    assert config.until == "2029-01"
    assert compose(["experiments=mix", "variant=two"]).scenario.label.nl == "Twee"
    assert list(compose(["experiments=mix", "variant=two"]).policies) == ["meetings", "bridge"]


def test_the_command_line_beats_a_variant(files) -> None:
    config = compose(["experiments=mix", "variant=small", "policies.meetings.share=0.9", "until=2030-01", "scenarios=baseline"])
    assert (config.policies["meetings"]["share"], config.until, config.scenario.name) == (0.9, "2030-01", "small")


def test_a_sweep_does_the_variants_and_what_they_are_compared_with(files) -> None:
    configs = configs_of("mix", [])
    assert [(config.scenario.name, config.seed) for config in configs] == [
        (name, seed) for seed in (1, 2) for name in ("baseline", "small", "two", "wave")]  # fmt: skip
    assert [config.scenario.name for config in configs_of("mix", ["variant=two", "seed=1", "seeds=1"])] == ["baseline", "small", "two"]


def test_crises_of_a_variant_or_scenario_are_its_own_and_those_of_the_command_line_are_not(files) -> None:
    crisis = "[{start: 2026-01, months: 1, sector: Q, demand_factor: 2.0}]"
    files("scenarios/shock.yaml", HEADING + f"economy: {{crises: {crisis}}}\n")
    assert compose(["experiments=mix", "variant=wave"]).scenario.own_crises
    assert compose(["scenarios=shock"]).scenario.own_crises
    assert not compose([]).scenario.own_crises
    assert not compose(["scenarios=shock", f"economy.crises={crisis}"]).scenario.own_crises
    assert not compose(["experiments=mix", "variant=wave", "economy.crises=[]"]).scenario.own_crises


def test_hydra_sweeps_variants_as_any_setting(files, monkeypatch, capsys) -> None:
    from sim.runs import multirun

    seen = []

    def noted(self, configs):
        seen.extend(configs)
        return [SimpleNamespace(scenario=config.scenario.name) for config in configs]

    monkeypatch.setattr(multirun.Application, "do", noted)
    assert main(["-m", "experiments=mix"]) == 0
    assert [(config.scenario.name, config.seed) for config in seen] == [("two", 1), ("two", 2), ("wave", 1), ("wave", 2)]
    assert [list(config.policies) for config in seen[1:3]] == [["meetings", "bridge"], []]


@pytest.mark.parametrize(
    ("variant", "message"),
    [
        ("x: 3", "variants.x: must hold settings (of, scenario, policies, evidence, economy), got 3."),
        ("x: {of: basline}", "variants.x.of: Unknown scenario 'basline'. Did you mean 'baseline'?"),
        ("x: {policys: {}}", "variants.x.policys: not a setting of a variant; did you mean 'policies'?"),
        ("x: {economy: 3}", "variants.x.economy: must hold settings, got 3."),
        ("x: {economy: {crisis: []}}", "variants.x.economy.crisis: not a setting of a variant; did you mean 'crises'?"),
        ("x: {scenario: {againts: mine}}", "variants.x.scenario.againts: not a setting of a variant; did you mean 'against'?"),
        ("mine: {}", "variants.mine: there is a scenario 'mine' already"),
        ("X: {}", "variants.X: not a usable name"),
        ("x: {of: mine, policies: {meetings: {shar: 1}}}", "line 3: policies.meetings.shar: unknown setting; did you mean 'share'?"),
        ("x: {scenario: {against: smal}}", "line 3: scenario.against: unknown scenario 'smal'"),
        ("x: {scenario: {against: x}}", "line 3: scenario.against: a circle: x against x."),
        ("x: {evidence: weak}", "line 3: evidence: must be one of central, low, high; got 'weak'."),
        ("y: {}", "Unknown variant 'x'. Known: y, z."),
    ],
)
def test_mistakes_in_variants(variant: str, message: str, files) -> None:
    files("experiments/mix.yaml", f"variants:\n  z: {{}}\n  {variant}\n")
    chosen = "mine" if variant.startswith("mine") else "X" if variant.startswith("X") else "x"
    with pytest.raises(UserError) as error:
        compose(["experiments=mix", f"variant={chosen}"])
    assert str(error.value).startswith("experiments/mix.yaml")
    assert message in str(error.value)


def test_a_variant_without_an_experiment_is_a_mistake() -> None:
    with pytest.raises(UserError, match="only an experiment has variants"):
        compose(["variant=small"])


def test_scenarios_and_variants_are_not_crossed(files) -> None:
    with pytest.raises(UserError, match=r"experiments/mix\.yaml: scenarios and variant: give one of them"):
        configs_of("mix", ["scenarios=mine"])
