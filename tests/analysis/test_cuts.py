"""Metrics over time by group, province and age: what exists, that parts add up to the whole, and intervals of what is cumulated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from random_runs import N_MONTHS, write_run

from sim.analysis.contrast import Comparison, load
from sim.analysis.cuts import CELLS, CUT_SUMS, FAMILIES, GROUPS, MONTH, NATIONAL, QUARTER, RESOLUTION, YEAR, periods
from sim.analysis.intervals import difference
from sim.analysis.metrics import METRICS, last_year
from sim.analysis.over_time import Series, effect, rows_of, series
from sim.codes import AGE_BANDS, PROVINCES, SECTOR_GROUPS, SECTORS

N_GROUPS = len(SECTOR_GROUPS)
SEVEN_DIGITS = 2e-7
"""Relative rounding of float32."""


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Three pairs of seeds, and of one scenario a single one."""
    root = tmp_path_factory.mktemp("runs")
    for seed in (1, 2, 3):
        write_run(root, seed)
        write_run(root, seed, scenario="policy")
    write_run(root, 1, scenario="once")
    return load(root.glob("*"))


def of(comparison: Comparison, metric: str, kind: str) -> Series:
    return series(comparison.frames, FAMILIES[metric], kind)


def raw(comparison: Comparison, row: int, name: str) -> pl.DataFrame:
    """The rows of a file of one run, with number of quarter and year."""
    frame = pl.read_parquet(comparison.frames.runs[row].path / f"{name}.parquet", hive_partitioning=False)
    frame = frame.filter(pl.col("month") >= comparison.frames.months[0]).cast({pl.Categorical: pl.String})
    number = {month: k for k, month in enumerate(comparison.frames.months)}
    month = frame["month"].replace_strict(number).to_numpy()
    return frame.with_columns(quarter=pl.Series(periods(N_MONTHS, QUARTER).of[month]), year=pl.Series(periods(N_MONTHS, YEAR).of[month]))


# --- periods ----------------------------------------------------------------------------------------------------------------------------
def test_periods_are_counted_back_from_the_last_month() -> None:
    assert periods(14, QUARTER).n_months.tolist() == [2, 3, 3, 3, 3]
    assert periods(14, YEAR).n_months.tolist() == [2, 12]
    assert periods(14, MONTH).of.tolist() == list(range(14))
    assert periods(87, QUARTER).first.tolist() == list(range(0, 87, 3))
    assert set(periods(24, YEAR).of[periods(24, QUARTER).of == 4]) == {1}  # no quarter lies in two years


# --- what exists ------------------------------------------------------------------------------------------------------------------------
def test_every_cut_names_group_province_and_age_that_exist() -> None:
    for family in FAMILIES.values():
        for cut in (cut for kind in ("all", *family.kinds) for cut in CELLS[kind]):
            group, province, age = cut.split(".")
            assert group in GROUPS
            assert province in ("all", *PROVINCES)
            assert age in ("all", *AGE_BANDS)
            assert "all" in (province, age)  # province by age: too few simulated people


def test_positions_have_no_age_and_participation_has_no_group() -> None:
    for metric in ("shortage_fte", "filled_fte", "vacancies_open", "hires", "layoffs", "tension"):
        assert not [kind for kind in FAMILIES[metric].kinds if "age" in kind]
    assert not [kind for kind in FAMILIES["net_participation"].kinds if "group" in kind]
    assert not [kind for kind in FAMILIES["unemployed"].kinds if "_" in kind]  # a handful of simulated people


def test_rates_and_ages_have_no_sum() -> None:
    assert {family.id for family in FAMILIES.values() if not family.has_sum} == {
        "unemployment_rate", "net_participation", "tension", "retirement_age"
    }  # fmt: skip
    assert all(family.has_sum == (not family.under) for family in FAMILIES.values())


def test_nothing_is_kept_of_runs_that_no_cut_needs(comparison) -> None:
    assert comparison.frames.cuts.keys() == CUT_SUMS.keys()
    for kind, names in CUT_SUMS.items():
        values = comparison.frames.cuts[kind]
        assert values.dtype == np.float32
        assert values.shape[:3] == (7, len(names), len(periods(N_MONTHS, RESOLUTION[kind])))
        assert {n for f in FAMILIES.values() if kind in f.kinds for n in (*f.over, *f.under)} - set(names) <= {"shortage_fte", "filled_fte"}


