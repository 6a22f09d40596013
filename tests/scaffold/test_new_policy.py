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


def shell(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, env={**clean, **environment}, capture_output=True, text=True, check=False
    )


def keep_kernels(copy: Path, cache: Path) -> None:
    """Give the copy the kernels compiled for this checkout: Numba files them by the folder of their source."""
    from numba.core.caching import _UserProvidedCacheLocator

    from sim.numerics.jit import KERNEL_FOLDERS, cache_folder

    def shelf(root: Path, folder: str) -> str:
        return str(_UserProvidedCacheLocator.get_suitable_cache_subpath(str(root / "sim" / folder / "x.py")))

    for folder in KERNEL_FOLDERS:
        here = cache_folder() / shelf(ROOT, folder)
        if here.is_dir():
            shutil.copytree(here, cache / "loopbrug" / "kernels" / cache_folder().name / shelf(copy, folder))


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


def test_it_passes_its_own_tests_and_those_of_every_policy(copy: Path) -> None:
    """Alone and with one other policy; all pairs are left to whoever adds a policy."""
    chosen = "quick_test and (not pair or quick_test-senior_networks or senior_networks-quick_test)"
    tests = ["tests/policies/test_quick_test.py", "tests/policies/test_every_policy.py", "tests/evidence/test_parameters.py"]
    done = shell(
        copy,
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        f"({chosen}) or test_parameters",
        *tests,
        XDG_CACHE_HOME=str(copy.parent / "cache"),
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert " passed" in done.stdout


def test_it_passes_lint_and_types(copy: Path) -> None:
    files = ["sim/policies/quick_test.py", "tests/policies/test_quick_test.py"]
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
    before = {
        path: path.read_bytes()
        for folder in ("sim", "scenarios", "tests")
        for path in (copy / folder).rglob("*")
        if path.suffix != ".pyc" and path.is_file()
    }
    done = shell(copy, "sim.cli", "new", "policy", name)
    after = {
        path: path.read_bytes()
        for folder in ("sim", "scenarios", "tests")
        for path in (copy / folder).rglob("*")
        if path.suffix != ".pyc" and path.is_file()
    }
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert before == after


def test_an_installed_package_says_that_it_needs_a_checkout(copy: Path, tmp_path: Path) -> None:
    shutil.copytree(copy / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("configs", "scenarios", "experiments"):
        shutil.copytree(copy / folder, tmp_path / "sim" / "_shipped" / folder)
    done = shell(tmp_path, "sim.cli", "new", "policy", "mine")
    assert done.returncode == 2
    assert "works in a checkout of Loopbrug, and this is the installed package" in done.stderr
    assert not (tmp_path / "sim" / "policies" / "mine.py").exists()
