"""A measurement that was never made, for what is done with one; and a history of its own for every test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.bench.floors import Floors
from sim.bench.hazard import OBJECTS, Result
from sim.bench.machine import Machine
from sim.bench.measure import Measurement
from sim.bench.month import Size, Threads
from sim.bench.start import Start
from sim.bench.throughput import Throughput
from sim.bench.timing import Spread, Timing
from sim.bench.twin import TwinResult
from sim.model import MONTH


def line(ns: float) -> Timing:
    return Timing(Spread(ns, 0.9 * ns, 1.1 * ns), 2.2 * ns, 2 * ns)


def year(threads: int, ns: float) -> Threads:
    lines = {phase.name: line(ns / len(MONTH)) for phase in MONTH}
    return Threads(threads, 0.5 / threads, line(ns), lines, line(5.0), 100.0, 0.2, 1.0 if threads == 1 else None)


@pytest.fixture
def measured() -> Callable[..., Measurement]:
    """A measurement of a million people with the month at `ns` nanoseconds on one thread and 0.6 of that on two."""

    def make(ns: float = 30.0, **fields: object) -> Measurement:
        given: dict[str, object] = {
            "date": "2026-11-21T12:00:00+00:00",
            "version": "0.1.0",
            "code_digest": "0123456789abcdef0123",
            "commit": None,
            "machine": Machine("Processor 9000 (made up)", 2, 25),
            "packages": {"numba": "0.68.1"},
            "floors": [Floors(1, 0.5, 30.0), Floors(2, 0.25, 40.0)],
            "sizes": [Size(0.075, 1_000_000, 12, 38, 1.0, 450.0, (year(1, ns), year(2, 0.6 * ns)))],
            "mesa_us": 6.0,
            "hazard": [
                Result("Numba", 1, 100_000, Timing(Spread(1.4, 1.3, 1.5), 2.8, 2.6)),
                Result(OBJECTS, 1, 100_000, Timing(Spread(400.0, 390.0, 410.0), 800.0, 780.0)),
            ],
            "twin": TwinResult(20_000, Timing(Spread(1900.0, 1800.0, 2000.0), 3800.0, 3600.0)),
            "throughput": Throughput(1.5, 1.3, 87, 135_000, 2),
            "starts": {"warm": Start(4.0, 0.2, 1.0, 2.8), "cold": Start(50.0, 0.2, 1.0, 48.8)},
            "took_s": 36.0,
        }
        return Measurement(**(given | fields))  # type: ignore[arg-type]

    return make


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and the user's data folder in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path