# --- levels -----------------------------------------------------------------------------------------------------------------------------
def test_national_series_are_those_of_the_metrics(comparison) -> None:
    for column, metric in enumerate(METRICS.values()):
        if metric.group in (None, "all"):
            found = of(comparison, metric.family, "all").values[:, :, 0]
            np.testing.assert_allclose(found, comparison.values[:, :, column], rtol=1e-12)


@pytest.mark.parametrize("metric", [family.id for family in FAMILIES.values() if family.has_sum])
def test_parts_add_up_to_the_whole(comparison, metric) -> None:
    """Cumulated to the end of each period: of provinces and ages to the nation, of provinces in a group to the group."""
    months = of(comparison, metric, "all").cumulated[:, :, 0]
    for kind in FAMILIES[metric].kinds:
        found = of(comparison, metric, kind)
        ends = found.periods.first + found.periods.n_months - 1
        if kind in ("province", "age"):
            np.testing.assert_allclose(found.cumulated.sum(axis=2), months[:, ends], rtol=SEVEN_DIGITS)
        elif kind != "group" and "group" in FAMILIES[metric].kinds:
            groups = of(comparison, metric, "group").cumulated[:, -1]
            lines = found.cumulated[:, -1].reshape(len(groups), len(groups[0]), -1)
            np.testing.assert_allclose(lines.sum(axis=2), groups, rtol=SEVEN_DIGITS)


def test_groups_are_the_nation_without_those_who_never_worked(comparison) -> None:
    for metric, file in (("unemployed", "panel"), ("hires", "market"), ("shortage_fte", "market")):
        groups, nation = of(comparison, metric, "group").cumulated[2, -1], of(comparison, metric, "all").cumulated[2, -1, 0]
        none = raw(comparison, 2, file).filter(pl.col("sector") == "none")[metric].sum()
        assert groups[:N_GROUPS].sum() == pytest.approx(nation - none, rel=SEVEN_DIGITS)
        assert groups[N_GROUPS] == pytest.approx(groups[: N_GROUPS - 1].sum(), rel=SEVEN_DIGITS)  # crucial; the rest comes last
        assert (none > 0) == (file == "panel")


def test_cells_are_those_of_their_names(comparison) -> None:
    year = periods(N_MONTHS, YEAR).n_months
    for cut, metric, period in (("technology.Utrecht.all", "vacancies_open", 1), ("care.all.55-59", "retirements", 0)):
        kind = next(kind for kind, cells in CELLS.items() if cut in cells)
        group, province, age = cut.split(".")
        rows = raw(comparison, 1, "market" if metric == "vacancies_open" else "panel").filter(
            pl.col("sector").is_in(GROUPS[group]), pl.col("year") == period
        )
        rows = rows.filter(pl.col("province") == province) if province != "all" else rows.filter(pl.col("age_band") == age)
        value = of(comparison, metric, kind).values[1, period, CELLS[kind].index(cut)]
        assert value == pytest.approx(rows[metric].sum() / year[period], rel=SEVEN_DIGITS)


def test_rates_are_ratios_of_sums_over_the_period(comparison) -> None:
    here = raw(comparison, 0, "panel").filter(pl.col("province") == "Zeeland", pl.col("quarter") == 3)
    people = {name: here[name].sum() for name in ("employed", "unemployed", "inactive", "training", "retired")}
    cell = CELLS["province"].index("all.Zeeland.all")
    rate = of(comparison, "unemployment_rate", "province").values[0, 3, cell]
    assert rate == pytest.approx(100 * people["unemployed"] / (people["employed"] + people["unemployed"]), rel=1e-6)
    share = of(comparison, "net_participation", "province").values[0, 3, cell]
    assert share == pytest.approx(100 * people["employed"] / sum(people.values()), rel=1e-6)


