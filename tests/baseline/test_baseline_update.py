"""An update is whole or not there, has a reason, says what moved, and writes nothing when nothing did."""

import datetime as dt
import signal
import subprocess
import sys

import pytest

from sim.baseline import check, exact, history, store, update
from sim.baseline.item import Item
from sim.baseline.store import Baseline, NoBaseline, TierSettings
from sim.config.errors import UserError
from sim.runs.identity import identity

SETTINGS = TierSettings(
    scenarios=("job_bridge",), settings=("population.scale=0.001", "until=2023-10", "policies.job_bridge.start=2023-10")
)
BASELINE = Baseline(name="test", tiers={"exact": SETTINGS})


def quiet(line):
    """Nobody listens."""


@pytest.fixture(scope="module")
def measurement():
    return exact.measure(BASELINE, quiet)


@pytest.fixture
def code(measurement, monkeypatch):
    """The code, of which `code("x")` makes another version: one digest is another one then."""
    now = {"values": measurement.values}

    def become(word):
        now["values"] = dict(measurement.values) | {("job_bridge", "people", "hours"): word}

    monkeypatch.setattr(exact, "measure", lambda baseline, tell: exact.Exact(now["values"], measurement.trace))
    return become


@pytest.fixture
def folder(tmp_path, code):
    folder = tmp_path / "baseline"
    store.write(folder, BASELINE)
    update.update(folder, "first", tell=quiet, date=dt.date(2026, 1, 2))
    return folder


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_update_says_when_which_version_and_why(folder):
    (entry,) = store.load(folder).history
    who = identity()
    assert (entry.date, entry.reason, entry.tiers, entry.moved) == ("2026-01-02", "first", ("exact",), ())
    assert (entry.version, entry.code_digest, entry.data_digest) == (who.version, who.code_digest, who.data_digest)
    assert not check.check(folder, tell=quiet).moved


def test_what_moved_stands_in_the_history_and_is_printed(folder, code):
    code("0" * 16)
    assert check.check(folder, tell=quiet).exit_code == 1
    found = update.update(folder, "  hours are\n counted anew ", tell=quiet)
    text = update.text(found, folder)
    print(text)
    assert "1 of " in text
    assert "Column hours of people" in text
    assert "Next: look at the change (git diff)" in text
    last = store.load(folder).history[-1]
    assert last.reason == "hours are counted anew"
    assert len(last.moved) == 1
    assert "Column hours of people" in last.moved[0]
    assert not check.check(folder, tell=quiet).moved


def test_only_values_that_changed_are_added_to_the_history_of_values(folder, code):
    before = history.read(folder)
    code("0" * 16)
    update.update(folder, "again", tell=quiet)
    assert history.read(folder) == [*before, history.Past(1, "exact.job_bridge.people.hours", "0" * 16, "")]


def test_an_update_without_a_change_writes_nothing(folder):
    before = content(folder)
    found = update.update(folder, "to be sure", tell=quiet)
    assert content(folder) == before
    assert update.text(found, folder) == f"Nothing has changed: {folder} stays as it is, and the reason is not kept."


@pytest.mark.parametrize("reason", [None, "", "  \n\t "])
def test_no_reason_no_update_and_nothing_is_measured(folder, reason, monkeypatch):
    monkeypatch.setattr(exact, "measure", None)
    before = content(folder)
    with pytest.raises(UserError, match="An update needs a reason") as error:
        update.update(folder, reason)
    print(error.value)
    assert content(folder) == before


def test_a_reason_that_is_a_book_is_refused(folder):
    with pytest.raises(UserError, match=r"The reason has 5,000 characters; at most 1,000\."):
        update.update(folder, "x" * 5000)


