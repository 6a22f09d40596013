"""Runs are read one at a time: the same sums whatever other runs there are, however many threads read them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from random_runs import MONTHS, N_MONTHS, write_run

from sim.analysis import frames as module
from sim.analysis.frames import Frames, gather
from sim.analysis.runs import read_runs
from sim.analysis.sums import MONTHLY, PANEL_SUMS, month_numbers, sums
from sim.codes import AGE_BANDS, PROVINCES, SECTORS, SEXES
from sim.config.errors import UserError


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    root = tmp_path_factory.mktemp("runs")
    return [write_run(root, seed) for seed in range(1, 8)]


def bits(frames: Frames, row: int) -> list[bytes]:
    """Everything that is known of one run."""
    months = len(frames.months)
    found = [frames.monthly[row * months : (row + 1) * months].drop("run").to_numpy().tobytes()]
    found.append(str(frames.programmes.filter(pl.col("run") == row).drop("run").rows()).encode())
    for field in fields(frames):
        value = getattr(frames, field.name)
        for array in value.values() if isinstance(value, dict) else [value]:
            if isinstance(array, np.ndarray):
                found.append(array[row].tobytes())
    return found


def test_a_run_has_the_same_bits_alone_and_among_others(folders, monkeypatch) -> None:
    together = gather(read_runs(folders))
    for row, folder in enumerate(folders):
        assert bits(gather(read_runs([folder])), 0) == bits(together, row)
    monkeypatch.setattr(module, "cores", lambda: 5)
    again = gather(read_runs(folders))
    assert [bits(again, row) for row in range(len(folders))] == [bits(together, row) for row in range(len(folders))]


def test_sums_are_those_of_all_rows_at_once(folders) -> None:
    frames = gather(read_runs(folders))
    first = frames.months[0]

    def everything(name: str) -> pl.DataFrame:
        parts = [pl.read_parquet(f / f"{name}.parquet", hive_partitioning=False).with_columns(run=k) for k, f in enumerate(folders)]
        return pl.concat(parts).filter(pl.col("month") >= first)

    panel, market, sexes, policies = (everything(name) for name in ("panel", "market", "sexes", "policies"))
    people = panel.group_by("run", "month").agg(pl.col(PANEL_SUMS).sum()).sort("run", "month")
    assert_close(frames.monthly.select(PANEL_SUMS), people.select(PANEL_SUMS))
    both = {"shortage": pl.col("shortage_fte").sum(), "filled": (pl.col("filled_fte") + pl.col("reserve_fte")).sum()}
    care = market.filter(pl.col("sector") == "Q").group_by("run", "month").agg(**both).sort("run", "month")
    assert_close(frames.monthly.select("shortage_fte.care", "filled_fte.care"), care.select("shortage", "filled"))
    assert frames.monthly.columns == ["run", "month", *MONTHLY]
    work = (pl.col("filled_fte") + pl.col("reserve_fte")).sum()
    for sector, province in (("A", "Groningen"), ("Q", "Utrecht")):
        place = (pl.col("sector") == sector) & (pl.col("province") == province)
        s, p = SECTORS.index(sector), PROVINCES.index(province)
        np.testing.assert_allclose(frames.market_fte[:, s, p], market.filter(place).group_by("run").agg(work).sort("run").to_series(1))
        last = place & (pl.col("month") >= frames.months[-12])
        vacant = market.filter(last).group_by("run").agg(pl.col("vacancies_open").sum()).sort("run").to_series(1)
        np.testing.assert_allclose(frames.vacancies[:, s, p], vacant / 12)
        idle = panel.filter(last).group_by("run").agg(pl.col("unemployed").sum()).sort("run").to_series(1)
        np.testing.assert_allclose(frames.unemployed[:, s, p], idle / 12)
    working = panel.filter(pl.col("sector") != "none")
    for split, column, words in (("age", "age_band", AGE_BANDS), ("sector", "sector", SECTORS), ("province", "province", PROVINCES)):
        lines = working.filter(pl.col(column) == words[3]).group_by("run").agg(pl.col("employed").sum()).sort("run").to_series(1)
        np.testing.assert_allclose(frames.person_months[split][:, 3], lines)
    women = sexes.filter(pl.col("sex") == SEXES[1]).group_by("run").agg(pl.col("fte").sum()).sort("run").to_series(1)
    np.testing.assert_allclose(frames.people_fte["sex"][:, 1], women)
    cost = policies.group_by("run", "policy").agg(pl.col("cost_eur").sum()).sort("run", "policy")
    assert frames.programmes.select("run", "policy").rows() == cost.select("run", "policy").rows()
    np.testing.assert_allclose(frames.programmes["cost_eur"], cost["cost_eur"])
    assert frames.programmes["saving_eur"].to_list() == [0.0] * cost.height  # these runs are of a version that recorded none


def assert_close(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    np.testing.assert_allclose(found.to_numpy(), expected.to_numpy(), rtol=1e-12)


def test_a_run_that_was_cut_short_is_named(folders, tmp_path: Path) -> None:
    short = write_run(tmp_path, 99, months=5)
    with pytest.raises(UserError, match=r"key=99 holds 5 months instead of 14: run it again"):
        gather(read_runs([*folders, short]))
    (short / "sexes.parquet").unlink()
    with pytest.raises(UserError, match=r"key=99 has no sexes.parquet: the run is incomplete"):
        gather(read_runs([short]))


def test_no_more_than_a_few_runs_are_read_ahead(folders, monkeypatch) -> None:
    monkeypatch.setattr(module, "cores", lambda: 1)
    started: list[Path] = []

    def counted(folder, months):
        started.append(folder)
        return sums(folder, months)

    monkeypatch.setattr(module, "sums", counted)
    reading = module.in_turn(read_runs(folders), MONTHS[1:])
    next(reading)
    assert len(started) <= 3
    assert len(list(reading)) == len(folders) - 1


def test_months_are_numbered_from_the_first_asked_for() -> None:
    days = pl.Series([MONTHS[0], MONTHS[1], MONTHS[2], MONTHS[1], MONTHS[-1]])
    assert month_numbers(days, MONTHS[1:]).tolist() == [-1, 0, 1, 0, N_MONTHS - 1]
    assert month_numbers(days.clear(), MONTHS[1:]).tolist() == []


def test_rows_in_any_order_of_months_have_the_same_sums(tmp_path: Path) -> None:
    folder = write_run(tmp_path, 5)
    expected = sums(folder, MONTHS[1:])
    pl.read_parquet(folder / "panel.parquet").sample(fraction=1, shuffle=True, seed=1).write_parquet(folder / "panel.parquet")
    found = sums(folder, MONTHS[1:])
    np.testing.assert_allclose(found.monthly, expected.monthly, rtol=1e-12)
    for kind in expected.cuts:
        np.testing.assert_allclose(found.cuts[kind], expected.cuts[kind], rtol=2e-7)
