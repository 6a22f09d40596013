"""Tier ``statistical``: means and spreads over the seeds, by hand-worked numbers and by simulated luck."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.baseline import compare as rule
from sim.baseline import statistical
from sim.baseline.compare import by_luck, shift, spread_shift
from sim.baseline.figures import Figures, figure
from sim.baseline.item import Item
from sim.baseline.store import SHIPPED, Baseline, NoBaseline, TierSettings
from sim.calibration import validate
from sim.calibration.targets import load_targets
from sim.config.errors import UserError

SETTINGS = {"figures": "calibration", "scale": 0.01, "start": "2015-01", "until": "2023-09", "settings": []}
SEEDS = tuple(range(1, 21))


def figures(values: dict[tuple[str, str], np.ndarray], seeds: tuple[int, ...] = SEEDS, **settings: object) -> Figures:
    return Figures(
        SETTINGS | settings, seeds, {name: figure("thousand", dict(zip(seeds, of.tolist(), strict=True))) for name, of in values.items()}
    )


def drawn(seed: int, cells: tuple[str, ...] = ("A", "B", "C")) -> dict[tuple[str, str], np.ndarray]:
    rng = np.random.default_rng(seed)
    return {("jobs", cell): 100 + rng.normal(size=20) for cell in cells}


def by_id(items: list[Item]) -> dict[str, Item]:
    assert len({item.id for item in items}) == len(items)
    return {item.id.removeprefix("statistical."): item for item in items}


# --- the mean ---------------------------------------------------------------------------------------------------------------------
def test_the_distance_is_in_combined_standard_errors():
    stored = np.array([8.0, 9, 10, 11, 12])  # variance 10/4, squared standard error 0.5
    now = np.array([14.0, 14, 16, 18, 18])  # mean 16, variance 16/4, squared standard error 0.8
    found = shift(stored, now)
    assert (found.stored, found.now) == (10.0, 16.0)
    assert found.z == pytest.approx(6 / math.sqrt(1.3))
    assert found.moved
    assert shift(now, stored).z == pytest.approx(-6 / math.sqrt(1.3))


def test_three_standard_errors_are_the_bound():
    stored = np.array([8.0, 9, 10, 11, 12])  # against itself moved by d: d / sqrt(0.5 + 0.5) standard errors
    assert not shift(stored, stored + 2.999).moved
    assert shift(stored, stored + 3.001).moved


def test_a_sample_of_two_seeds_is_taken_to_be_spread_as_both_together():
    stored, now = np.array([8.0, 9, 10, 11, 12]), np.array([10.0, 10.0])
    found = shift(stored, now + 3)  # pooled variance (10 + 0) / (5 + 2 - 2) = 2; squared errors 0.5 and 2/2
    assert found.z == pytest.approx(3 / math.sqrt(0.5 + 1.0))


def test_the_same_figures_are_zero_standard_errors_apart_also_without_any_spread():
    for sample in (np.arange(20.0), np.full(20, 7.0), np.array([7.0])):
        assert shift(sample, sample.copy()) == rule.Shift(sample.mean(), sample.mean(), 0.0, False)


def test_where_all_stored_seeds_agree_any_change_has_moved():
    same = np.full(20, 7.0)
    found = shift(same, same + 1e-5)
    assert found.moved
    assert found.z is None
    one = same.copy()
    one[3] += 0.001
    assert shift(same, one).moved


def test_a_figure_that_became_undefined_has_moved():
    empty = np.full(3, math.nan)
    assert shift(np.arange(3.0), empty).moved
    assert not shift(empty, empty).moved


def test_luck_alone_moves_as_many_means_as_stated():
    """20,000 pairs of samples of 20 seeds: the share beyond 3 is that of Student's t with 38 degrees of freedom."""
    rng = np.random.default_rng(1)
    for draw in (rng.normal, lambda size: rng.standard_t(3, size), lambda size: np.exp(rng.normal(size=size))):
        share = beyond(draw(size=(20_000, 2, 20)))
        assert share < by_luck(20, 20) + 0.0015, "no more than stated, also with heavy tails; 0.0015 is three standard errors of the share"
    assert beyond(rng.normal(size=(20_000, 2, 20))) == pytest.approx(by_luck(20, 20), abs=0.0015)
    assert by_luck(20, 20) == pytest.approx(0.0047, abs=5e-5)


