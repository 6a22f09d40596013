"""Settings laid onto what Hydra put together once give exactly what Hydra gives when it does everything."""

from __future__ import annotations

import time
from functools import cache

import pytest
from config_files import HEADING
from omegaconf import OmegaConf

from sim.config import shipped
from sim.config.compose import checked, compose, compose_full, for_hydra, parse
from sim.config.errors import UserError
from sim.config.files import HYDRA, Chosen, Files, apart, by_hydra

SETTINGS = (
    ("seed=7", "population.scale=0.001", "until=2026-06"),
    ("economy=low", "economy.demand_growth_per_year=0.01", "seed=3"),
    ("parameters.matching.callback_rate=0.3", "parameters.search.casual_share=0.1", "structure.matching=urn_ball"),
    ("economy.crises=[{start: 2027-03, months: 4, sector: I, demand_factor: 0.6}]", "population.start=history"),
    ("+policies.pay_rise.rise=0.1", "+policies.pay_rise.sector=P", "evidence=low"),
    ("~economy.crises", "seed=5", "economy.crises=[]", "population=nl"),
    ("experiments=seeds", "seeds=3", "population.scale=0.002"),
    ("+policies={hiring_subsidy: {start: 2025-01}}", "checks=off", "report=nl", "variant=null"),
)
SCENARIOS = shipped.names("scenarios")
CASES = [*((name, SETTINGS[n % len(SETTINGS)]) for n, name in enumerate(SCENARIOS)), *(("job_bridge", given) for given in SETTINGS)]


@cache
def files() -> Files:
    """Shared by all cases, as in a sweep: what one leaves behind must not show in the next."""
    return Files()


@pytest.mark.parametrize(("scenario", "settings"), CASES, ids=lambda value: value if isinstance(value, str) else " ".join(value)[:40])
def test_the_same_as_hydra_alone(scenario: str, settings: tuple[str, ...]) -> None:
    overrides = [f"scenarios={scenario}", *settings]
    whole = by_hydra(for_hydra(parse(overrides)))
    config, chosen = files().put_together(for_hydra(parse(overrides)))
    keys = [str(key) for key in whole if key != HYDRA]
    assert OmegaConf.to_container(config) == OmegaConf.to_container(OmegaConf.masked_copy(whole, keys))
    assert list(config) == keys
    assert chosen == Chosen.of(whole.hydra)
    assert compose_full(overrides, files=files()) == checked(whole, chosen, overrides)


def test_one_run_leaves_nothing_behind_for_the_next() -> None:
    mine = Files()
    before = compose(["scenarios=job_bridge"], mine)
    changed = compose(["scenarios=job_bridge", "policies.job_bridge.places_per_year=1", "parameters.matching.callback_rate=0.2"], mine)
    assert changed != before
    assert compose(["scenarios=job_bridge"], mine) == before == compose(["scenarios=job_bridge"])


def test_hydra_is_asked_once_for_all_scenarios_and_seeds_of_an_economy(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.config import files as module

    asked = []
    monkeypatch.setattr(module, "by_hydra", lambda overrides: asked.append(overrides) or by_hydra(overrides))
    mine = Files()
    for scenario in ("baseline", "job_bridge", "pay_rise"):
        for seed in range(3):
            compose([f"scenarios={scenario}", f"seed={seed}"], mine)
            compose(["experiments=seeds", f"scenarios={scenario}", "economy=low", f"seed={seed}"], mine)
    assert asked == [("~scenarios",), ("economy=low", "~scenarios")]


def test_what_takes_away_goes_through_hydra_in_order() -> None:
    assert apart(["++seed=1", "~policies.x", "scenarios=baseline"]) == ({}, ("++seed=1", "~policies.x", "scenarios=baseline"), [])
    by_name, chosen, settings = apart(["experiments=seeds", "scenarios=baseline", "++seed=1", "hydra.verbose=true", "population@x=nl"])
    assert list(by_name.items()) == [("scenarios", "baseline"), ("experiments", "seeds")]  # merged in this order
    assert chosen == ("hydra.verbose=true", "population@x=nl", "~scenarios")
    assert [setting.key_or_group for setting in settings] == ["seed"]


OWN = "population: {scale: 0.002}\nparameters: {matching: {callback_rate: 0.2}}\n"


@pytest.mark.parametrize(
    ("scenario", "experiment"),
    [
        (HEADING + OWN, "population: {scale: 0.003}\nhydra: {sweeper: {params: {seed: '1,2'}}}\n"),
        (HEADING + "defaults: [override /economy: low]\n", "seeds: 3\n"),
        (HEADING, "defaults: [override /economy: high]\nseeds: 3\n"),
        (HEADING + "until: 2026-01\npolicies: null\n", "population: {seed: 7}\n"),
        (HEADING, ""),
    ],
)
def test_files_of_the_user_are_merged_as_hydra_merges_them(scenario: str, experiment: str, write) -> None:
    write("scenarios/mine.yaml", scenario)
    write("experiments/yours.yaml", experiment)
    for overrides in (["scenarios=mine"], ["experiments=yours"], ["experiments=yours", "scenarios=mine", "++seed=4"]):
        whole = by_hydra(overrides)
        config, chosen = Files().put_together(overrides)
        keys = [str(key) for key in whole if key != HYDRA]
        assert OmegaConf.to_container(config) == OmegaConf.to_container(OmegaConf.masked_copy(whole, keys))
        assert OmegaConf.to_container(config, resolve=True) == OmegaConf.to_container(OmegaConf.masked_copy(whole, keys), resolve=True)
        assert chosen == Chosen.of(whole.hydra)


def test_a_file_that_changed_is_read_again_by_the_next_command(write, small_policies) -> None:
    write("scenarios/mine.yaml", HEADING + "policies: {meetings: {share: 0.2}}\n")
    assert compose(["scenarios=mine"]).policies["meetings"]["share"] == 0.2
    write("scenarios/mine.yaml", HEADING + "policies: {meetings: {share: 0.3}}\n")
    assert compose(["scenarios=mine"]).policies["meetings"]["share"] == 0.3


def test_a_setting_that_does_not_fit_is_one_message() -> None:
    with pytest.raises(UserError) as laid:
        compose(["scenarios=job_bridge", "seed.deeper=3"])
    assert len(str(laid.value).splitlines()) == 1


def test_a_run_more_costs_a_small_part_of_what_hydra_needs() -> None:
    """The bar is 20 ms, of which Hydra alone takes two and a half times as much; a ratio holds on a busy machine too."""

    def seconds(times: int, kept: Files | None) -> float:
        began = time.process_time()
        for seed in range(times):
            compose(["scenarios=job_bridge", f"seed={seed}", "population.scale=0.001", "policies.job_bridge.places_per_year=9"], kept)
        return (time.process_time() - began) / times

    mine = Files()
    seconds(1, mine)
    ratios = [seconds(3, None) / seconds(10, mine) for _ in range(3)]
    assert max(ratios) > 4, ratios
