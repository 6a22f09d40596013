"""``sim bench`` as a user meets it."""

from __future__ import annotations

import json
import sys

import pytest

from sim import cli
from sim.bench import command, guard, history, measure
from sim.bench.measure import check_scales
from sim.bench.start import measure_start
from sim.config.errors import UserError


def leave(monkeypatch, *arguments):
    """Exit code of the command, in this process."""
    monkeypatch.setattr(sys, "argv", ["sim", "bench", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


@pytest.fixture
def ready(measured, monkeypatch):
    """A benchmark that is done at once; returns what it was asked for."""
    asked = []

    def at_once(scales, *, cold, say):
        asked.append((tuple(scales), cold))
        say("measuring")
        return measured(30.0 * len(asked), machine=measure.machine())

    monkeypatch.setattr(measure, "measure", at_once)
    return asked


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--refresh"], "--refresh renews the file of --guard: sim bench --guard FILE --refresh"),
        (["--guard", "x.json", "--full"], "--guard measures a fixed small size"),
        (["--guard", "x.json"], "x.json has no reference for this processor"),
        (["--full", "--scale", "0.01"], "--full names its own sizes"),
        (["--json", "--markdown"], "--json or --markdown, not both"),
        (["--scale", "2"], "--scale must be 0.001 to 1, got 2."),
        (["--scale", "0.0001"], "--scale must be 0.001 to 1, got 0.0001."),
    ],
)
def test_mistakes_give_2_and_one_line(arguments, message, monkeypatch, capsys, tmp_path):
    assert leave(monkeypatch, *arguments) == 2
    out, error = capsys.readouterr()
    assert message in error
    assert len(error.splitlines()) == 1
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_too_little_memory_is_told_before_anything_is_measured(monkeypatch):
    monkeypatch.setattr(measure, "free_memory_gb", lambda: 1.0)
    with pytest.raises(UserError, match=r"--scale 1 needs about 3.0 GB of memory, 1.0 GB is free"):
        check_scales([0.01, 1.0])


def test_json_is_one_document_and_the_history_grows(ready, monkeypatch, capsys, tmp_path):
    assert leave(monkeypatch, "--json") == 0
    out, error = capsys.readouterr()
    found = json.loads(out)
    assert {"machine", "sizes", "hazard", "twin", "throughput", "starts", "floors", "figures", "code_digest", "page"} <= set(found)
    assert found["figures"]["month/0.075/2"]["met"] is True
    assert error == "... measuring\n"
    assert (tmp_path / "runs" / "bench.html").stat().st_size > 500_000
    assert leave(monkeypatch, "-o", "page.html") == 0
    text = capsys.readouterr().out
    assert "+100% WORSE" in text
    assert text.splitlines()[-1] == "Next: open page.html in a browser."
    assert len(history.read(history.history_file(), measure.machine())) == 2


def test_sizes_and_cold(ready, monkeypatch, capsys):
    for arguments in ([], ["--full"], ["--cold", "--scale", "0.01", "--scale", "0.1"], ["--markdown"]):
        assert leave(monkeypatch, *arguments) == 0
    assert ready == [((0.0075, 0.075), False), ((0.0075, 0.075, 1.0), True), ((0.01, 0.1), True), ((0.0075, 0.075), False)]
    assert capsys.readouterr().out.count("| ns per person-month |") == 1


def test_a_broken_history_is_told_before_anything_is_measured(ready, monkeypatch, capsys):
    file = history.history_file()
    file.parent.mkdir(parents=True)
    file.write_text("nonsense\n")
    assert leave(monkeypatch) == 2
    assert "line 1: not a measurement of sim bench" in capsys.readouterr().err
    assert ready == []


def test_guard_leaves_with_1_when_slower(monkeypatch, capsys, tmp_path):
    reference = guard.Reference(measure.machine().cpu, "2026-11-21", "0.1.0", "0123", 100.0, {"wages": 100.0})
    now = [reference]

    class Done:
        share_of_core = 0.5

        def go(self) -> None:
            pass

        def reference(self) -> guard.Reference:
            return now[0]

    monkeypatch.setattr(guard, "Rounds", Done)
    assert leave(monkeypatch, "--guard", "reference.json", "--refresh") == 0
    out, error = capsys.readouterr()
    assert "the month takes 100 times the calibration kernel" in out
    assert "WARNING: other work was running" in error
    assert leave(monkeypatch, "--guard", "reference.json") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Fine."
    now[0] = guard.Reference(**{**vars(reference), "month": 140.0, "lines": {"wages": 140.0}})
    assert leave(monkeypatch, "--guard", "reference.json") == 1
    text = capsys.readouterr().out
    assert "FAILED: more than 30% slower" in text
    assert "sim bench --guard reference.json --refresh" in text
    assert leave(monkeypatch, "--guard", "reference.json", "--json") == 1
    assert json.loads(capsys.readouterr().out)["fine"] is False


# --- the real thing, small --------------------------------------------------------------------------------------------------------


def test_the_whole_benchmark_on_a_tiny_population(monkeypatch, capsys):
    monkeypatch.setattr(measure, "thread_counts", lambda: [1])
    monkeypatch.setattr(measure, "measure_hazard", lambda threads: [])
    monkeypatch.setattr(measure, "measure_twin", lambda: None)
    monkeypatch.setattr(measure, "measure_throughput", lambda: None)
    monkeypatch.setattr(
        measure, "measure_start", lambda cold: measure_start(cold=cold, settings=["population.scale=0.001", "until=2023-10"])
    )
    assert leave(monkeypatch, "--json", "--scale", "0.001") == 0
    found = json.loads(capsys.readouterr().out)
    [size] = found["sizes"]
    assert 100 < size["peak_rss_mb"] < 2000
    assert found["starts"]["warm"]["start_s"] > 0.3
    assert found["mesa_us"] > 0
    assert all(floor["triad_gb_s"] > 0.5 and 0.01 < floor["calibration_ns"] < 100 for floor in found["floors"])


def test_a_lost_process_is_told(monkeypatch):
    from concurrent.futures.process import BrokenProcessPool

    class Lost:
        def __init__(self, *arguments: object, **more: object) -> None:
            pass

        def __enter__(self):
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def submit(self, *arguments: object):
            raise BrokenProcessPool

    monkeypatch.setattr(measure, "ProcessPoolExecutor", Lost)
    with pytest.raises(UserError, match="its process was ended, probably for want of memory"):
        measure.in_own_process(0.001, [1])


def test_options_are_checked_without_heavy_imports():
    command.check(command.Options(full=True, cold=True))
