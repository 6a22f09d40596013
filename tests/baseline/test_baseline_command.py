"""The command line: `sim baseline check`, `update` and `explain` leave with 0, 1, 2 or 3, and say one clear thing."""

import json
import subprocess
import sys

import pytest

from sim import cli
from sim.baseline import exact, store, ways
from sim.baseline.store import Baseline, TierSettings
from sim.config.errors import UserError

SETTINGS = TierSettings(
    scenarios=("job_bridge",), settings=("population.scale=0.001", "until=2023-10", "policies.job_bridge.start=2023-10")
)


def sim(folder, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", "baseline", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    print(f"$ sim baseline {' '.join(arguments)}  -> {done.returncode}\n{done.stdout}{done.stderr}")
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A working directory with a baseline of its own, measured by the real command."""
    place = tmp_path_factory.mktemp("place")
    store.write(place / "baseline", Baseline(name="mine", tiers={"exact": SETTINGS}))
    done = sim(place, "update", "--reason", "first")
    assert done.returncode == 0, done.stderr
    assert "Measured for the first time: exact." in done.stdout
    return place


def test_0_when_all_is_as_stored_and_json_is_one_document(place):
    done = sim(place, "check", "--json", "--report", "x.html", "--junit", "x.xml")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert (document["tier"], document["verdict"], document["baseline"]) == (["exact"], "same", "mine")
    assert {"id", "stored", "now", "z", "moved"} <= set(document["items"][0])
    assert (place / "x.html").read_text().startswith("<!")
    assert (place / "x.xml").read_text().startswith("<?xml")


def test_1_when_something_moved(place):
    path = place / "baseline" / exact.FILE
    before = path.read_text()
    lines = before.splitlines()
    at = next(k for k, line in enumerate(lines) if ",people,hours," in line)
    path.write_text("\n".join([*lines[:at], "job_bridge,people,hours,0000000000000000", *lines[at + 1 :]]) + "\n")
    try:
        done = sim(place, "check", "--github")
        assert done.returncode == 1
        assert "1 of " in done.stdout
        assert "Column hours of people" in done.stdout
        assert "::error " in done.stdout
    finally:
        path.write_text(before)


def leave(monkeypatch, capsys, folder, *arguments):
    """Exit code and the line on standard error of the command, in this process."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["sim", "baseline", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    told = capsys.readouterr()
    print(f"$ sim baseline {' '.join(arguments)}  -> {end.value.code}\n{told.err}")
    assert not told.out
    return end.value.code, told.err


@pytest.mark.parametrize(("arguments", "says"), [
    (("check", "--tier", "exakt"), "Did you mean 'exact'?"),
    (("check", "--tier", "effects"), "has no tier 'effects'"),
    (("update",), "needs a reason"),
    (("update", "--reason", " "), "needs a reason"),
    (("explain", "people.wages"), "Did you mean 'people.wage_cents'?"),
    (("check", "--no-such-option"), "No such option"),
])  # fmt: skip
def test_2_for_a_mistake_with_one_message(place, arguments, says, monkeypatch, capsys):
    code, told = leave(monkeypatch, capsys, place, *arguments)
    assert code == 2
    assert says in told


@pytest.mark.parametrize(("content", "says"), [
    (None, "no baseline at "),
    ("format: 99\nname: x\ntiers: {}", "has format 99"),
    ("{", "is damaged"),
])  # fmt: skip
def test_3_without_a_baseline_that_can_be_compared_with(tmp_path, content, says, monkeypatch, capsys):
    if content is not None:
        (tmp_path / store.FILE_NAME).write_text(content)
    code, told = leave(monkeypatch, capsys, tmp_path, "check", "--dir", str(tmp_path if content is not None else tmp_path / "nowhere"))
    assert code == 3
    assert says in told
    assert len(told.strip().splitlines()) == 1


def test_2_and_3_of_the_real_command(place):
    assert sim(place, "check", "--tier", "exakt").returncode == 2
    assert sim(place, "check", "--dir", "nowhere").returncode == 3


def test_explain_tells_the_history_and_that_nothing_diverges(place):
    done = sim(place, "explain", "people.wage_cents", "--json")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert [entry["reason"] for entry in document["history"]] == ["first"]
    assert document["item"]["moved"] is False
    assert document["divergence"] is None


def test_help_says_how_long_the_tiers_take_and_what_the_codes_mean(place):
    text = " ".join(sim(place, "check", "--help").stdout.split())
    for part in ("exact (10 s)", "statistical (40 s)", "effects (several minutes)", "0: same, 1: moved, 2: wrong input, 3: no baseline"):
        assert part in text, part


def test_every_way_says_which_differs(place, monkeypatch):
    """Three made-up ways, one of which gives another figure and one of which cannot be done."""
    made = {"a": {"exact.x": "1"}, "b": {"exact.x": "1"}, "c": {"exact.x": "2"}}

    def digests(way, settings):
        if way.name == "d":
            raise UserError("could not be done: no memory")
        return made[way.name]

    monkeypatch.setattr(ways, "digests", digests)
    found = ways.every_way(place / "baseline", lambda line: None, [ways.Way(name, name) for name in "abcd"])
    print(ways.text(found))
    assert ways.text(found).splitlines() == [
        "a  what the others are held against", "b  the same", "c  DIFFERS: exact.x", "d  could not be done: no memory",
        "Not the same: c, d.",
    ]  # fmt: skip
    assert ways.exit_code(found) == 1
    assert ways.text(found[:2]).endswith("The same in all 2 ways.")
    assert ways.exit_code(found[:2]) == 0


def test_every_way_is_a_new_process_whose_last_words_are_told(place):
    wrong = TierSettings(scenarios=("no_such_scenario",))
    with pytest.raises(UserError, match=r"could not be done: .*no_such_scenario"):
        ways.digests(ways.WAYS[0], wrong)
