"""Mesa's own tools make the model from plain keywords, and get the figures of `sim run`."""

import multiprocessing
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from mesa.experimental.scenarios import Scenario

from sim.agents.workbench import HEADLINES, Settings, Workbench
from sim.config.errors import UserError
from sim.model import LabourMarket, simulate
from sim.runs.execute import loopbrug, world_of

SMALL = {"scale": 0.001, "until": "2024-03"}


@pytest.fixture
def start_method():
    """`batch_run` sets the start method of the whole process; put it back."""
    before = multiprocessing.get_start_method(allow_none=True)
    yield
    multiprocessing.set_start_method(before, force=True)


@pytest.fixture
def batch_run(start_method):
    return pytest.importorskip("mesa.batchrunner", reason="NOT TESTED: this Mesa has no batch_run (gone in Mesa 4)").batch_run


def finished(**settings):
    model = Workbench(**SMALL, **settings)
    model.run_model()
    return model


def test_a_workbench_is_the_labour_market_of_its_settings():
    model = finished(scenarios="job_bridge", rng=3, overrides="policies.job_bridge.start=2023-11 economy=high")
    config = model.scenario.config()
    result = simulate(config, world_of(config, loopbrug())[0])
    assert isinstance(model, LabourMarket)
    assert (config.scenario.name, config.seed, config.economy.name) == ("job_bridge", 3, "high")
    assert model.digest() == result.digest
    assert model.recorder.panel().equals(result.panel)
    assert model.recorder.policies().equals(result.policies)
    assert result.summary.items() <= model.headlines.items()


def test_run_model_ends_with_the_world():
    model = finished(rng=1)
    assert (model.time, model.running) == (6, False)
    with pytest.raises(UserError, match=r"ends in 2024-03.*later until"):
        model.step()


def test_the_data_collector_has_the_opening_balance_and_every_month():
    model = finished(scenarios="job_bridge", rng=1)
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(HEADLINES)
    assert len(frame) == 7
    assert frame["unemployed"].iloc[-1] == model.headlines["unemployed"]
    assert frame["unemployed"].nunique() > 3
    panel, market, participants = (
        table.group_by("month").agg(pl.col(pl.Float64).sum()).sort("month")
        for table in (model.recorder.panel(), model.recorder.market(), model.recorder.policies())
    )
    np.testing.assert_allclose(frame["unemployed"], panel["unemployed"])
    np.testing.assert_allclose(frame["employed"], panel["employed"])
    np.testing.assert_allclose(frame["vacancies_open"], market["vacancies_open"])
    np.testing.assert_allclose(frame["participants"].iloc[1:], participants["participants_active"])


@pytest.mark.filterwarnings("error")
def test_settings_can_come_as_a_scenario_as_its_class_or_as_keywords():
    made = [
        Workbench(scenario=Settings(**SMALL, scenarios="job_bridge", rng=4)),
        Workbench(scenario=Settings, **SMALL, scenarios="job_bridge", rng=4),
        Workbench(**SMALL, scenarios="job_bridge", rng=np.int64(4)),
    ]
    for model in made:
        model.run_for(2)
        assert model.scenario.seed == model.config.seed == 4
        assert model.scenario.scenarios == "job_bridge"
    assert len({model.digest() for model in made}) == 1
    assert len({model.random.random() for model in made}) == 1


@pytest.mark.parametrize("rng", [[1, 2], np.random.SeedSequence(5), np.random.PCG64(5)], ids=["list", "sequence", "bits"])
def test_any_luck_that_numpy_takes_becomes_a_seed_that_one_can_read_and_repeat(rng):
    seed = Settings(rng=rng).seed
    assert 0 <= seed < 2**32
    again = Settings(rng=[1, 2] if isinstance(rng, list) else type(rng)(5)).seed
    assert again == seed == Settings(rng=seed).seed == Settings(rng=seed).config().seed


def test_without_luck_every_scenario_has_its_own():
    assert len({Settings().seed for _ in range(5)}) == 5


def test_a_scenario_cannot_be_changed_while_it_runs():
    model = Workbench(**SMALL, rng=1)
    with pytest.raises((ValueError, TypeError), match="scale"):
        model.scenario.scale = 0.5
    assert model.scenario.scale == 0.001


