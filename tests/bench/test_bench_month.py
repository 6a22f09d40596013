"""The lines of the month are timed on the real model, and timing them changes nothing."""

from __future__ import annotations

import pytest

from sim.bench.month import measure_size, settings, timed_month, world_for
from sim.bench.throughput import measure_throughput
from sim.bench.twin import measure_twin, new_twin
from sim.model import MONTH, LabourMarket
from sim.recorder import Recorder


@pytest.fixture(scope="module")
def size():
    return measure_size(0.001, [1])


def test_a_year_of_every_line_is_timed(size):
    [year] = size.by_threads
    assert size.months == 12
    assert list(year.lines) == [phase.name for phase in MONTH]
    assert all(0 < line.ns.best <= line.ns.median for line in year.lines.values())
    assert sum(line.ns.mean for line in year.lines.values()) <= year.month.ns.mean
    assert year.outside_us > 0
    assert year.month.ratio == pytest.approx(year.month.ns.median / year.calibration_ns, rel=0.5)


def test_size_memory_and_building_are_told(size):
    assert 13_000 < size.people < 14_000
    assert 100 < size.peak_rss_mb < 5000
    assert size.world_s > 0
    assert size.by_threads[0].model_s > 0
    assert 20 < size.bytes_per_person < 100


def test_the_policy_is_on_while_the_year_is_timed():
    config = settings(0.001)
    model = LabourMarket(config, world_for(config))
    model.step()
    assert [programme.policy.name for programme in model.programmes] == ["senior_networks"]
    assert model.programmes[0].policy.is_open(model.month)


def test_timing_leaves_no_trace_in_the_result():
    config = settings(0.001, "2024-01")
    world = world_for(config)
    timed, plain = LabourMarket(config, world), LabourMarket(config, world)
    recorder = Recorder(timed, 4)
    recorder.record(is_opening=True)
    for _ in range(4):
        timed_month(timed, recorder)
        plain.step()
    assert timed.digest() == plain.digest()


def test_the_twin_is_timed_at_the_months_of_the_model():
    """The yardstick does the same work: what it times gives the people of the model."""
    config = settings(0.001)
    model, twin = LabourMarket(config, world_for(config)), new_twin(0.001)
    model.step()
    twin.step()
    for name, values in twin.columns(twin.people).items():
        assert values == model.people[name].tolist(), name


def test_the_twin_takes_longer():
    result = measure_twin(0.001, months=1)
    assert 13_000 < result.people < 14_000
    assert 0 < result.time.ns.best <= result.time.ns.median
    assert result.time.ratio > 100


def test_runs_per_second_on_all_cores():
    result = measure_throughput(1, ["population.scale=0.001", "until=2023-11"])
    assert result.months == 2
    assert result.runs_per_s > 0
    assert 13_000 < result.people < 14_000
