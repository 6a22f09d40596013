"""Invented runs, written once for all tests of the report."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path

import pytest
from fake_runs import BASELINE, FAKES, HOSTILE, MONTHS, write_runs

from sim.analysis.contrast import Comparison, compare
from sim.runs.sweeps import FOLDER, Sweep


@pytest.fixture(scope="session")
def run_dirs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Baseline, a clear gain, no clear effect, and a scenario whose name and labels are an attack; four seeds."""
    _, bridge, _, _, subsidy = FAKES
    hostile = dataclasses.replace(FAKES[2], name=HOSTILE, label={"en": HOSTILE, "nl": HOSTILE + "</td>"})
    clear = dataclasses.replace(bridge, gains=bridge.gains | {"Q": 9000.0})
    folders = write_runs(tmp_path_factory.mktemp("runs"), (BASELINE, clear, subsidy, hostile), seeds=4, months=MONTHS)
    command = shlex.join(["sim", "compare", "job_bridge", "hiring_subsidy", HOSTILE, "seeds=4"])
    keys = tuple(folder.name.removeprefix("key=") for folder in folders)
    note = folders[0].parents[1] / FOLDER / "asked.json"
    note.parent.mkdir()
    note.write_text(Sweep(name="asked", command=command, created="2026-11-01", keys=keys).model_dump_json(), encoding="utf-8")
    return folders


@pytest.fixture(scope="session")
def comparison(run_dirs: list[Path]) -> Comparison:
    return compare(run_dirs)
