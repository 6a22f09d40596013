"""``sim bench --sweep``: what is measured of the process pool, and how it is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time

import pytest
import quick_engine

from sim import cli
from sim.bench import sweep as module
from sim.bench.machine import Machine
from sim.bench.processes import Watch, descendants, is_known, processor_s, runnable
from sim.bench.sweep import SweepMeasurement, figures, measure_sweep
from sim.bench.sweep_compose import Composing
from sim.bench.sweep_memory import SweepMemory
from sim.bench.sweep_speed import Side, Speed, measure_speed
from sim.bench.sweep_table import markdown, show
from sim.bench.table import console
from sim.config.compose import compose

linux = pytest.mark.skipif(not is_known(), reason="only Linux tells threads and processor time of other processes")


@pytest.fixture
def measured():
    """A measurement that was never made: all bars are met but for `fields` of the speed."""

    def make(share: float = 0.98, ms: float = 3.0, many_mb: float = 240.0, **fields: object) -> SweepMeasurement:
        speed: dict[str, object] = {
            "runs": 200, "months": 87, "people": 135_000, "processes": 2, "blocks": 4,
            "pool": Side(1.42, 1.31, 0.97), "single": Side(1.45, 1.30, share), "ratio": 0.979, "ratio_of_blocks": (0.97, 0.99),
            "core_ratio": 0.99, "parent_share": 0.01, "same_digests": True, "computing": 2, "runnable": 1.98, "looks": 900,
            "looks_over": 0.01}  # fmt: skip
        return SweepMeasurement(
            "2026-11-22T12:00:00+00:00", "0.4.0", "0123456789", Machine("Processor 9000 (made up)", 2, 25), Speed(**speed | fields),  # type: ignore[arg-type]
            [Composing("compare all", 23, ms, 0.3), Composing("weak_evidence", 18, 1.0, 0.3)],
            SweepMemory(100, 240.0, 400.0, 2.5, 60.0, 3.0), SweepMemory(1000, many_mb, 400.0, 3.0, 600.0, 20.0), 700.0)  # fmt: skip

    return make


def test_every_bar_has_its_verdict(measured) -> None:
    bars = {figure.name: figure.is_met for figure in figures(measured())}
    assert bars == {
        "sweep/speed": True,
        "sweep/compose": True,
        "sweep/parent": True,
        "sweep/worker": True,
        "sweep/threads": True,
        "sweep/runnable": True,
        "sweep/over": None,
    }
    worse = measured(ms=20.1, many_mb=253.0, ratio=0.899, computing=4, runnable=2.1)
    missed = {figure.name for figure in figures(worse) if figure.is_met is False}
    assert missed == {"sweep/speed", "sweep/compose", "sweep/parent", "sweep/threads", "sweep/runnable"}
    text = markdown(worse)
    assert text.count("MISSED") == 5
    assert "| 200 runs in the pool, of 2 single processes | 89.9 % | >= 90 % | MISSED |" in text


def test_other_work_on_the_machine_and_other_results_are_told(measured, capsys) -> None:
    show(measured(), console())
    text = capsys.readouterr().out
    assert "PASS" in text
    assert "WARNING" not in text
    assert "Results are the same." in text
    show(measured(share=0.5, same_digests=False), console())
    text = capsys.readouterr().out
    assert "WARNING: other work was running" in text
    assert "Results are DIFFERENT." in text
    show(measured(core_ratio=None, parent_share=None, runnable=None, looks_over=None, single=Side(1.4, None, None)), console())
    assert "unknown" in capsys.readouterr().out


def leave(monkeypatch, *arguments: str) -> int:
    """Exit code of the command, in this process."""
    monkeypatch.setattr(sys, "argv", ["sim", "bench", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sweep", "7"], "--sweep takes a number of runs from 8 on that 4 divides, e.g. 40 or 200; got 7."),
        (["--sweep", "10"], "got 10."),
        (["--sweep", "40", "--full"], "--sweep is a measurement of its own"),
        (["--sweep", "40", "--guard", "x.json"], "--sweep is a measurement of its own"),
        (["--sweep", "40", "--json", "--markdown"], "--json or --markdown, not both"),
    ],
)
def test_mistakes_give_2_and_one_line(arguments, message, monkeypatch, capsys) -> None:
    assert leave(monkeypatch, *arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1


def test_the_verb_prints_a_table_markdown_or_json(measured, monkeypatch, capsys) -> None:
    asked = []
    monkeypatch.setattr(module, "measure_sweep", lambda runs, say: asked.append(runs) or measured())
    for arguments in (["--sweep", "40"], ["--sweep", "200", "--markdown"], ["--sweep", "8", "--json"]):
        assert leave(monkeypatch, *arguments) == 0
    assert asked == [40, 200, 8]
    out = capsys.readouterr().out
    document = json.loads(out[out.index("{") :])
    assert document["figures"]["sweep/speed"]["met"] is True
    assert document["busy"] is False
    assert document["speed"]["ratio"] == 0.979


@linux
def test_processes_that_were_started_are_found_with_their_processor_time() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(30)'])"
    with subprocess.Popen([sys.executable, "-c", code]) as child:
        until = time.perf_counter() + 20
        while len(found := descendants(child.pid)) < 2 and time.perf_counter() < until:
            time.sleep(0.02)
        try:
            assert len(found) == 2
            assert set(found) <= set(descendants(os.getpid()))
            assert processor_s(found) >= 0
            assert runnable(found[1]) in (0, 1)
        finally:
            for process in reversed(found):
                os.kill(process, 9)
    assert processor_s([child.pid]) == 0
    assert runnable(child.pid) == 0


@linux
def test_threads_that_want_a_core_are_counted() -> None:
    over = threading.Event()
    busy = threading.Thread(target=lambda: sum(1 for _ in iter(over.is_set, True)), daemon=True)
    before = processor_s([os.getpid()])
    with Watch() as watch:
        busy.start()
        time.sleep(1.5)
        over.set()
    busy.join()
    assert any(look.parent >= 1 for look in watch.looks)
    assert {look.workers for look in watch.looks} == {0}
    assert processor_s([os.getpid()]) > before


def test_pool_and_single_processes_do_the_same_runs(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("sim.bench.sweep_speed.cores", lambda: 2)
    monkeypatch.setattr("sim.runs.cores.cores", lambda: 2)
    base = compose(["population.scale=0.001", "until=2023-10"])
    configs = [base.model_copy(update={"seed": seed}) for seed in range(4)]
    speed = measure_speed(configs, tmp_path, load_engine=quick_engine.engine)
    assert (speed.runs, speed.months, speed.processes, speed.blocks) == (4, 1, 2, 1)
    assert speed.same_digests
    assert speed.ratio == pytest.approx(speed.pool.runs_per_s / speed.single.runs_per_s)
    assert speed.ratio_of_blocks == pytest.approx((speed.ratio,))
    assert speed.computing == 2
    if is_known():
        assert speed.core_ratio is not None
        assert 0.1 < speed.core_ratio < 10
        assert speed.pool.share_of_cores is not None
        assert 0 < speed.pool.share_of_cores < 1.2
    assert len(list(tmp_path.glob("pool/scenario=*/key=*"))) == len(list(tmp_path.glob("single/scenario=*/key=*"))) == 4


def test_too_few_runs_are_told_before_anything_is_done() -> None:
    with pytest.raises(module.UserError, match="got 4"):
        measure_sweep(4)
