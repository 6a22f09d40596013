"""`sim.open_runs`: finished runs as lazy frames."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

import sim
from sim.analysis import columns
from sim.analysis.contrast import compare
from sim.analysis.open_runs import IDENTITY
from sim.codes import SECTORS
from sim.config.errors import UserError
from sim.runs.execute import FRAMES

MANY = 1000


@pytest.mark.parametrize("name", FRAMES)
def test_every_table_is_lazy_and_says_which_run_a_row_is_of(name: str, runs_dir: Path) -> None:
    found = sim.open_runs(runs_dir)
    frame = getattr(found, name)
    assert isinstance(frame, pl.LazyFrame)
    assert dict(frame.collect_schema()) == IDENTITY | columns.schema(name)
    table = frame.collect()
    files = [pl.read_parquet(folder / f"{name}.parquet") for folder in found.folders]
    assert len(table) == sum(map(len, files))
    for run, file in zip(found.records, files, strict=True):
        mine = table.filter(pl.col("key") == run.key)
        assert mine.drop(list(IDENTITY)).equals(file)
        assert not len(mine) or mine.select("scenario", "seed", "draw", "evidence").unique().row(0) == (
            run.scenario,
            run.seed,
            None,
            "central",
        )


def test_one_row_per_run_with_its_settings_digests_and_summary(runs_dir: Path) -> None:
    found = sim.open_runs(runs_dir)
    table = found.runs
    assert table.select("scenario", "seed").rows() == [(name, seed) for name in ("baseline", "job_bridge", "pay_rise") for seed in (1, 2)]
    assert len(found) == len(table) == 6
    assert table["population.scale"].unique().to_list() == [0.001]
    assert table.filter(scenario="pay_rise")["policies.pay_rise.rise"].to_list() == [0.05, 0.05]
    assert table.filter(scenario="baseline")["policies.pay_rise.rise"].to_list() == [None, None]
    assert table["digest"].n_unique() == 6
    assert table["summary.employed"].min() > 8e6
    assert table["wall_s"].min() > 0
    assert all(Path(folder).is_dir() for folder in table["run_dir"])


def test_figures_agree_with_the_comparison(runs_dir: Path) -> None:
    found = sim.open_runs(runs_dir)
    work = (
        found.market.filter(pl.col("month") >= pl.date(2023, 10, 1))
        .group_by("scenario", "seed")
        .agg((pl.col("filled_fte") + pl.col("reserve_fte")).sum())
        .collect()
    )
    by_seed = work.pivot("scenario", index="seed", values="filled_fte")
    [result] = [result for result in compare(found.folders).scenarios if result.name == "pay_rise"]
    assert (by_seed["pay_rise"] - by_seed["baseline"]).mean() == pytest.approx(result.net_fte_months.mean)


def test_filters_choose_runs_by_any_column(runs_dir: Path) -> None:
    one = sim.open_runs(runs_dir, scenario="pay_rise", seed=[2, 3])
    assert (len(one), one.left_out) == (1, 5)
    assert one.market.select("scenario", "seed").unique().collect().rows() == [("pay_rise", 2)]
    assert len(sim.open_runs(runs_dir, **{"policies.pay_rise.rise": None})) == 4
    assert len(sim.open_runs(runs_dir, draw=None)) == 6
    nothing = sim.open_runs(runs_dir, seed=99)
    assert len(nothing) == 0
    assert dict(nothing.panel.collect_schema()) == IDENTITY | columns.schema("panel")
    with pytest.raises(UserError, match="no column 'scenari' to filter by; did you mean 'scenario'"):
        sim.open_runs(runs_dir, scenari="pay_rise")
    with pytest.raises(UserError, match="Unknown table"):
        one.table("panels")


def test_failed_runs_and_runs_of_another_set_are_left_out_unless_asked_for(runs_dir: Path, tmp_path: Path) -> None:
    copy = tmp_path / "runs"
    shutil.copytree(runs_dir, copy)
    failed, old = sorted(copy.glob("scenario=pay_rise/key=*"))
    for folder, change in ((failed, {"status": "failed"}), (old, {"code_digest": "older", "created": "2020-01-01"})):
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        (folder / "run.json").write_text(json.dumps(record | change), encoding="utf-8")
    pl.read_parquet(old / "policies.parquet").drop("saving_eur").write_parquet(old / "policies.parquet")
    newest, everything = sim.open_runs(copy), sim.open_runs(copy, comparable=False)
    assert (len(newest), newest.left_out) == (4, 1)
    assert len(everything) == 5
    older = everything.policies.filter(pl.col("scenario") == "pay_rise").collect()
    assert older["saving_eur"].null_count() == len(older) > 0
    with pytest.raises(UserError, match="There is no folder"):
        sim.open_runs(tmp_path / "nowhere", comparable=False)


def test_a_thousand_runs_open_without_reading_a_table(runs_dir: Path, tmp_path: Path) -> None:
    """The thousand have no tables at all, except one: who asks for that one reads only that one."""
    [source] = sim.open_runs(runs_dir, scenario="baseline", seed=1).folders
    record, config = json.loads((source / "run.json").read_text(encoding="utf-8")), (source / "config.yaml").read_bytes()
    for number in range(MANY):
        folder = tmp_path / "scenario=baseline" / f"key=k{number:04d}"
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(json.dumps(record | {"key": f"k{number:04d}", "seed": number}), encoding="utf-8")
        (folder / "config.yaml").write_bytes(config)
    shutil.copy(source / "market.parquet", tmp_path / "scenario=baseline" / "key=k0007")
    found = sim.open_runs(tmp_path)
    assert found.runs["seed"].to_list() == list(range(MANY))
    assert dict(found.panel.collect_schema()) == IDENTITY | columns.schema("panel")
    rows = sim.open_runs(tmp_path, seed=7).market.group_by("sector").len().collect()
    assert set(rows["sector"].cast(pl.String)) == set(SECTORS)


def test_it_stands_in_the_public_interface() -> None:
    assert "open_runs" in sim.__all__
    assert sim.open_runs.__doc__
