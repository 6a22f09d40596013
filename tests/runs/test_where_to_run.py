"""What is asked of a cluster, and what is said when there is none; without one."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import fake_model
import pytest

from sim.config.compose import compose
from sim.config.errors import UserError
from sim.config.schema import Compute
from sim.runs.batch import Runner
from sim.runs.executor import elsewhere
from sim.runs.identity import identity, run_key
from sim.runs.node import differences, memory_of_a_run
from sim.runs.parcel import pack
from sim.runs.ray_cluster import RayCluster
from sim.runs.ray_connection import reach
from sim.runs.slurm import Jobs


def test_where_runs_are_done_does_not_change_what_they_are() -> None:
    here, ray, slurm = (compose([f"compute={name}", "until=2023-12"]) for name in ("laptop", "ray", "slurm"))
    assert run_key(here, fake_model.WHO) == run_key(ray, fake_model.WHO) == run_key(slurm, fake_model.WHO)
    assert isinstance(elsewhere(ray, fake_model.WHO, fake_model.engine, print), RayCluster)
    assert isinstance(elsewhere(slurm, fake_model.WHO, fake_model.engine, print), Jobs)


def test_key_of_another_place_is_a_mistake() -> None:
    with pytest.raises(UserError, match="partition"):
        compose(["compute=ray", "compute.partition=short"])


@pytest.mark.parametrize(("place", "library"), [("ray", "ray"), ("slurm", "submitit")])
def test_missing_extra_is_named(configured, monkeypatch: pytest.MonkeyPatch, place: str, library: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with (
        pytest.raises(UserError, match=rf"compute={place} needs \w+: uv run --extra {place} sim sweep"),
        Runner(load_engine=fake_model.engine, who=fake_model.WHO) as runner,
    ):
        runner.run([configured(seed=seed, compute=Compute(name=place)) for seed in (1, 2)])


@pytest.mark.parametrize(
    ("address", "answer"), [("127.0.0.1:1", "nothing answers at 127.0.0.1 port 1"), ("ray://127.0.0.1:1", "port 1"), ("there", "address")]
)
def test_address_where_nothing_answers_is_told_at_once(address: str, answer: str) -> None:
    began = time.perf_counter()
    with pytest.raises(UserError, match=answer):
        reach(address)
    assert time.perf_counter() - began < 6


def test_installations_that_may_give_other_results_differ() -> None:
    here = identity()
    assert differences(here, replace(here, platform="another machine", git={})) == []
    there = replace(here, data_digest="0", packages={name: found for name, found in here.packages.items() if name != "numpy"})
    assert differences(here, there) == [f"data 0 instead of {here.data_digest}", f"numpy none instead of {here.packages['numpy']}"]


def test_memory_follows_the_population_unless_it_is_given(configured) -> None:
    small, country = compose(["population.scale=0.01"]), compose(["population.scale=1"])
    assert 0.5e9 < memory_of_a_run(small) < 0.6e9
    assert memory_of_a_run(country) > 2.5e9
    assert memory_of_a_run(configured(compute=Compute(name="ray", memory_gb=7))) == 7e9


def test_run_that_travels_has_all_its_files(configured, tmp_path) -> None:
    from sim.runs.execute import task_of

    task = task_of(configured(seed=1), fake_model.WHO)
    parcel = pack(task, fake_model.WHO, fake_model.engine())
    assert not task.folder.exists()
    parcel.unpack(task.folder)
    assert sorted(path.name for path in task.folder.iterdir()) == sorted(parcel.files)
    assert {"run.json", "config.yaml", "panel.parquet", "market.parquet"} <= set(parcel.files)
