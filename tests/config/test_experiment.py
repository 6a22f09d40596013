"""What an experiment file asks for."""

from __future__ import annotations

import pytest
from config_files import HEADING

from sim.config.errors import UserError
from sim.config.experiment import configs_of
from sim.runs.identity import identity, run_key


def names_and_seeds(configs) -> list[tuple[str, int]]:
    return [(config.scenario.name, config.seed) for config in configs]


def test_scenarios_times_seeds_with_pairs_first(write, small_policies) -> None:
    write("scenarios/mine.yaml", HEADING + "policies: {meetings: {}}\n")
    write("experiments/both.yaml", "hydra: {sweeper: {params: {scenarios: 'baseline,mine', seed: 'range(1,3)'}}}\n")
    assert names_and_seeds(configs_of("both", [])) == [("baseline", 1), ("mine", 1), ("baseline", 2), ("mine", 2)]


def test_command_line_beats_an_axis(write) -> None:
    write("experiments/luck.yaml", "hydra: {sweeper: {params: {scenarios: baseline, seed: 'range(1,9)'}}}\n")
    assert names_and_seeds(configs_of("luck", ["seed=5", "seeds=2"])) == [("baseline", 5), ("baseline", 6)]


def test_values_of_a_policy_parameter_become_scenarios_beside_one_baseline(write, small_policies) -> None:
    write("scenarios/mine.yaml", HEADING + "policies: {meetings: {}}\n")
    write("experiments/grid.yaml", "hydra: {sweeper: {params: {scenarios: mine, policies.meetings.share: '0.1,0.5', seed: 1}}}\n")
    configs = configs_of("grid", [])
    assert names_and_seeds(configs) == [("baseline", 1), ("mine__share_0_1", 1), ("mine__share_0_5", 1)]
    assert [config.policies["meetings"]["share"] for config in configs[1:]] == [0.1, 0.5]
    assert configs[1].scenario.label.nl == "Van mij (share = 0.1)"
    assert len({run_key(config, identity()) for config in configs}) == 3


def test_axis_that_would_need_its_own_baseline_is_refused(write) -> None:
    write("experiments/grid.yaml", "hydra: {sweeper: {params: {economy: 'low,high'}}}\n")
    with pytest.raises(UserError, match=r"experiments/grid\.yaml: hydra\.sweeper\.params\.economy: one sweep varies"):
        configs_of("grid", [])


def test_unknown_experiment() -> None:
    with pytest.raises(UserError, match=r"Unknown experiment 'sedes'\. Did you mean 'seeds'"):
        configs_of("sedes", [])


def test_experiment_without_axes_says_how_to_write_one(write) -> None:
    write("experiments/empty.yaml", "seeds: 3\n")
    with pytest.raises(UserError, match=r"experiments/empty\.yaml: no values to vary"):
        configs_of("empty", [])
