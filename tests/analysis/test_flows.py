"""Who moves: the sums agree with the ledger, staying is no move, and a change counts as clear when it is so among all links."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from small_runs import write_small

from sim.analysis import flows
from sim.analysis.contrast import compare
from sim.analysis.flows import PLACES, moves
from sim.codes import SECTOR_GROUPS, month_date

COLUMNS = ("from_state", "from_sector", "to_state", "to_sector", "persons")
MONTHS = [month_date(12 * 123 + 9), month_date(12 * 123 + 10)]
"""October and November 2023."""


def write_moves(folder: Path, *rows: tuple[str, str, str, str, float]) -> None:
    """The same moves in both months."""
    table = pl.DataFrame(rows, schema=COLUMNS, orient="row").with_columns(cause=pl.lit("search"))
    pl.DataFrame({"month": MONTHS}).join(table, how="cross").write_parquet(folder / "flows.parquet")


def stock(panel: pl.DataFrame, month: object) -> np.ndarray:
    """Persons by place at the end of a month; nobody is counted outside."""
    rows = panel.filter(pl.col("month") == month).with_columns(pl.col("sector").cast(pl.String))
    at_work = [rows.filter(pl.col("sector").is_in(SECTOR_GROUPS[place]))["employed"].sum() for place in flows.WORK]
    return np.array([*at_work, *(rows[place].sum() for place in PLACES[len(flows.WORK) : -1])])


def test_opening_stock_plus_moves_is_closing_stock_in_a_real_run(run, tmp_path: Path) -> None:
    result = run()
    result.flows.write_parquet(tmp_path / "flows.parquet")
    months = result.panel["month"].unique().sort().to_list()
    table = moves(tmp_path, months[1:])
    opening, closing = stock(result.panel, months[0]), stock(result.panel, months[-1])
    moved = table.sum(axis=0) - table.sum(axis=1)
    assert np.abs(moved[:-1]).max() > 0
    np.testing.assert_allclose(opening + moved[:-1], closing, rtol=1e-9)
    half = len(months) // 2
    early, late = moves(tmp_path, months[1:half]), moves(tmp_path, months[half:])
    np.testing.assert_allclose(early + late, table, rtol=1e-9)
    assert early.sum() > 0


def test_who_stays_in_a_group_of_sectors_or_a_state_has_not_moved(tmp_path: Path) -> None:
    write_moves(
        tmp_path,
        ("employed", "G", "employed", "N", 5.0),  # both of the other sectors
        ("employed", "C", "employed", "F", 5.0),  # both technology
        ("unemployed", "Q", "unemployed", "P", 5.0),
        ("unemployed", "none", "employed", "Q", 2.0),
        ("employed", "C", "employed", "Q", 3.0),
    )
    table = moves(tmp_path, MONTHS)
    found = {(PLACES[a], PLACES[b]): table[a, b] for a, b in np.argwhere(table)}
    assert found == {("unemployed", "care"): 4.0, ("technology", "care"): 6.0}
    assert moves(tmp_path, MONTHS[1:]).sum() == 5.0


def test_a_run_without_the_file_has_no_moves_on_record_instead_of_none(tmp_path: Path) -> None:
    assert np.isnan(moves(tmp_path, MONTHS)).all()


def test_the_views_are_what_they_say() -> None:
    assert flows.in_view(("rest", "care"), "crucial")
    assert flows.in_view(("care", "ict"), "crucial")
    assert not flows.in_view(("care", "rest"), "crucial")
    assert flows.in_view(("care", "retired"), "out")
    assert not flows.in_view(("care", "rest"), "out")
    assert not flows.in_view(("unemployed", "inactive"), "out")
    assert flows.in_view(("unemployed", "inactive"), "all")


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Six seeds: the policy brings 1200 people a year more from unemployment into care, and otherwise only luck."""
    luck, made = np.random.default_rng(1), []
    for seed in range(1, 7):
        shared = luck.normal(0, 300, 3)
        for name in ("baseline", "help"):
            own, gain = luck.normal(0, 3, 3), 100.0 * (name == "help")
            into, out, rare = np.array([3000.0, 4000.0, 50.0]) + np.array([1, 1, 0]) * (shared + own)
            folder = write_small(tmp_path, name, seed, policies={"job_bridge": {}} if gain else None)
            write_moves(
                folder, ("unemployed", "Q", "employed", "Q", into + gain), ("employed", "G", "retired", "G", out),
                ("employed", "P", "employed", "DEF", rare),
            )  # fmt: skip
            made.append(folder)
    return made


def test_a_planted_change_is_found_and_luck_is_not(folders: list[Path]) -> None:
    found = flows.flows(compare(folders), "help")
    into = ("unemployed", "care")
    assert found.clear() == found.clear("crucial") == [into]
    assert found.clear("out") == []
    assert found.change[into].mean == pytest.approx(1200, abs=60)
    assert found.level[into] - found.reference[into] == pytest.approx(found.change[into].mean)
    assert found.change["rest", "retired"].low < 0 < found.change["rest", "retired"].high
    assert set(found.change) == {into, ("rest", "retired")}, "one person simulated a run is no link"


def test_few_people_are_not_certain_because_every_pair_happens_to_count_the_same(tmp_path: Path) -> None:
    few, many = [], []
    for folders, extra in ((few, 200.0), (many, 20000.0)):
        for seed in (1, 2, 3):
            for name in ("baseline", "help"):
                folder = write_small(tmp_path / str(extra), name, seed, policies={"job_bridge": {}} if name == "help" else None)
                write_moves(folder, ("unemployed", "Q", "employed", "Q", 5000.0 + extra * (name == "help")))
                folders.append(folder)
    link = ("unemployed", "care")
    found = flows.flows(compare(few), "help")
    assert found.change[link].mean == pytest.approx(2400)  # two simulated people a month
    assert found.clear() == []
    assert flows.flows(compare(many), "help").clear() == [link]


def test_intervals_hold_for_all_links_together(folders: list[Path]) -> None:
    comparison = compare(folders)
    base, rows = comparison.rows("help")
    out = (PLACES.index("rest"), PLACES.index("retired"))
    yearly = (comparison.frames.flows[rows] - comparison.frames.flows[base])[:, *out] * 6
    alone = comparison.repetitions("help").interval(yearly)
    together = flows.flows(comparison, "help").change["rest", "retired"]
    assert together.mean == pytest.approx(alone.mean)
    assert together.half_width > 1.1 * alone.half_width