def test_an_update_that_fails_while_it_writes_leaves_the_old_one(folder, code, monkeypatch):
    before = content(folder)
    code("0" * 16)
    monkeypatch.setattr(exact, "save", lambda measurement, new: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        update.update(folder, "stopped", tell=quiet)
    assert content(folder) == before
    assert not (folder / store.NEW).exists()


def test_a_full_disk_leaves_the_old_one_and_says_so(folder, code, monkeypatch):
    before = content(folder)
    code("0" * 16)
    monkeypatch.setattr(exact, "save", lambda measurement, new: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(UserError, match=r"cannot write the baseline .*: No space left on device\. The old one is untouched\."):
        update.update(folder, "too much", tell=quiet)
    assert content(folder) == before


KILLED = """
import os, signal, sys
from pathlib import Path
from sim.baseline import store
from sim.baseline.store import Baseline, TierSettings
real, at, calls = {function}, int(sys.argv[2]), []
def killer(*arguments, **rest):
    calls.append(1)
    if len(calls) > at:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **rest)
{function} = killer
def fill(new):
    for name in ("exact.csv", "exact.trace.npz"):
        (new / name).write_text("new")
store.write(Path(sys.argv[1]), Baseline(name="new", tiers={{"exact": TierSettings()}}), fill)
"""


@pytest.mark.parametrize(
    ("function", "at"), [("os.replace", 0), ("os.replace", 1), ("os.replace", 3), ("os.replace", 4), ("store.shutil.copyfile", 1)]
)
def test_a_killed_update_is_all_old_or_all_new(tmp_path, function, at):
    """Killed for good (SIGKILL) before each of its steps: the next reader finds one baseline, never parts of two."""
    folder = tmp_path / "baseline"

    def old(new):
        for name in ("exact.csv", "exact.trace.npz", "exact.gone"):
            (new / name).write_text("old")

    store.write(folder, BASELINE, old)
    done = subprocess.run([sys.executable, "-c", KILLED.format(function=function), str(folder), str(at)], check=False)
    assert done.returncode == -signal.SIGKILL
    name = store.load(folder).name
    texts = {path.read_text() for path in folder.glob("exact.*")}
    assert (name, texts) == (("test", {"old"}) if function == "os.replace" and at == 0 else ("new", {"new"}))
    if name == "new":
        assert sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) == [
            "baseline.yaml", "exact.csv", "exact.trace.npz"
        ]  # fmt: skip


def test_a_damaged_tier_is_mended_by_an_update(folder):
    (folder / exact.FILE).write_text("rubbish")
    with pytest.raises(NoBaseline):
        check.check(folder)
    told = []
    update.update(folder, "mended", tell=told.append)
    assert any("exact.csv is damaged" in line for line in told), told
    assert not check.check(folder, tell=quiet).moved


def test_a_tier_that_was_never_measured_is_no_baseline_for_it(tmp_path):
    store.write(tmp_path / "baseline", BASELINE)
    with pytest.raises(NoBaseline, match="tier 'exact' was never measured"):
        check.check(tmp_path / "baseline")


def test_unknown_tiers_are_mistakes_of_the_user(folder):
    with pytest.raises(UserError, match=r"Unknown tier 'exakt'\. Did you mean 'exact'\?") as error:
        check.check(folder, ["exakt"])
    assert not isinstance(error.value, NoBaseline)
    with pytest.raises(UserError, match="baseline 'test' has no tier 'effects'; it has exact"):
        check.check(folder, ["effects"])


@pytest.mark.parametrize(("text", "says"), [
    ("", "is not a baseline of Loopbrug"),
    ("just words", "is not a baseline of Loopbrug"),
    ("scenario: {label: {en: x, nl: x}}", "is not a baseline of Loopbrug"),
    ("format: 2\nname: x\ntiers: {}", "use the newer version that wrote it"),
    ("format: one\nname: x\ntiers: {}", "make it anew with sim baseline init"),
    ("format: 1\nname: x\ntiers: {exakt: {}}", "tiers.exakt"),
    ("format: 1\nname: x\ntiers: {exact: {seeds: many}}", "tiers.exact.seeds: Input should be a valid integer"),
    ("format: 1\nname: x\ntiers: {exact: {}}\nmore: 1", "more: Extra inputs are not permitted"),
    ("format: [1\nname", "is damaged (line "),
    ("format: !!python/object/apply:os.system [true]\ntiers: {}", "is damaged (line 1"),
    ("format: &a 1\nname: *b\ntiers: {}", "is damaged (line 2"),
    ("a: " * 3000, "is damaged"),
])  # fmt: skip
def test_a_foreign_newer_or_damaged_folder_is_said_to_be_so(tmp_path, text, says):
    (tmp_path / store.FILE_NAME).write_text(text)
    with pytest.raises(NoBaseline) as error:
        store.load(tmp_path)
    print(error.value)
    assert says in str(error.value)
    assert str(tmp_path) in str(error.value)
    assert error.value.exit_code == 3


@pytest.mark.parametrize("text", ["update,id\n", "update,id,value,unit\nx,exact.a,1,\n", "update,id,value,unit\n0,exact.a\n", "\n"])
def test_a_damaged_history_of_values_is_named(folder, text):
    (folder / history.FILE).write_text(text)
    with pytest.raises(NoBaseline, match=r"history\.csv is damaged"):
        history.read(folder)


def test_values_that_go_and_come_back_are_on_record():
    def item(value):
        return Item("exact.x", "exact", "", None, value, None, True, "")

    past = history.with_update([], 0, [item("a")])
    past = history.with_update(past, 1, [item(None)])
    past = history.with_update(past, 2, [item(None)])
    past = history.with_update(past, 3, [item("a")])
    assert [(entry.update, entry.value) for entry in past] == [(0, "a"), (1, "gone"), (3, "a")]


def test_ones_own_baseline_is_found_before_the_shipped_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert store.find() == store.SHIPPED
    store.write(store.OWN, BASELINE)
    assert store.find() == store.OWN
    assert store.find(tmp_path) == tmp_path