def test_a_scenario_survives_pickle_on_its_own_and_with_its_model():
    settings = Settings(**SMALL, scenarios="job_bridge", rng=9)
    twin = pickle.loads(pickle.dumps(settings))
    assert (twin.scenarios, twin.seed, twin.config()) == ("job_bridge", 9, settings.config())
    model = Workbench(scenario=twin)
    model.run_for(2)
    copy = pickle.loads(pickle.dumps(model))
    for each in (model, copy):
        each.run_until(5)
    assert copy.digest() == model.digest()
    pd.testing.assert_frame_equal(copy.datacollector.get_model_vars_dataframe(), model.datacollector.get_model_vars_dataframe())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scal": 0.1}, "Did you mean 'scale'"),
        ({"scale": 3}, "population.scale: must be at most"),
        ({"scenarios": "jobbridge"}, "Did you mean 'job_bridge'"),
        ({"until": "2041-01"}, "2035-12"),
        ({"rng": -1}, "from 0"),
        ({"rng": 2**32}, "seed"),
        ({"overrides": "policies.job_bridge.places_per_year"}, "not a setting"),
        ({"scenario": Settings(rng=1), "scale": 0.002}, "not both"),
    ],
)
def test_a_mistake_in_a_setting_is_told(settings, message):
    with pytest.raises(UserError, match=message):
        Workbench(**settings)


PARAMETERS = {"scenarios": ["baseline", "job_bridge"], "overrides": ["", "population.seed=1"], **SMALL}


def by_settings(runs):
    return {(run["scenarios"], run["overrides"], run["rng"]): run for run in runs}


def test_batch_run_makes_every_run_and_collects_its_figures(batch_run):
    runs = by_settings(batch_run(Workbench, PARAMETERS, rng=[1, 2], display_progress=False))
    assert len(runs) == 8
    for (name, overrides, rng), run in runs.items():
        model = finished(scenarios=name, overrides=overrides, rng=rng)
        assert run["Step"] == 6
        assert {column: run[column] for column in HEADLINES} == {column: model.headlines[column] for column in HEADLINES}
    luck = {(overrides, rng): run["unemployed"] for (_, overrides, rng), run in runs.items()}
    assert len(set(luck.values())) == 4, "two samples with two seeds each"


def test_batch_run_in_two_processes_gives_the_same_months(batch_run):
    parameters = {"scenarios": ["baseline", "job_bridge"], **SMALL}
    together, alone = (
        sorted(
            batch_run(Workbench, parameters, number_processes=n, rng=[1, 2], data_collection_period=1, display_progress=False),
            key=lambda run: (run["RunId"], run["Step"]),
        )
        for n in (2, 1)
    )
    assert len(alone) == 4 * 7
    pd.testing.assert_frame_equal(pd.DataFrame(together), pd.DataFrame(alone))


def test_batch_run_takes_scenarios(batch_run):
    scenarios = [Settings(**SMALL, scenarios=name, rng=2) for name in ("baseline", "senior_networks")]
    runs = batch_run(Workbench, {"scenario": scenarios}, display_progress=False)
    assert [run["employed"] for run in runs] == [finished(scenarios=s.scenarios, rng=2).headlines["employed"] for s in scenarios]


def test_a_plain_scenario_of_mesa_will_do():
    plain = Workbench(scenario=Scenario(rng=5, scenarios="job_bridge", **SMALL))
    settings = Workbench(scenarios="job_bridge", rng=plain.config.seed, **SMALL)
    for model in (plain, settings):
        model.run_model()
    assert plain.scenario.scenarios == "job_bridge"
    assert plain.digest() == settings.digest()
    with pytest.raises(UserError, match="Unknown setting 'density'"):
        Workbench(scenario=Scenario(rng=5, density=0.8))


@pytest.mark.skipif(
    not hasattr(Scenario, "spawn_replications"), reason="NOT TESTED: Mesa 3 has no replications of a scenario (new in Mesa 4)"
)
def test_replications_of_a_scenario_differ_in_luck_only():
    copies = Settings(scenarios="job_bridge", rng=1, **SMALL).spawn_replications(3)
    assert len({copy.seed for copy in copies}) == 3
    assert {(copy.scenarios, copy.until) for copy in copies} == {("job_bridge", "2024-03")}
    again = Settings(scenarios="job_bridge", rng=1, **SMALL).spawn_replications(3)
    assert [copy.seed for copy in again] == [copy.seed for copy in copies]
    assert len({Workbench(scenario=copy).scenario.replication_id for copy in copies}) == 3


def test_a_design_in_a_data_frame_becomes_runs():
    if not hasattr(Scenario, "from_dataframe"):
        pytest.skip("NOT TESTED: Mesa 3 makes no scenarios from a data frame (new in Mesa 4)")
    design = pd.DataFrame([{"scenarios": "baseline", **SMALL}, {"scenarios": "job_bridge", **SMALL}])
    names = [Workbench(scenario=scenario).config.scenario.name for scenario in Scenario.from_dataframe(design, rng=1)]
    assert names == ["baseline", "job_bridge"]
