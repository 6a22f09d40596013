"""Ages at retirement: sums by period, age and timing, and the difference that a scenario makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from small_runs import MONTHS, write_small

from sim.analysis import retirement
from sim.analysis.contrast import compare
from sim.analysis.retirement import AGES, TIMINGS, ages
from sim.recorder import RETIREMENT_AGES
from sim.recorder import TIMINGS as RECORDED

ROWS = ((66, "before", 30e3), (67, "at", 60e3), (68, "after", 10e3))


def write_ages(folder: Path, rows: tuple[tuple[int, str, float], ...] = ROWS) -> None:
    """The same in both months of the run; the state pension age rises from 66 years and 10 months to 67."""
    table = pl.DataFrame(rows, schema={"age": pl.UInt8, "timing": pl.String, "persons": pl.Float64}, orient="row")
    months = pl.DataFrame({"month": MONTHS[1:], "pension_age": pl.Series([802, 804], dtype=pl.Int16)})
    months.join(table, how="cross").write_parquet(folder / "retirements.parquet")


def test_the_recorder_and_the_analysis_speak_of_the_same_ages() -> None:
    assert (RETIREMENT_AGES, RECORDED) == (AGES, TIMINGS)


def test_persons_a_year_by_age_and_timing(tmp_path: Path) -> None:
    write_ages(tmp_path)
    found = ages(tmp_path, MONTHS[1:])
    for period in range(len(retirement.PERIODS)):
        people = found.persons[period]
        assert people[AGES.index(66), TIMINGS.index("before")] == pytest.approx(360e3)
        assert people[AGES.index(67), TIMINGS.index("at")] == pytest.approx(720e3)
        assert people.sum() == pytest.approx(1200e3)
        assert found.pension_age[period].tolist() == [802 / 12, 804 / 12]


def test_a_run_without_the_file_has_none_on_record(tmp_path: Path) -> None:
    found = ages(tmp_path, MONTHS[1:])
    assert np.isnan(found.persons).all()
    assert np.isnan(found.pension_age).all()


def test_levels_and_differences(tmp_path: Path) -> None:
    """Half of the early ones go late instead, in every pair but for a little luck."""
    folders = []
    for seed in range(1, 5):
        base = write_small(tmp_path, "baseline", seed)
        other = write_small(tmp_path, "later", seed, policies={"job_bridge": {}})
        write_ages(base)
        write_ages(other, ((66, "before", 15e3 + 100 * seed), (67, "at", 60e3), (68, "after", 25e3 - 100 * seed)))
        folders += [base, other]
    comparison = compare(folders)
    assert retirement.are_known(comparison)
    level, change = (of(comparison, "later", "all") for of in (retirement.level, retirement.change))
    assert level.late == pytest.approx(0.2475, abs=1e-4)
    assert level.mean_age == pytest.approx(800 / 12), "the mean age is that of the panel, in months"
    assert (level.low <= level.median).all()
    assert (level.median <= level.high).all()
    assert change.late.mean == pytest.approx(14.75)
    assert change.late.is_clear
    moved = {age: round(bar.mean) for age, bar in zip(AGES, change.by_age, strict=True) if bar.is_clear}
    assert moved == {66: -177e3, 68: 177e3}


def test_who_has_no_ages_on_record_still_has_a_mean(tmp_path: Path) -> None:
    folders = [write_small(tmp_path, name, seed) for name in ("baseline", "help") for seed in (1, 2)]
    comparison = compare(folders)
    assert not retirement.are_known(comparison)
    assert retirement.level(comparison, "help", "last").mean_age == pytest.approx(800 / 12)
