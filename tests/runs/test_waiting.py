"""A worker stays with the world and the history that it has."""

from __future__ import annotations

from pathlib import Path

import fake_model
import pytest

from sim.config.compose import compose
from sim.config.schema import Compute
from sim.runs.batch import Runner
from sim.runs.execute import Task
from sim.runs.waiting import Shared, Waiting, shared_by


def task(config, name: str, history: bytes = b"") -> Task:
    return Task(config, name, Path(name), history=history)


@pytest.fixture
def in_other_worlds(configured):
    """Configurations that need worlds of their own: sample, start, end, luck of the population, economy."""
    plain = configured()
    return {
        "scale": plain.model_copy(update={"population": plain.population.model_copy(update={"scale": 0.002})}),
        "sample": plain.model_copy(update={"population": plain.population.model_copy(update={"seed": 5})}),
        "until": plain.model_copy(update={"until": "2024-03"}),
        "economy": compose(["population.scale=0.001", "until=2023-12", "economy=low"]),
    }


def test_seeds_and_scenarios_share_a_world_and_other_settings_of_the_population_do_not(configured, in_other_worlds) -> None:
    plain = shared_by(task(configured(), "a"))
    assert shared_by(task(configured(seed=9), "b")) == plain
    assert shared_by(task(compose(["scenarios=job_bridge", "population.scale=0.001", "until=2023-12"]), "c")) == plain
    worlds = [shared_by(task(config, name)).world for name, config in in_other_worlds.items()]
    assert len({plain.world, *worlds}) == 1 + len(worlds)


def test_a_worker_stays_with_its_world_though_the_seeds_alternate_slowest(configured, in_other_worlds) -> None:
    tasks = [
        task(config.model_copy(update={"seed": seed}), f"{name}{seed}")
        for seed in (1, 2)
        for name, config in {"plain": configured(), **in_other_worlds}.items()
    ]
    waiting, has, order = Waiting(tasks), None, []
    while waiting:
        given = waiting.take(has)
        has = shared_by(given)
        order.append(given.key)
    assert order == [f"{name}{seed}" for name in ("plain", *in_other_worlds) for seed in (1, 2)]


def test_two_workers_take_different_worlds_and_share_the_last(configured, in_other_worlds) -> None:
    low, plain = in_other_worlds["economy"], configured()
    tasks = [task(config.model_copy(update={"seed": seed}), "") for seed in range(4) for config in (plain, low)]
    waiting = Waiting(tasks)
    one = shared_by(waiting.take(None))
    other = shared_by(waiting.take(None, {one}))
    assert {one, other} == {shared_by(task(plain, "")), shared_by(task(low, ""))}
    for _ in range(3):
        waiting.take(one, {other})
    assert shared_by(waiting.take(one, {other})) == other
    assert len(waiting.groups[other]) == 2


def test_histories_of_one_world_come_before_other_worlds(configured, in_other_worlds) -> None:
    plain, low = configured(), in_other_worlds["economy"]
    tasks = [task(config, f"{n}{h.decode()}", h) for n in (1, 2) for h in (b"a", b"b") for config in (plain, low)]
    world = shared_by(tasks[0]).world
    waiting, has, seen = Waiting(tasks), None, []
    while waiting:
        has = shared_by(waiting.take(has))
        seen.append((has.world == world, has.history))
    assert seen == [(True, b"a")] * 2 + [(True, b"b")] * 2 + [(False, b"a")] * 2 + [(False, b"b")] * 2


def test_an_idle_worker_takes_a_new_history_that_no_other_has(configured) -> None:
    world = shared_by(task(configured(), "")).world
    waiting = Waiting([task(configured(), f"{h}", h.encode()) for h in "aaabbb"])
    assert waiting.take(None, {Shared(world, b"a")}).history == b"b"


def test_thousands_of_runs_are_handed_out_at_once(configured) -> None:
    waiting = Waiting([task(configured(), str(n)) for n in range(5000)])
    assert [waiting.take(None).key for _ in range(5000)] == [str(n) for n in range(5000)]


def test_one_worker_builds_every_world_once(configured, in_other_worlds) -> None:
    low = in_other_worlds["economy"].model_copy(update={"compute": Compute(processes=2)})
    plain = configured(compute=Compute(processes=2))
    configs = [config.model_copy(update={"seed": seed}) for seed in range(1, 5) for config in (plain, low)]
    with Runner(load_engine=fake_model.counting_engine, who=fake_model.WHO) as runner:
        assert runner.run(configs).failures == []
    assert len(Path("worlds").read_text().splitlines()) <= 3  # one each, and one more when the first group runs out before the second
