"""Invented runs, written once for all tests of the report, the page made of them, and a browser to open pages in."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import ARGUMENTS, CHROMIUM
from fake_runs import BASELINE, FAKES, HOSTILE, MONTHS, write_runs

from sim.analysis.contrast import Comparison, compare
from sim.report.dashboard import write
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


@pytest.fixture(scope="session")
def page_file(run_dirs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dashboard of those runs, opening in English."""
    return write(run_dirs, tmp_path_factory.mktemp("page") / "dashboard.html", "en")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, without a window; closed after each file, since files elsewhere start their own and playwright allows one at a time."""
    playwright = pytest.importorskip("playwright.sync_api", reason="NOT TESTED: playwright is not installed")
    with playwright.sync_playwright() as driver:
        instance = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield instance
        instance.close()
