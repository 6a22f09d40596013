"""What an experiment file asks for."""

from __future__ import annotations

import pytest
from config_files import HEADING

from sim.config import shipped
from sim.config.errors import UserError
from sim.config.experiment import configs_of
from sim.config.kinds import kind_of
from sim.runs.identity import digest_of, identity, run_key, shared_settings


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


def settings_of(configs) -> list[tuple[str, str, int]]:
    return [(config.scenario.name, config.economy.name, config.seed) for config in configs]


def test_every_value_of_a_setting_has_its_own_baseline(write, small_policies) -> None:
    write("scenarios/mine.yaml", HEADING + "policies: {meetings: {}}\n")
    write("experiments/grid.yaml", "hydra: {sweeper: {params: {scenarios: mine, economy: 'low,high', seed: '1,2'}}}\n")
    assert settings_of(configs_of("grid", [])) == [
        ("baseline", "low", 1), ("mine", "low", 1), ("baseline", "low", 2), ("mine", "low", 2),
        ("baseline", "high", 1), ("mine", "high", 1), ("baseline", "high", 2), ("mine", "high", 2)]  # fmt: skip


def test_what_a_scenario_is_compared_with_goes_along_under_every_setting() -> None:
    configs = configs_of(None, ["scenarios=pandemic_wave_with_reserve", "economy=low,mid", "seeds=1"])
    assert settings_of(configs) == [(name, economy, 1) for economy in ("low", "mid")
                                    for name in ("baseline", "pandemic_wave", "pandemic_wave_with_reserve")]  # fmt: skip


def test_a_sweep_needs_no_file() -> None:
    configs = configs_of(None, ["scenarios=glob(care*)", "seed=range(1,3)"])
    assert names_and_seeds(configs) == [(name, seed) for seed in (1, 2) for name in ("baseline", "care_reserve", "career_advice")]


def test_axes_of_the_command_line_replace_those_of_the_file_or_join_them(write, small_policies) -> None:
    write("scenarios/mine.yaml", HEADING + "policies: {meetings: {}}\n")
    write("experiments/grid.yaml", "hydra: {sweeper: {params: {scenarios: mine, policies.meetings.share: '0.1,0.5', seed: 1}}}\n")
    configs = configs_of("grid", ["policies.meetings.share=0.2,0.3", "policies.meetings.start=2025-01,2026-01", "seed=3,4"])
    assert {config.seed for config in configs} == {3, 4}
    assert [config.scenario.name for config in configs][:5] == ["baseline", *(
        f"mine__share_0_{share}__start_{year}_01" for share in (2, 3) for year in (2025, 2026))]  # fmt: skip
    assert configs[1].policies["meetings"] == {"share": 0.2, "start": "2025-01"}


def test_two_policies_with_a_parameter_of_one_name_are_told_apart(write, small_policies) -> None:
    write("scenarios/mine.yaml", HEADING + "policies: {meetings: {}, bridge: {}}\n")
    configs = configs_of(None, ["scenarios=mine", "policies.meetings.share=0.1,0.2", "policies.bridge.share=0.1,0.2", "seeds=1"])
    assert configs[1].scenario.name == "mine__meetings_share_0_1__bridge_share_0_1"
    assert len({config.scenario.name for config in configs}) == 5


def test_a_value_below_zero_has_another_name_than_the_one_above() -> None:
    values = "policies.later_life_work.net_delay_months=-1.5,1.5"
    names = [config.scenario.name for config in configs_of(None, ["scenarios=later_life_work", values, "seeds=1"])]
    assert names == ["baseline", "later_life_work__net_delay_months_minus_1_5", "later_life_work__net_delay_months_1_5"]


def test_an_experiment_can_be_cut_down_to_one_of_its_scenarios() -> None:
    configs = configs_of("intensity", ["scenarios=job_bridge", "seed=1", "seeds=1"])
    assert [config.policies.get("job_bridge", {}).get("places_per_year") for config in configs] == [None, 2500, 5000, 20000]


def test_a_fixed_setting_of_a_policy_goes_to_the_scenarios_that_have_it() -> None:
    configs = configs_of(None, ["scenarios=job_bridge,pay_rise", "policies.pay_rise.rise=0.1", "seeds=1"])
    assert [config.policies.get("pay_rise", {}).get("rise") for config in configs] == [None, None, 0.1]


def test_starts_with_the_same_months_on_record_can_be_compared() -> None:
    configs = configs_of(None, ["population.start=2023-10,history", "seeds=1", "until=2024-01"])
    assert [config.population.start for config in configs] == ["2023-10", "history"]


@pytest.mark.parametrize(
    ("axis", "message"),
    [
        ("until=2026-01,2027-01", "'until=2026-01,2027-01': runs that differ in length cannot be in one comparison: one sweep per value"),
        ("population.scale=0.01,0.1", "runs that differ in sample size cannot be in one comparison"),
        ("population.start=2015-01,2023-10", "runs whose first months differ (2015-01, 2023-10) cannot be in one comparison"),
        ("seeds=2,3", "seeds is how often everything is repeated, not an axis"),
        ("threads=1,2", "threads does not change a result"),
        ("compute.processes=1,2", "compute.processes does not change a result"),
        ("scenario.label=a,b", "a sweep varies scenarios or variant, seed, evidence"),
        ("seed=interval(1,5)", "an interval has no values to go through: write seed=range(start,stop,step)"),
        ("scenarios=glob(xyz*)", "nothing fits the pattern. Known: baseline, "),
        ("seed=glob(*)", "glob(...) chooses among files"),
        ("policies.pay_rise.rise=0.1,0.2", "none of the scenarios baseline has a policy 'pay_rise'"),
        ("scenarios=baseline,basline", "Unknown scenario 'basline'. Did you mean 'baseline'?"),
        ("economy=mid,hgh", "Unknown economy 'hgh'. Did you mean 'high'?"),
    ],
)
def test_axes_that_one_sweep_cannot_have(axis: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        configs_of(None, [axis, *([] if axis.startswith("seeds") else ["seeds=1"])])
    assert message in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_a_sweep_without_any_values_says_how_to_give_them() -> None:
    with pytest.raises(UserError, match=r"no values to vary: sim sweep EXPERIMENT .* or sim sweep scenarios=a,b economy=low,high"):
        configs_of(None, ["seeds=3"])


@pytest.mark.parametrize("name", [name for name in shipped.names("experiments") if kind_of(name) is None])
def test_every_shipped_experiment_has_runs_that_can_be_compared(name: str) -> None:
    configs = configs_of(name, ["seed=1", "seeds=1"])
    assert "baseline" in {config.scenario.name for config in configs}
    points = [(config.scenario.name, config.evidence, config.draw, digest_of(shared_settings(config))) for config in configs]
    assert len(set(points)) == len(points) == len({run_key(config, identity()) for config in configs})
    references = {(config.scenario.against, "central", *point[2:]) for config, point in zip(configs, points, strict=True)}
    assert references <= set(points)


def test_unknown_experiment() -> None:
    with pytest.raises(UserError, match=r"Unknown experiment 'sedes'\. Did you mean 'seeds'"):
        configs_of("sedes", [])


def test_experiment_without_axes_says_how_to_write_one(write) -> None:
    write("experiments/empty.yaml", "seeds: 3\n")
    with pytest.raises(UserError, match=r"experiments/empty\.yaml: no values to vary"):
        configs_of("empty", [])
