"""``pytest --sim-baseline``: one test for each thing that a baseline compares.

pytest loads this module in every environment that has Loopbrug, so it imports nothing and does nothing unless it is asked for; the tests
themselves are in `sim.baseline.pytest_items`. What is found is what `sim baseline check` finds: each tier is checked once, by that command
in a process of its own, when its first test runs. With ``-n`` (pytest-xdist) too: the process that comes first checks a tier for all.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

OPTION, TIERS_OPTION = "sim_baseline", "sim_baseline_tier"
FOLDER = "baseline"
FILE_NAME = "baseline.yaml"
TIERS = ("exact", "statistical", "effects")
FINDINGS = pytest.StashKey[Path]()
"""Folder in which the processes of one session of pytest leave what they found for each other."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The two options."""
    group = parser.getgroup("loopbrug", "Loopbrug: results against a stored baseline")
    group.addoption(
        "--sim-baseline",
        dest=OPTION,
        nargs="?",
        const=FOLDER,
        metavar="DIR",
        help=f"Also test the baseline in DIR (default ./{FOLDER}; write --sim-baseline=DIR), which sim baseline init made.",
    )
    group.addoption(
        "--sim-baseline-tier",
        dest=TIERS_OPTION,
        action="append",
        choices=TIERS,
        default=[],
        help="Only this tier of the baseline; may be given several times.",
    )


def asked_for(config: pytest.Config) -> Path | None:
    """The ``baseline.yaml`` that is asked for, whether or not it is there; None when no baseline is."""
    asked = config.getoption(OPTION)
    if asked is None:
        return None
    path = config.invocation_params.dir / asked
    return (path if path.name == FILE_NAME else path / FILE_NAME).resolve()


def pytest_configure(config: pytest.Config) -> None:
    """Have the baseline collected beside what else is asked for; a baseline that is not there is a mistake in the command (exit code 4)."""
    path = asked_for(config)
    if path is None:
        if config.getoption(TIERS_OPTION):
            raise pytest.UsageError("--sim-baseline-tier chooses among the tests of a baseline: give --sim-baseline too.")
        return
    if not path.is_file():
        asked = config.getoption(OPTION)
        meant = f"; if {asked} is a path to test, write --sim-baseline={FOLDER} {asked}" if asked != FOLDER else ""
        raise pytest.UsageError(f"--sim-baseline: there is no {path}. To make a baseline: sim baseline init --dir {asked}{meant}")
    config.args.append(str(path))
    given = getattr(config, "workerinput", {}).get(OPTION)
    folder = Path(given) if given else Path(tempfile.mkdtemp(prefix="sim-baseline-"))
    config.stash[FINDINGS] = folder
    if not given:
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process of pytest-xdist where findings are shared."""
    folder = node.config.stash.get(FINDINGS, None)
    if folder is not None:
        node.workerinput[OPTION] = str(folder)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The tests of the baseline that is asked for."""
    if file_path.name != FILE_NAME or file_path.resolve() != asked_for(parent.config):
        return None
    from sim.baseline.pytest_items import BaselineFile

    return BaselineFile.from_parent(parent, path=file_path)