def beyond(samples: np.ndarray) -> float:
    """Share of (n, 2, seeds) whose two means differ by more than three combined standard errors; `shift`, for many at once."""
    errors = np.sqrt((samples.var(axis=2, ddof=1) / samples.shape[2]).sum(axis=1))
    z = np.diff(samples.mean(axis=2), axis=1)[:, 0] / errors
    assert shift(samples[0, 0], samples[0, 1]).z == pytest.approx(z[0])
    return float((np.abs(z) > rule.BEYOND).mean())


# --- the spread -------------------------------------------------------------------------------------------------------------------
def test_the_spread_is_compared_by_the_distances_from_the_median():
    stored = np.array([[8.0, 8, 9, 10, 10, 11, 12, 12]])  # distances from 10: 2 2 1 0 0 1 2 2
    now = 10 + 3 * (stored - 10)
    both = np.array([2.0, 2, 1, 0, 0, 1, 2, 2])
    found = spread_shift(stored, now)
    assert found is not None
    assert found.z == pytest.approx(shift(both, 3 * both).z)
    assert found.stored == pytest.approx(100 * stored.std(ddof=1) / 10)
    assert found.now == pytest.approx(3 * found.stored)


def test_luck_alone_moves_no_more_spreads_than_stated():
    """Of one cell and of eight, with normal luck, heavy tails, skewed, and the same luck in all cells."""
    rng = np.random.default_rng(2)
    n, seeds = 1000, 40
    common = rng.normal(size=(n, 1, seeds)) + 0.2 * rng.normal(size=(n, 8, seeds))
    kinds = {
        "normal, one cell": rng.normal(size=(n, 1, seeds)),
        "normal, eight cells": rng.normal(size=(n, 8, seeds)),
        "Student's t with 3 degrees of freedom": rng.standard_t(3, size=(n, 1, seeds)),
        "log-normal": np.exp(0.7 * rng.normal(size=(n, 1, seeds))),
        "common": common,
    }
    for name, samples in kinds.items():
        moved = [found.moved for each in samples + 10 if (found := spread_shift(each[:, :20], each[:, 20:])) is not None]
        assert len(moved) == n
        assert np.mean(moved) < by_luck(20, 20) + 0.0065, f"{name}: 0.0065 is three standard errors of the share"


def test_a_spread_three_times_as_wide_is_found():
    rng = np.random.default_rng(3)
    for cells, least in ((1, 0.6), (8, 0.99)):
        samples = rng.normal(size=(200, cells, 40))
        samples[:, :, 20:] *= 3
        found = [spread_shift(10 + each[:, :20], 10 + each[:, 20:]) for each in samples]
        assert np.mean([each is not None and each.moved for each in found]) > least


def test_a_figure_that_stops_to_vary_has_moved_and_rare_events_say_nothing():
    vary, still = np.random.default_rng(4).normal(10, 1, (1, 20)), np.full((1, 20), 10.0)
    for stored, now in ((vary, still), (still, vary)):
        found = spread_shift(stored, now)
        assert found is not None
        assert found.moved
        assert found.z is None
    rare = np.zeros((1, 20))
    rare[0, :3] = 5
    assert spread_shift(rare, rare[:, ::-1]) is None


def test_too_few_seeds_say_nothing_of_the_spread():
    assert spread_shift(np.random.default_rng(5).normal(size=(3, 20)), np.random.default_rng(6).normal(size=(3, 7))) is None


# --- items ------------------------------------------------------------------------------------------------------------------------
def test_the_same_code_gives_exactly_what_is_stored_with_any_number_of_seeds():
    stored = figures(drawn(1))
    for n in (20, 4, 1):
        now = figures({name: of[:n] for name, of in drawn(1).items()}, SEEDS[:n])
        items = statistical.compare(stored, now)
        assert {item.z for item in items} == {0.0}
        assert not any(item.moved for item in items)


