"""The page prints the command that makes its runs again, or says that there is no single one."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
import yaml
from fake_runs import BASELINE, FAKES, HOSTILE, write_runs

from sim.analysis.contrast import load
from sim.report.command import command
from sim.report.dashboard import render


def test_the_command_that_was_typed_goes_first(comparison) -> None:
    assert command(comparison) == shlex.join(["sim", "compare", "job_bridge", "hiring_subsidy", HOSTILE, "seeds=4"])


def test_without_a_note_it_is_rebuilt_from_the_settings(tmp_path: Path) -> None:
    folders = write_runs(tmp_path, (BASELINE, FAKES[1]), seeds=3, months=14)
    words = str(command(load(folders))).split()
    assert words[:3] == ["sim", "compare", "job_bridge"]
    for setting in ("seed=1", "seeds=3", "population.scale=0.01", "population.start=2023-10", "economy=mid"):
        assert setting in words


def change(folder: Path, **settings: object) -> None:
    """Another setting in the configuration of a run."""
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | settings))


def test_other_parameters_of_a_policy_are_in_the_command(tmp_path: Path) -> None:
    folders = write_runs(tmp_path, (BASELINE, FAKES[1]), seeds=1, months=14)
    change(folders[1], policies={"job_bridge": {"places_per_year": 123.0}})
    assert "policies.job_bridge.places_per_year=123.0" in str(command(load(folders))).split()


@pytest.mark.parametrize("why", ["a policy of its own", "a name of no scenario", "seeds that no range has"])
def test_what_no_single_command_makes_is_not_given_one(why: str, tmp_path: Path) -> None:
    folders = write_runs(tmp_path, (BASELINE, FAKES[1]), seeds=2, months=14)
    for folder in folders:
        record = json.loads((folder / "run.json").read_text())
        if why == "a policy of its own" and record["scenario"] == "job_bridge":
            change(folder, policies={"pay_rise": {"rise": 0.1}})
        if why == "a name of no scenario" and record["scenario"] == "job_bridge":
            (folder / "run.json").write_text(json.dumps(record | {"scenario": "job_bridge__places_per_year_123"}))
        if why == "seeds that no range has" and record["seed"] == 2:
            (folder / "run.json").write_text(json.dumps(record | {"seed": 9}))
    comparison = load(folders)
    assert command(comparison) is None
    assert "These runs come from several commands" in render(comparison, "en")
