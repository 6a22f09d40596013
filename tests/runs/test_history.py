"""A projection from the end of the simulated history: no seam, the same history for every scenario of a seed, clear refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.agents.workbench import Workbench
from sim.codes import State, month_date, month_index
from sim.config.compose import compose
from sim.config.errors import UserError
from sim.config.schema import SimConfig
from sim.follow.person import follow
from sim.follow.tell import text
from sim.model import LabourMarket, RunResult, simulate
from sim.runs import history, margins
from sim.runs.execute import Task, common
from sim.runs.identity import history_key, identity
from sim.runs.waiting import Shared, Waiting, shared_by
from sim.world import World, build_world

SCALE, UNTIL = 0.001, "2024-09"
FRAMES = ("panel", "market", "sexes", "flows", "policies", "retirements")
BRIDGE = ("scenarios=job_bridge", "policies.job_bridge.places_per_year=400000", "+policies.job_bridge.strength=1")


@lru_cache(maxsize=32)
def config(*overrides: str, start: str = "history") -> SimConfig:
    return compose([f"population.scale={SCALE}", f"until={UNTIL}", f"population.start={start}", *overrides])


@lru_cache(maxsize=8)
def built(start: str = "2015-01", scale: float = SCALE, economy: str = "mid") -> World:
    return build_world(scale=scale, start=start, until=UNTIL, outlook=compose([f"economy={economy}"]).economy.outlook)


@lru_cache(maxsize=8)
def done(*overrides: str, start: str = "history") -> RunResult:
    return simulate(config(*overrides, start=start), built())


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    history._kept().clear()
    yield
    history._kept().clear()


def same(one: RunResult, other: RunResult) -> bool:
    return one.digest == other.digest and all(getattr(one, name).equals(getattr(other, name)) for name in FRAMES)


def test_it_goes_on_where_a_run_of_the_history_is_in_september_2023() -> None:
    whole, projection = done(start="2015-01"), done()
    assert projection.digest == whole.digest
    first = month_date(history.END)
    for name in ("panel", "market"):
        tail = getattr(whole, name).filter(pl.col("month") >= first)
        shown = getattr(projection, name)
        levels = [column for column in ("employed", "unemployed", "jobs_filled", "vacancies_open", "desired_fte") if column in tail.columns]
        keys = ["month", "sector", "province", *(["age_band"] if "age_band" in tail.columns else [])]
        in_both = tail.select(*keys, *levels).join(shown.select(*keys, *levels), on=keys, how="inner")
        assert in_both.height == shown.height
        for column in levels:
            assert in_both[column].equals(in_both[f"{column}_right"].alias(column)), column
    later = whole.flows.filter(pl.col("month") > first)
    assert later.equals(projection.flows)


def test_what_is_on_record_is_that_of_a_projection() -> None:
    result, other = done(), simulate(config(start="2023-10"), built("2023-10"))
    assert result.months == other.months == config().months == 12
    for name in ("panel", "market", "flows"):
        mine, theirs = (getattr(run, name)["month"].unique().sort().to_list() for run in (result, other))
        assert mine == theirs, name
    assert result.panel.schema == other.panel.schema
    opening = result.panel.filter(pl.col("month") == result.panel["month"].min())
    people = opening.select(pl.sum_horizontal("employed", "unemployed", "inactive", "training", "retired").sum()).item()
    assert result.persons == round(people * SCALE)
    record = common(Task(config(), "key", Path("folder")), identity())
    assert (record["start"], record["until"], record["months"]) == ("2023-10", UNTIL, 12)


def test_no_transient() -> None:
    """Changes from month to month in the first year lie in the range of the two years before, but for the noise of three small runs."""
    seeds, scale = (1, 2, 3), 0.002
    world, series = built(scale=scale), []
    for seed in seeds:
        model = LabourMarket(config(f"population.scale={scale}", "checks=off", f"seed={seed}", start="2015-01"), world)
        rows = []
        while model.month < model.until:
            model.step()
            people = model.people
            working = people.state == State.EMPLOYED
            unemployed = (people.state == State.UNEMPLOYED).sum()
            known = working & (people.job_since > 0)
            rows.append((
                unemployed / (unemployed + working.sum()), model.phase("vacancies").open.sum(), model.phase("matching").hires.sum(),
                (model.month - people.job_since[known].astype(float)).mean(),
            ))  # fmt: skip
        series.append(rows)
    changes = np.diff(np.array(series), axis=1)
    seam = history.END - world.start  # row of the change from September to October 2023
    noise = changes.std(axis=0, ddof=1).mean(axis=0) / np.sqrt(len(seeds))
    changes = changes.mean(axis=0)
    before, after = changes[seam - 24 : seam], changes[seam : seam + 12]
    assert len(after) == 12
    assert (after <= before.max(axis=0) + 2 * noise).all()
    assert (after >= before.min(axis=0) - 2 * noise).all()


@pytest.mark.parametrize("scenario", [("scenarios=job_bridge",), ("scenarios=senior_networks",)])
def test_a_history_from_memory_gives_the_bytes_of_one_that_was_lived(scenario: tuple[str, ...]) -> None:
    lived = simulate(config(*scenario), built())
    history._kept().clear()
    simulate(config(), built())
    [kept] = history._kept()
    assert same(simulate(config(*scenario), built()), lived)
    assert history._kept() == [kept], "it was used, and not replaced"
    assert same(simulate(config(*scenario), built()), lived), "and not changed"


@pytest.mark.parametrize("policy", ["job_bridge", "senior_networks"])
def test_without_places_a_policy_is_the_baseline_bit_for_bit(policy: str) -> None:
    nothing = simulate(config(f"scenarios={policy}", f"policies.{policy}.places_per_year=0"), built())
    assert nothing.digest == done().digest
    assert nothing.panel.equals(done().panel)
    assert nothing.market.equals(done().market)


def test_scenarios_part_only_when_a_policy_touches_somebody() -> None:
    start = "policies.job_bridge.start=2024-03"
    with_policy = simulate(config(*BRIDGE, start), built())
    until_then = pl.col("month") < month_date(month_index("2024-03"))
    assert with_policy.market.filter(until_then).equals(done().market.filter(until_then))
    assert not with_policy.market.equals(done().market)
    assert with_policy.policies["participants_total"].max() > 0


def test_another_seed_parameter_or_structure_is_another_history() -> None:
    others = ("seed=2", "rng=philox", "+parameters.matching.callback_rate=0.4", "structure.matching=urn_ball", "population.seed=1")
    keys = {history_key(config()), *(history_key(config(other)) for other in others)}
    assert len(keys) == 6
    assert history_key(config()) == history_key(config(*BRIDGE, "runs_dir=elsewhere", "threads=2", "checks=off"))
    assert history_key(config(start="2023-10")) == b""
    first = simulate(config("seed=2"), built())
    simulate(config(), built())
    assert same(simulate(config("seed=2"), built()), first)
    assert first.digest != done().digest


def test_the_scenario_of_demand_does_not_reach_back_into_history() -> None:
    low, high = (LabourMarket(config(f"economy={name}"), built(economy=name)) for name in ("low", "high"))
    assert low.digest() == high.digest()
    low.step(), high.step()
    low.step(), high.step()
    assert low.digest() != high.digest()


def test_levers_are_solved_for_the_people_at_the_opening() -> None:
    model = LabourMarket(config("scenarios=senior_networks"), built())
    [programme] = model.programmes
    solved = programme.policy._shift
    programme.policy._shift = 0
    programme.policy.prepare(model)
    assert programme.policy._shift == solved < 0


def test_mesas_clock_begins_with_the_projection() -> None:
    model = LabourMarket(config(*BRIDGE, "policies.job_bridge.start=2023-11"), built())
    assert (model.time, model.steps, model.month, model.opening) == (0, 0, history.END, history.END)
    assert model.person_months == 0
    model.step()
    assert (model.time, model.month, model.programmes[0].is_open) == (1, history.END + 1, False)
    model.step()
    assert model.programmes[0].is_open
    bench = Workbench(start="history", scale=SCALE, until="2023-12", rng=1)
    bench.run_for(3)
    assert len(bench.datacollector.get_model_vars_dataframe()) == 4
    assert bench.recorder.market()["month"].n_unique() == 4


def test_a_run_that_was_stopped_goes_on_with_the_same_bytes(tmp_path: Path) -> None:
    straight = simulate(config(*BRIDGE), built())
    for month in (1, 7):
        model = LabourMarket(config(*BRIDGE), built())
        model.run_for(month)
        model.save(tmp_path / "here.npz")
        history._kept().clear()
        again = LabourMarket.restore(tmp_path / "here.npz", config(*BRIDGE), built())
        assert again.month == history.END + month
        again.run_for(12 - month)
        assert again.digest() == straight.digest
    every = config(*BRIDGE, "compute.checkpoint_months=5")
    path = tmp_path / "whole.npz"
    assert same(simulate(every, built(), checkpoint=path), straight)
    assert path.exists()
    history._kept().clear()
    assert same(simulate(every, built(), checkpoint=path), straight), "from the checkpoint after ten months"


def test_a_world_given_away_is_used_once_and_its_history_is_not_kept() -> None:
    result = simulate(config(), build_world(scale=SCALE, start="2015-01", until=UNTIL, outlook=config().economy.outlook).give())
    assert same(result, done())
    assert history._kept() == []


def test_one_person_is_followed_from_the_opening_on() -> None:
    uid = int(np.flatnonzero(LabourMarket(config(), built()).people.state == State.EMPLOYED)[100])
    life = follow(uid, config(), built(), "2024-01")
    assert life.to_json()["start"] == "2023-10"
    assert "before 2023-10: at work" in text(life)
    assert all(event.month > history.END for event in life.events)
    with pytest.raises(UserError, match="goes from 2023-10 to 2024-09; the nearest is 2023-10"):
        follow(uid, config(), built(), "2020-05")


def test_the_margins_are_those_of_the_population_that_is_built() -> None:
    assert margins.document(config())["start"] == "2015-01"


@pytest.mark.parametrize(("overrides", "message"), [
    (("scenarios=job_bridge", "policies.job_bridge.start=2023-09"), "policies.job_bridge.start: 2023-09 lies in the history"),
    (("economy.crises=[{start: 2020-03, months: 3, sector: I, demand_factor: 0.5}]",), "crises.0.start: 2020-03 lies in the history"),
    (("until=2023-09",), "until = 2023-09 lies before the first month, 2023-10 with population.start = history"),
])  # fmt: skip
def test_what_cannot_be_is_refused(overrides: tuple[str, ...], message: str) -> None:
    with pytest.raises(UserError, match=message):
        config(*overrides)


def test_a_world_that_does_not_fit_is_refused() -> None:
    with pytest.raises(UserError, match="needs a world that begins in 2015-01"):
        LabourMarket(config(), built("2023-10"))
    with pytest.raises(UserError, match="reaches beyond September 2023"):
        LabourMarket(config(), replace(built(), until=history.END))


def test_runs_of_one_history_go_to_one_process() -> None:
    tasks = {(seed, name): Task(config(f"seed={seed}"), name, Path(name), history=history_key(config(f"seed={seed}")))
             for seed in (1, 2, 3) for name in ("baseline", "bridge", "networks")}  # fmt: skip
    has: list[Shared | None] = [None, None]
    waiting, order = Waiting(list(tasks.values())), []
    while waiting:
        me = len(order) % 2
        task = waiting.take(has[me], {has[1 - me]})
        has[me] = shared_by(task)
        order.append(task.config.seed)
    assert order == [1, 2, 1, 2, 1, 2, 3, 3, 3]
    plain = [Task(config(start="2023-10"), str(number), Path(str(number))) for number in range(4)]
    waiting = Waiting(plain)
    assert [waiting.take(has[number % 2], {has[1 - number % 2]}) for number in range(4)] == plain
