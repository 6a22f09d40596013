"""`sim new policy` in a copy of the checkout: what it writes passes lint, types and the tests of policies as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim

ROOT = Path(sim.__file__).parent.parent
pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="LOUD: not a checkout, sim new policy is not tested here")


def shell(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a module of Python in `folder`, with the cache beside it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    clean["XDG_CACHE_HOME"] = str(folder.parent / "cache")
    return subprocess.run([sys.executable, "-m", *words], cwd=folder, env=clean, capture_output=True, text=True, check=False)


def keep_kernels(copy: Path, cache: Path) -> None:
    """Give the copy the kernels compiled for this checkout (a minute saved): Numba files them by the folder of their source."""
    from numba.core.caching import _CacheLocator

    from sim.numerics.jit import cache_folder

    for folder in (path for path in (ROOT / "sim").iterdir() if path.is_dir()):
        here, there = (_CacheLocator.get_suitable_cache_subpath(str(root / "sim" / folder.name / "x.py")) for root in (ROOT, copy))
        if (cache_folder() / here).is_dir():
            shutil.copytree(cache_folder() / here, cache / "loopbrug" / "kernels" / cache_folder().name / there)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the checkout, with their times, elsewhere."""
    folder = tmp_path_factory.mktemp("checkout") / "loopbrug"
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    keep_kernels(folder, folder.parent / "cache")
    made = shell(folder, "sim.cli", "new", "policy", "quick_test")
    assert made.returncode == 0, made.stderr
    assert made.stdout.splitlines() == [
        "Written: sim/policies/quick_test.py", "Written: scenarios/quick_test.yaml", "Written: tests/policies/test_quick_test.py",
        "Written: sim/evidence/parameters.csv", "Next: uv run pytest tests/policies -k quick_test, then uv run sim compare quick_test",
    ]  # fmt: skip
    return folder


def everything(copy: Path) -> dict[Path, bytes]:
    """All files that a policy could touch."""
    files = (path for folder in ("sim", "scenarios", "tests") for path in (copy / folder).rglob("*"))
    return {path: path.read_bytes() for path in files if path.is_file() and path.suffix != ".pyc"}


def test_it_passes_its_own_tests_and_those_of_every_policy(copy: Path) -> None:
    """Alone; its pairs with every other policy are left to whoever adds a policy."""
    generated = [f"tests/policies/test_{name}.py" for name in ("every_policy", "neutral_policies", "places_and_budgets")]
    tests = ["tests/policies/test_quick_test.py", *generated, "tests/evidence/test_parameters.py"]
    chosen = "test_parameters or (quick_test and not test_policies_compose and not test_another_policy)"
    done = shell(copy, "pytest", "-vv", "-p", "no:cacheprovider", "-k", chosen, *tests)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    passed = [line for line in done.stdout.splitlines() if "quick_test" in line and "PASSED" in line]
    assert len(passed) >= 3 + 5, done.stdout


def test_it_passes_lint_and_types(copy: Path) -> None:
    files = ["sim/policies/quick_test.py", "tests/policies/test_quick_test.py"]
    if (ROOT / ".mypy_cache").is_dir():
        shutil.copytree(ROOT / ".mypy_cache", copy / ".mypy_cache")  # what mypy knows of the unchanged files
    for words in (("ruff", "check", *files), ("ruff", "format", "--check", *files), ("mypy", files[0])):
        done = shell(copy, *words)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_kernels_stay_as_they_are(copy: Path) -> None:
    ask = "from sim.numerics.jit import cache_folder; print(cache_folder().name)"
    digests = [
        subprocess.run([sys.executable, "-c", ask], cwd=folder, capture_output=True, text=True, check=True).stdout
        for folder in (ROOT, copy)
    ]
    assert digests[0] == digests[1]


def test_it_can_be_run_listed_explained_and_begun_a_scenario_with(copy: Path) -> None:
    for words in (
        ["explain", "quick_test"],
        ["explain", "policies.quick_test.easier_screening"],
        ["new", "scenario", "own", "--policy", "quick_test"],
    ):
        done = shell(copy, "sim.cli", *words)
        assert done.returncode == 0, done.stderr
    assert "quick_test" in shell(copy, "sim.cli", "list", "policies").stdout


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("quick_test", "'quick_test' is taken: there is a file sim/policies/quick_test.py"),
        ("levers", "'levers' is taken: there is a file sim/policies/levers.py"),
        ("cli", "'cli' is taken: there is a test tests/test_cli.py"),
        ("package", "'package' is taken: there is a scenario scenarios/package.yaml"),
        ("policy", "the class of the policy would have the name of its base"),
    ],
)
def test_taken_names_change_nothing(copy: Path, name: str, message: str) -> None:
    before = everything(copy)
    done = shell(copy, "sim.cli", "new", "policy", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert everything(copy) == before


def test_an_installed_package_says_that_it_needs_a_checkout(copy: Path, tmp_path: Path) -> None:
    shutil.copytree(copy / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("configs", "scenarios", "experiments"):
        shutil.copytree(copy / folder, tmp_path / "sim" / "_shipped" / folder)
    done = shell(tmp_path, "sim.cli", "new", "policy", "mine")
    assert done.returncode == 2
    assert "works in a checkout of Loopbrug, and this is the installed package" in done.stderr
    assert not (tmp_path / "sim" / "policies" / "mine.py").exists()