def test_a_planted_shift_is_found_and_the_sentence_says_where():
    shifted = drawn(2)
    shifted["jobs", "B"] = shifted["jobs", "B"] + 2  # standard errors of 1/sqrt(20): 2 is about six combined ones
    items = by_id(statistical.compare(figures(drawn(1)), figures(shifted)))
    assert [name for name, item in items.items() if item.moved] == ["jobs.B"]
    item = items["jobs.B"]
    assert item.z is not None
    assert 4 < item.z < 9
    assert item.sentence.startswith("Employee jobs")
    assert "section B: 102" in item.sentence
    assert "(+2" in item.sentence
    assert list(items) == ["jobs.A", "jobs.B", "jobs.C", "jobs.spread"]


def test_a_planted_change_of_spread_is_found_with_unmoved_means():
    wide = {name: of.mean() + 4 * (of - of.mean()) for name, of in drawn(1).items()}
    items = by_id(statistical.compare(figures(drawn(1)), figures(wide)))
    assert [name for name, item in items.items() if item.moved] == ["jobs.spread"]
    assert items["jobs.spread"].now == pytest.approx(4 * float(items["jobs.spread"].stored or 0), rel=1e-3)


def test_what_came_and_what_went_is_named_and_fails():
    stored, now = drawn(1), drawn(1)
    now["jobs", "D"] = now.pop(("jobs", "C"))
    now["hours", "A"] = stored["wages", "A"] = np.arange(20.0)
    items = by_id(statistical.compare(figures(stored), figures(now)))
    assert {name for name, item in items.items() if item.moved} == {"jobs.C", "jobs.D", "hours.A", "wages.A"}
    assert items["jobs.C"].sentence == "The figure C of the target jobs is stored and no longer there: sim baseline update."
    assert items["jobs.D"].sentence == "The target jobs has a new figure without a stored value, D: sim baseline update."
    assert (items["hours.A"].stored, items["hours.A"].now, items["wages.A"].now) == (None, 9.5, None)
    assert items["wages.A"].sentence == "The target wages is stored and no longer there: sim baseline update."


def test_other_settings_cannot_be_compared():
    [item] = statistical.compare(figures(drawn(1)), figures(drawn(1), scale=0.001))
    assert item.moved
    assert item.id == "statistical.settings"
    assert (item.stored, item.now) == ("scale 0.01", "scale 0.001")


# --- what is measured -------------------------------------------------------------------------------------------------------------
def history(seed: int) -> pl.DataFrame:
    """Two sections with jobs in every year, each seed ten higher than the one before; and a target that is not scored."""
    rows = [("jobs", "C", str(year), 100.0 + 10 * seed + (5 if year > 2019 else 0)) for year in range(2015, 2023)]
    rows += [("jobs", "Q", str(year), 300.0) for year in range(2015, 2023)]
    rows += [("job_finding", "15-34", "2018", 3.0), ("jobs", "no such section", "2018", 3.0)]
    frame = pl.DataFrame(rows, schema=["target", "cell", "period", "value"], orient="row")
    return frame.with_columns(pl.lit(seed, pl.Int64).alias("seed"))


def test_levels_are_means_over_the_periods_and_later_is_the_change_in_percent():
    found = statistical.of_targets(pl.concat([history(1), history(2)]))
    assert {name: dict(of.values) for name, of in found.items()} == {
        ("jobs", "C"): {1: 110 + 5 * 3 / 8, 2: 120 + 5 * 3 / 8},
        ("jobs", "Q"): {1: 300.0, 2: 300.0},
        ("jobs", "later"): {1: pytest.approx(100 * 5 / 410, rel=1e-5), 2: pytest.approx(100 * 5 / 420, rel=1e-5)},
    }
    assert found["jobs", "C"].unit == "thousand"


def test_measured_seeds_of_a_validation_are_used_again(tmp_path, monkeypatch):
    told: list[int] = []

    def quick(config, path):
        told.append(config.seed)
        validate.write(history(config.seed).drop("seed"), path)

    monkeypatch.setattr(validate, "measure_seed", quick)
    monkeypatch.setattr(validate, "compile_first", lambda tell: None)
    settings = (f"runs_dir={tmp_path}", "compute.processes=1", "population.scale=0.002")
    base = Baseline(name="test", tiers={"statistical": TierSettings(settings=settings, seeds=3)})
    first = statistical.measure(base, print)
    assert told == [1, 2, 3]
    assert statistical.measure(base, print) == first
    assert told == [1, 2, 3]
    assert first.settings == SETTINGS | {"scale": 0.002, "settings": ["population.scale=0.002"]}
    assert first.seeds == (1, 2, 3)


