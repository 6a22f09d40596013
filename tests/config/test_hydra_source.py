"""Hydra sees the configs, the scenarios and the experiments, and never the rest of the project (guard: this touches Hydra's inside)."""

from __future__ import annotations

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.object_type import ObjectType

from sim.config import shipped
from sim.config.compose import compose, compose_full
from sim.config.kinds import kind_of
from sim.config.search_path import ProjectSource


def source() -> ProjectSource:
    return ProjectSource("test", "project://")


def test_exactly_two_groups(write) -> None:
    write("runs/scenario=baseline/key=abc/run.json", "{}")
    assert source().list("", ObjectType.GROUP) == ["scenarios", "experiments"]
    assert source().list("runs", None) == []
    assert not source().is_group("runs")


def test_own_and_shipped_files_are_listed_together(write) -> None:
    write("scenarios/mine.yaml", "")
    write("scenarios/_draft.yaml", "")
    assert {"mine", "baseline"} <= set(source().list("scenarios", ObjectType.CONFIG))
    assert "_draft" not in source().list("scenarios", None)


def test_nothing_below_or_beside_the_folders_is_a_config(write) -> None:
    write("secret.yaml", "a: 1")
    write("scenarios/deep/inside.yaml", "a: 1")
    for path in ("secret", "scenarios/../secret", "scenarios/deep/inside", "configs/config"):
        assert not source().is_config(path)


def test_a_scenario_composes_under_its_own_name() -> None:
    for name in ("baseline", "job_bridge", "pandemic_wave"):  # all of them: test_shipped_scenarios.py
        assert compose([f"scenarios={name}"]).scenario.name == name


def test_every_shipped_experiment_composes() -> None:
    for name in shipped.names("experiments"):
        assert compose_full([f"experiments={name}"], kind=kind_of(name)).config.scenario.name in shipped.names("scenarios")


def test_composing_inside_another_hydra_application_leaves_it_alone(write) -> None:
    write("theirs/config.yaml", "a: 1\n")
    with initialize_config_dir(str(write("theirs/other.yaml", "b: 2\n").parent), version_base="1.3"):
        assert compose(["seed=4"]).seed == 4
        assert hydra_compose("config").a == 1
    assert not GlobalHydra.instance().is_initialized()
