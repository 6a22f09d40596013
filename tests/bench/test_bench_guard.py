"""The guard of the speed: it holds for this version, lets noise pass, and catches a line that became slower.

Renew the reference, when a change of speed is meant: ``uv run sim bench --guard tests/bench/reference.json --refresh``
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from sim.bench import guard
from sim.bench.guard import Check, Reference, Rounds, checks
from sim.bench.machine import machine
from sim.config.errors import UserError
from sim.model import MONTH
from sim.phases.wages import Wages

pytestmark = pytest.mark.alone
REFERENCE = Path(__file__).with_name("reference.json")
KNOWN = guard.read(REFERENCE)
PLAIN = Reference("made up", "2026-11-21", "0.1.0", "0123", 100.0, {"matching": 60.0, "search": 39.0, "calendar": 1.0})


@pytest.mark.skipif(
    machine().cpu not in KNOWN,
    reason=f"LOUD: the speed is not guarded on {machine().cpu}: uv run sim bench --guard tests/bench/reference.json --refresh",
)
def test_the_month_is_no_slower_than_the_reference():
    found = guard.guard(KNOWN[machine().cpu])
    assert [check.name for check in found[1:]] == list(KNOWN[machine().cpu].lines)
    slower = [f"{check.name}: {check.now:.1f} instead of {check.reference:.1f} x the calibration kernel" for check in found if check.failed]
    assert not slower, "; ".join(slower)


def test_the_reference_knows_every_line_of_the_month():
    assert KNOWN
    for reference in KNOWN.values():
        assert set(reference.lines) == {phase.name for phase in MONTH} | {guard.OUTSIDE}
        assert sum(reference.lines.values()) == pytest.approx(reference.month, abs=0.2)


@pytest.mark.parametrize(
    ("month", "lines", "failed"),
    [
        (129.0, {}, []),
        (131.0, {}, ["month"]),
        (50.0, {"matching": 6.0}, []),
        (100.0, {"matching": 89.0}, []),
        (100.0, {"matching": 91.0}, ["matching"]),
        (104.0, {"calendar": 3.9}, []),  # nearly four times slower, and yet only 2.9 % of the month
        (104.1, {"calendar": 4.1}, ["calendar"]),
        (104.0, {"brand_new": 50.0}, []),
    ],
)
def test_what_fails(month, lines, failed):
    found = checks(PLAIN, replace(PLAIN, month=month, lines=PLAIN.lines | lines))
    assert [check.name for check in found if check.failed] == failed


def test_a_change_is_told_as_a_share():
    assert Check("month", 100.0, 130.0, False).change == pytest.approx(0.3)
    assert Check("month", 100.0, 50.0, False).change == pytest.approx(-0.5)


def measured(rounds: int) -> Reference:
    measuring = Rounds(scale=0.001)
    for _ in range(rounds):
        measuring.go()
    return measuring.reference()


def test_a_slower_line_is_caught_and_named(monkeypatch):
    before = measured(3)
    run = Wages.run

    def slow(self: Wages) -> None:
        run(self)
        end = time.process_time() + 0.005
        while time.process_time() < end:
            pass

    monkeypatch.setattr(Wages, "run", slow)
    found = checks(before, measured(3))
    assert {"month", "wages"} <= {check.name for check in found if check.failed}
    assert max(found, key=lambda check: check.now - check.reference if check.name != "month" else 0).name == "wages"


def test_waiting_is_not_taken_for_work(monkeypatch):
    """Another process that has the core is like a sleep: the clock runs, the processor time of this process does not."""
    before = measured(3)
    run = Wages.run

    def waiting(self: Wages) -> None:
        run(self)
        time.sleep(0.005)

    monkeypatch.setattr(Wages, "run", waiting)
    after = measured(3)
    assert after.lines["wages"] < 5 * before.lines["wages"], "5 ms on the clock would be some fifty times the line"


def test_more_rounds_follow_while_it_looks_slow(monkeypatch):
    class Settling(Rounds):
        """Noise that dies down: every round measures less."""

        def __init__(self) -> None:
            self.done = 0

        def go(self) -> None:
            self.done += 1

        def reference(self) -> Reference:
            return replace(PLAIN, month=200.0 - 10 * self.done)

    monkeypatch.setattr(guard, "Rounds", Settling)
    assert not guard.guard(PLAIN)[0].failed
    assert guard.guard(PLAIN)[0].now == 130.0
    assert guard.guard(replace(PLAIN, month=150.0))[0].now == 150.0, "no more than the least number of rounds when all is well"
    assert guard.guard(replace(PLAIN, month=-1000.0))[0].failed


def test_refresh_replaces_only_this_kind_of_processor(tmp_path, monkeypatch):
    file = tmp_path / "reference.json"
    file.write_text(json.dumps([asdict(PLAIN), asdict(replace(PLAIN, cpu="zz other"))]))
    monkeypatch.setattr(guard, "measure", lambda: (replace(PLAIN, month=70.0), False))
    guard.refresh(file)
    assert {cpu: reference.month for cpu, reference in guard.read(file).items()} == {"made up": 70.0, "zz other": 100.0}


def test_mistakes_are_told(tmp_path):
    file = tmp_path / "reference.json"
    with pytest.raises(UserError, match="no reference for this processor, Processor 9000: make one with sim bench --guard"):
        guard.reference_for(file, "Processor 9000")
    file.write_text("{}")
    assert guard.read(file) == {}
    file.write_text('[{"cpu": "x"}]')
    with pytest.raises(UserError, match="is not a reference file of sim bench"):
        guard.read(file)
    with pytest.raises(UserError, match="is not a reference file of sim bench"):
        guard.refresh(file)