def test_retirement_age_looks_back_over_a_year(comparison) -> None:
    found = of(comparison, "retirement_age", "group").values[0, :, CELLS["group"].index("care.all.all")]
    assert np.isnan(found[:3]).all()
    care = raw(comparison, 0, "panel").filter(pl.col("sector") == "Q", pl.col("quarter") >= 1)
    assert found[4] == pytest.approx(care["retirement_age_months"].sum() / care["retirements"].sum() / 12, rel=1e-6)


# --- differences ------------------------------------------------------------------------------------------------------------------------
def test_the_end_is_the_mean_of_the_last_twelve_months(comparison) -> None:
    outcomes = comparison.scenarios[[result.name for result in comparison.scenarios].index("policy")].outcomes
    levels = last_year(comparison.values)[rows_of(comparison, "policy")]
    for metric in METRICS.values():
        kind, cut = ("group", f"{metric.group}.all.all") if metric.group not in (None, "all") else ("all", NATIONAL)
        found, cell = of(comparison, metric.family, kind), CELLS[kind].index(cut)
        end, expected = effect(comparison, found, "policy"), outcomes[metric.id]
        assert end.end[cell] == pytest.approx(expected.mean, rel=1e-6, nan_ok=True)
        if expected.half_width is not None:
            assert end.end_half[cell] == pytest.approx(expected.half_width, rel=1e-6)
        level = found.at_end(found.values[rows_of(comparison, "policy")])[:, cell]
        np.testing.assert_allclose(level, levels[:, list(METRICS).index(metric.id)], rtol=1e-6)


@pytest.mark.parametrize(("metric", "kind"), [("filled_fte", "all"), ("employed", "age"), ("shortage_fte", "group_province")])
def test_the_cumulated_interval_is_that_of_cumulated_differences(comparison, metric, kind) -> None:
    found = of(comparison, metric, kind)
    base, rows = comparison.rows("policy")
    change = effect(comparison, found, "policy")
    sums = difference(found.cumulated[rows], found.cumulated[base])
    for period in (0, len(found.periods) - 1):
        for cell in (0, len(CELLS[kind]) - 1):
            expected = comparison.repetitions("policy").interval(sums[:, period, cell])
            assert change.sum_mean[period, cell] == pytest.approx(expected.mean, rel=1e-9)
            assert change.sum_half[period, cell] == pytest.approx(expected.half_width, rel=1e-9)
    months = found.periods.n_months[:, None]
    np.testing.assert_allclose(np.cumsum(change.mean * months, axis=0), change.sum_mean, rtol=1e-9, atol=1e-6)
    added_up = np.cumsum(change.half * months, axis=0)[-1]
    assert (change.sum_half[-1] < added_up).all()  # intervals of months do not add up: luck of one month makes up for that of another


def test_one_pair_has_no_interval_and_a_run_against_itself_no_effect(comparison) -> None:
    found = of(comparison, "employed", "province")
    once = effect(comparison, found, "once")
    assert np.isfinite(once.mean).all()
    assert all(np.isnan(half).all() for half in (once.half, once.sum_half, once.end_half))
    same = Series(found.family, found.kind, np.repeat(found.values[:1], 7, axis=0), found.periods, found.length)
    nothing = effect(comparison, same, "policy")
    assert not nothing.sum_mean.any()
    assert not nothing.sum_half.any()


def test_draws_widen_the_interval_as_they_do_elsewhere(tmp_path: Path) -> None:
    for seed in (1, 2):
        for draw in range(3):
            write_run(tmp_path, seed, draw=draw)
            write_run(tmp_path, seed, scenario="policy", draw=draw)
    comparison = load(tmp_path.glob("*"))
    repeated = comparison.repetitions("policy")
    assert repeated.has_draws
    found = of(comparison, "filled_fte", "group")
    base, rows = comparison.rows("policy")
    changes = difference(found.values[rows], found.values[base])[:, -1, 0]
    assert effect(comparison, found, "policy").half[-1, 0] == pytest.approx(repeated.interval(changes).half_width, rel=1e-9)


def test_sectors_of_all_groups_are_all_sectors() -> None:
    assert sorted(key for keys in SECTOR_GROUPS.values() for key in keys) == sorted(SECTORS)
    assert list(SECTOR_GROUPS)[-1] == "rest"