def test_the_targets_are_those_of_the_baseline():
    base = Baseline(name="test", tiers={"statistical": TierSettings(scenarios=("job_bridge",))})
    with pytest.raises(UserError, match="targets: levels"):
        statistical.measure(base, print)


# --- the file ---------------------------------------------------------------------------------------------------------------------
def test_what_is_read_is_what_was_written_and_the_same_bytes(tmp_path):
    stored = figures(drawn(1))
    statistical.save(stored, tmp_path)
    assert statistical.load(tmp_path) == stored
    text = (tmp_path / statistical.FILE).read_bytes()
    statistical.save(figures(drawn(1)), tmp_path)
    assert (tmp_path / statistical.FILE).read_bytes() == text
    lines = text.decode().splitlines()
    assert lines[1].startswith("of,figure,unit,1,2,3")
    assert lines[2].startswith("jobs,A,thousand,100.346,")


def test_a_figure_that_is_undefined_in_a_seed_stays_so(tmp_path):
    holes = Figures(SETTINGS, (1, 2), {("jobs", "A"): figure("thousand", {1: math.nan, 2: 3.0})})
    statistical.save(holes, tmp_path)
    assert statistical.load(tmp_path) == holes


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "damaged"),
        ("# {}\nof,figure,unit\n", "seeds"),
        ("# {}\nof,figure,unit,2,1\n", "increase"),
        ("# {}\nof,figure,unit,1\njobs,A,thousand\n", "line 3"),
        ("# {}\nof,figure,unit,1\njobs,A,thousand,many\n", "line 3"),
        ("# {}\nof,figure,unit,1\njobs,A,thousand,inf\n", "finite"),
        ("# {}\nof,figure,unit,1\njobs,A,x,1\njobs,A,x,1\n", "once"),
        ('# {}\nof,figure,unit,1\n"jobs,A,x,1\n', "damaged"),
        ("# " + "[" * 100_000, "damaged"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, text: str, why: str):
    (tmp_path / statistical.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(NoBaseline, match=why) as error:
        statistical.load(tmp_path)
    assert statistical.FILE in str(error.value)


def test_what_failed_is_an_item_and_cannot_be_stored(tmp_path):
    broken = replace(figures(drawn(1)), failed={"mine": "seed 3 failed: no memory"})
    item = by_id(statistical.compare(figures(drawn(1)), broken))["mine.failed"]
    assert item.moved
    assert "no memory" in item.sentence
    with pytest.raises(UserError, match="mine: seed 3"):
        statistical.save(broken, tmp_path)


# --- the shipped figures ----------------------------------------------------------------------------------------------------------
def test_the_shipped_figures_are_small_whole_and_compare_with_themselves():
    found = statistical.load(SHIPPED)
    assert found.settings == SETTINGS
    assert found.seeds == SEEDS
    assert (SHIPPED / statistical.FILE).stat().st_size < 150_000
    items = statistical.compare(found, found)
    assert len(items) > 250
    assert {item.z for item in items} == {0.0}
    scored = {name for name, target in load_targets().items() if target.scored}
    assert {name for name, _ in found.figures} == scored, "every scored target"


def test_ten_shipped_seeds_against_the_other_ten_move_no_more_than_stated():
    """What luck does in the model itself: seeds drawn by lot from the same twenty, whose distributions are not normal."""
    found, rng = statistical.load(SHIPPED), np.random.default_rng(7)
    moved = []
    for _ in range(12):
        order = rng.permutation(found.seeds).tolist()
        moved += [item.moved for item in statistical.compare(some(found, order[:10]), some(found, order[10:]))]
    assert len(moved) > 3000
    assert 0 < np.mean(moved) < 1.5 * by_luck(10, 10), "items of one split share their luck: half as much again is allowed"


def some(found: Figures, seeds: list[int]) -> Figures:
    """Some of the seeds, numbered anew."""
    renamed = {
        name: figure(of.unit, {n: of.values[seed] for n, seed in enumerate(seeds, 1) if seed in of.values})
        for name, of in found.figures.items()
    }
    return Figures(found.settings, tuple(range(1, len(seeds) + 1)), renamed)
