"""`pytest --sim-baseline`: a test for every comparison, each tier checked once, and nothing at all when it is not asked for."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.baseline import pytest_items, pytest_plugin, store, tier
from sim.baseline.item import TIERS, Item, Tier
from sim.baseline.pytest_items import Found
from sim.baseline.store import Baseline, TierSettings

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """An inner pytest loads no plugin by itself, and does not cut short lines."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("COLUMNS", "200")


SENTENCE = "Open vacancies in section Q: 61,000 instead of 58,000, +4.2 standard errors."
NAMES = ("a", "b.c")


class StoredTier:
    """The module of a tier with two values."""

    def __init__(self, tier: Tier) -> None:
        self.tier = tier

    def load(self, folder: Path) -> None:
        """Nothing to read."""

    def compare(self, stored: None, now: None) -> list[Item]:
        """The items of what is stored."""
        return [Item(f"{self.tier}.{name}", self.tier, "", 1.0, 1.0, 0.0, False, "As stored.") for name in NAMES]


@pytest.fixture
def baseline(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """A baseline with two tiers, and a check that finds `changes` (id -> moved) beside what is stored; gives the tiers checked."""
    settings = {"exact": TierSettings(), "effects": TierSettings()}
    store.write(pytester.path / "baseline", Baseline(name="test", tiers=settings))  # type: ignore[arg-type]
    monkeypatch.setattr(tier, "module", StoredTier)

    def finds(message: str = "", without: str = "", **changes: bool) -> list[str]:
        checked: list[str] = []

        def check(folder: Path, name: Tier, here: Path) -> Found:
            assert folder == pytester.path / "baseline"
            assert here == pytester.path
            checked.append(name)
            moved = {f"{name}.{own}": False for own in NAMES} | {key: value for key, value in changes.items() if key.startswith(name)}
            items = {key: {"id": key, "moved": value, "sentence": SENTENCE} for key, value in moved.items() if key != without}
            return Found({} if message else items, message)

        monkeypatch.setattr(pytest_items, "check", check)
        return checked

    return finds


def run(pytester: pytest.Pytester, *words: str) -> pytest.RunResult:
    """An inner pytest, in this process, with no plugin but ours."""
    return pytester.runpytest_inprocess("-p", pytest_plugin.__name__, "-p", "no:cacheprovider", *words)


def test_every_item_is_a_test_and_a_tier_is_checked_once(pytester: pytest.Pytester, baseline: Callable[..., list[str]]) -> None:
    checked = baseline()
    done = run(pytester, "--sim-baseline", "-v")
    assert done.ret == 0
    done.assert_outcomes(passed=6)
    done.stdout.fnmatch_lines(["*baseline/baseline.yaml::exact.a PASSED*", "*baseline/baseline.yaml::effects.b.c PASSED*"])
    assert checked == ["exact", "effects"]


def test_what_moved_fails_with_its_sentence_and_no_traceback(pytester: pytest.Pytester, baseline: Callable[..., list[str]]) -> None:
    baseline(**{"exact.a": True})
    done = run(pytester, "--sim-baseline")
    assert done.ret == 1
    done.assert_outcomes(passed=5, failed=1)
    done.stdout.fnmatch_lines([f"*{SENTENCE}", f"FAILED baseline/baseline.yaml::exact.a - *{SENTENCE}"])
    text = done.stdout.str()
    assert "Traceback" not in text
    assert "pytest_items.py" not in text


def test_what_moved_and_is_not_stored_fails_too(pytester: pytest.Pytester, baseline: Callable[..., list[str]]) -> None:
    baseline(**{"exact.new": True})
    done = run(pytester, "--sim-baseline")
    done.assert_outcomes(passed=5, failed=1)
    done.stdout.fnmatch_lines(["FAILED baseline/baseline.yaml::exact.anything_else - *exact.new*"])


def test_what_is_stored_and_was_not_checked_fails(pytester: pytest.Pytester, baseline: Callable[..., list[str]]) -> None:
    baseline(without="effects.a")
    run(pytester, "--sim-baseline").assert_outcomes(passed=5, failed=1)


def test_a_check_that_cannot_be_done_is_said(pytester: pytest.Pytester, baseline: Callable[..., list[str]]) -> None:
    baseline("scenarios/mine.yaml line 3: unknown setting 'polices'.")
    done = run(pytester, "--sim-baseline")
    done.assert_outcomes(failed=6)
    done.stdout.fnmatch_lines(["*scenarios/mine.yaml line 3: unknown setting*"])


def test_tiers_can_be_chosen(pytester: pytest.Pytester, baseline: Callable[..., list[str]]) -> None:
    checked = baseline()
    run(pytester, "--sim-baseline", "--sim-baseline-tier", "effects").assert_outcomes(passed=3)
    assert checked == ["effects"]
    done = run(pytester, "--sim-baseline", "--sim-baseline-tier=statistical")
    done.stdout.fnmatch_lines(["*the baseline * has exact, effects only."])
    assert done.ret == pytest.ExitCode.INTERRUPTED


def test_other_tests_are_collected_beside_it_and_k_chooses(pytester: pytest.Pytester, baseline: Callable[..., list[str]]) -> None:
    checked = baseline()
    pytester.makepyfile(test_own="def test_own(): pass")
    pytester.makeini("[pytest]\ntestpaths = nowhere test_own.py")
    run(pytester, "--sim-baseline").assert_outcomes(passed=7)
    run(pytester, "test_own.py", f"--sim-baseline={pytester.path / 'baseline' / 'baseline.yaml'}").assert_outcomes(passed=7)
    checked.clear()
    run(pytester, "--sim-baseline", "-k", "test_own").assert_outcomes(passed=1, deselected=6)
    run(pytester, "--sim-baseline", "--collect-only").stdout.fnmatch_lines(["*<BaselineFile baseline.yaml>*", "*<BaselineItem exact.a>*"])
    assert not checked, "nothing is measured to collect"


def test_without_the_option_nothing_is_collected(pytester: pytest.Pytester, baseline: Callable[..., list[str]]) -> None:
    checked = baseline()
    assert run(pytester).ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert not checked


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--sim-baseline"], "there is no */baseline/baseline.yaml. To make a baseline: sim baseline init --dir baseline"),
        (["--sim-baseline", "tests"], "*if tests is a path to test, write --sim-baseline=baseline tests"),
        (["--sim-baseline-tier=exact"], "*give --sim-baseline too."),
        (["--sim-baseline", "--sim-baseline-tier=all"], "*invalid choice: 'all'*"),
    ],
)
def test_mistakes_in_the_command_are_said(words: list[str], message: str, pytester: pytest.Pytester) -> None:
    done = run(pytester, *words)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([f"*{message}"])
    assert "Traceback" not in done.stderr.str()


