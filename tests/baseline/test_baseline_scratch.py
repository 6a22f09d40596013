"""The whole way of somebody else: a repository with nothing but YAML, outside the checkout, and the commands as they are installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

SCENARIO = """# @package _global_
scenario:
  label: {{en: "{name}", nl: "{name}"}}
  question: {{en: "What does it do?", nl: "Wat doet het?"}}
policies:
  pay_rise: {{start: 2023-11, sector: {sector}, rise: {rise}}}
"""
BYTECODE = Path(tempfile.gettempdir()) / f"sim-bytecode-{os.getpid()}"
"""Modules are compiled once for all processes of this file."""
TINY = ("population.scale=0.001", "until=2023-12", "seeds=2")


def shell(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A module of Python in `folder`, as its owner would run it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON"))}
    clean |= {"COLUMNS": "200", "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    return subprocess.run([sys.executable, "-P", "-m", *words], cwd=folder, env=clean, capture_output=True, text=True, check=False)


def write_scenario(folder: Path, name: str, sector: str, rise: float) -> None:
    """A scenario with a pay rise in one sector."""
    (folder / "scenarios" / f"{name}.yaml").write_text(SCENARIO.format(name=name, sector=sector, rise=rise), encoding="utf-8")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The repository after ``sim baseline init --github``, and what that said."""
    folder = tmp_path_factory.mktemp("elsewhere") / "policy"
    (folder / "scenarios").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    write_scenario(folder, "dear_care", "Q", 0.05)
    write_scenario(folder, "dear_schools", "P", 0.10)
    done = shell(folder, "sim.cli", "baseline", "init", "--dir", "baseline", "--github", *TINY)
    assert done.returncode == 0, done.stderr
    yield folder, done.stdout
    shutil.rmtree(BYTECODE, ignore_errors=True)


@pytest.fixture
def repository(first: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(first[0], tmp_path / "policy"))


def test_init_measures_the_scenarios_there_and_says_what_to_do(first: tuple[Path, str]) -> None:
    folder, said = first
    written = yaml.safe_load((folder / "baseline" / "baseline.yaml").read_text(encoding="utf-8"))
    assert written["name"] == "policy"
    assert {tier: settings["scenarios"] for tier, settings in written["tiers"].items()} == {
        tier: ["dear_care", "dear_schools"] for tier in ("exact", "statistical", "effects")
    }
    for path in ("baseline/baseline.yaml", "baseline/exact.csv", ".github/workflows/loopbrug.yml"):
        assert f"Written: {path}\n" in said
        assert (folder / path).is_file()
    for command in ("git add baseline", "sim baseline check --dir baseline", "pytest --sim-baseline=baseline", "sim baseline update"):
        assert command in said


def test_nothing_changed_and_the_check_says_so(repository: Path) -> None:
    checked = shell(repository, "sim.cli", "baseline", "check", "--all", "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    document = json.loads(checked.stdout)
    assert document["verdict"] == "same"
    assert {item["tier"] for item in document["items"]} == {"exact", "statistical", "effects"}


def test_a_change_is_found_explained_with_a_reason_and_passes_again(repository: Path) -> None:
    write_scenario(repository, "dear_care", "Q", 0.06)
    checked = shell(repository, "sim.cli", "baseline", "check", "--tier=exact")
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert "MOVED" in checked.stdout
    assert "dear_care" in checked.stdout

    tested = shell(repository, "pytest", "--sim-baseline", "--sim-baseline-tier=exact", "-p", "no:cacheprovider")
    assert tested.returncode == 1, tested.stdout + tested.stderr
    failed = [line for line in tested.stdout.splitlines() if line.startswith("FAILED ")]
    assert failed
    assert all("exact.dear_care." in line for line in failed), "the other scenario is as it was"
    assert "Traceback" not in tested.stdout

    updated = shell(repository, "sim.cli", "baseline", "update", "--dir", "baseline", "--tier=exact", "--reason", "six percent was agreed")
    assert updated.returncode == 0, updated.stdout + updated.stderr
    history = yaml.safe_load((repository / "baseline" / "baseline.yaml").read_text(encoding="utf-8"))["history"]
    assert [entry["reason"] for entry in history] == ["the first measurement", "six percent was agreed"]
    again = shell(repository, "pytest", "--sim-baseline", "--sim-baseline-tier=exact", "-p", "no:cacheprovider")
    assert again.returncode == 0, again.stdout + again.stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("check", "--dir", "nowhere"), 3, "no baseline at nowhere"),
        (("update", "--dir", "baseline"), 2, "An update needs a reason"),
        (("check", "--tier", "exakt"), 2, "Did you mean 'exact'?"),
        (("init", "--dir", "baseline"), 2, "there is a baseline in baseline already"),
        (("init", "--dir", "other", "dear_car"), 2, "Did you mean 'dear_care'?"),
        (("init", "--github"), 2, ".github/workflows/loopbrug.yml is there already"),
    ],
)
def test_mistakes_are_said_and_change_nothing(first: tuple[Path, str], words: tuple[str, ...], code: int, message: str) -> None:
    folder = first[0]
    before = sorted(path for path in folder.rglob("*") if "runs" not in path.parts)
    done = shell(folder, "sim.cli", "baseline", *words)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(path for path in folder.rglob("*") if "runs" not in path.parts) == before