def test_a_damaged_baseline_is_said_once(pytester: pytest.Pytester, baseline: Callable[..., list[str]]) -> None:
    baseline()
    (pytester.path / "baseline" / "baseline.yaml").write_text("format: [", encoding="utf-8")
    done = run(pytester, "--sim-baseline")
    assert done.ret == pytest.ExitCode.INTERRUPTED
    done.stdout.fnmatch_lines(["*baseline.yaml is damaged*"])
    assert "Traceback" not in done.stdout.str()


def test_processes_that_come_together_check_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checks: list[Tier] = []

    def slow(folder: Path, name: Tier, here: Path) -> Found:
        checks.append(name)
        time.sleep(0.1)
        return Found({f"{name}.a": {"moved": False}})

    monkeypatch.setattr(pytest_items, "check", slow)
    found: list[Found] = []
    threads = [
        threading.Thread(target=lambda name=name: found.append(pytest_items.checked_once(tmp_path, tmp_path, name, tmp_path)))
        for name in (*TIERS, *TIERS, *TIERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(checks) == sorted(TIERS)
    assert len(found) == 9
    assert all(len(one.items) == 1 for one in found)


def test_the_folder_of_findings_reaches_the_processes_of_xdist(tmp_path: Path) -> None:
    node = SimpleNamespace(config=SimpleNamespace(stash={pytest_plugin.FINDINGS: tmp_path}), workerinput={})
    pytest_plugin.pytest_configure_node(node)
    assert node.workerinput == {pytest_plugin.OPTION: str(tmp_path)}


def test_what_pytest_loads_in_every_run_imports_nothing() -> None:
    ask = (
        "import json, pytest, sys; before = set(sys.modules); import sim.baseline.pytest_plugin; "
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == ["sim", "sim.baseline", "sim.baseline.pytest_plugin"]


def test_pytest_knows_the_plugin_by_its_entry_point() -> None:
    from importlib.metadata import entry_points

    assert [entry.value for entry in entry_points(group="pytest11", name="loopbrug")] == [pytest_plugin.__name__]
