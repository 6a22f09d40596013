"""The packed data of the charts over time: exact to their rounding, the same in the browser, small, and nothing that does not exist."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from browser import CHROMIUM
from fake_runs import FAKES, write_runs
from unpack_series import opened, opened_cut

from sim.analysis.contrast import Comparison, compare, load
from sim.analysis.cuts import CELLS, FAMILIES, LENGTH, NATIONAL, RESOLUTION
from sim.analysis.over_time import effect, rows_of, series
from sim.report.assets import text
from sim.report.facts import Facts
from sim.report.packing import BASE, NOTHING, deltas, pack, size, step, unpack, whole
from sim.report.series import DETAIL, FINE, KINDS, data, made

ONE_CUT = {"all": NATIONAL, "group": "care.all.all", "province": "all.Noord-Holland.all", "age": "all.all.60-64"}
ONE_CUT |= {"group_province": "crucial.Limburg.all", "group_age": "rest.all.25-34"}


@pytest.fixture(scope="module")
def packed(comparison: Comparison) -> dict[str, Any]:
    return data(comparison, Facts(comparison).ids)


# --- whole numbers as text --------------------------------------------------------------------------------------------------------------
def test_numbers_come_back() -> None:
    edges = [0, 1, -1, BASE // 2 - 1, BASE // 2, -(BASE // 2), BASE**2, -(BASE**3), 10**12, NOTHING]
    numbers = np.array([edges, edges[::-1]])
    texts = pack(numbers)
    assert [[NOTHING if n is None else n for n in unpack(text)] for text in texts] == numbers.tolist()
    assert len(pack(np.array([[0, 5, -22, 22]]))[0]) == 4  # small ones take one character
    assert json.dumps("".join(texts), ensure_ascii=False) == f'"{"".join(texts)}"'  # nothing of them is escaped


def test_differences_pass_over_what_is_not_defined() -> None:
    values = np.array([[NOTHING, 4, NOTHING, 9, 9]])
    assert deltas(values).tolist() == [[NOTHING, 4, NOTHING, 5, 0]]
    assert deltas(np.array([[3, 5, 7, 9]]), 2).tolist() == [[3, -1, 0, 0]]


@pytest.mark.parametrize("spread", [3.1e-4, 0.2, 1.0, 7.0, 49.9, 1e6, 1.3e11])
def test_steps_are_round_and_small_enough(spread: float) -> None:
    found = float(size(step(np.array([spread]), 100))[0])
    assert 100 <= spread / found < 250 * (1 + 1e-9)
    assert f"{found:e}"[0] in "125"
    assert whole(np.array([np.nan, 3 * found]), found).tolist() == [NOTHING, 3]


# --- what is offered --------------------------------------------------------------------------------------------------------------------
def test_data_index_and_resolution_name_the_same_cuts(packed) -> None:
    assert packed["over_time"].keys() == packed["series_index"].keys() == packed["resolution"].keys() == FAMILIES.keys()
    for metric, cuts in packed["over_time"].items():
        assert list(cuts) == packed["series_index"][metric]["cuts"] == list(packed["resolution"][metric])
        assert list(cuts) == [cut for kind in KINDS if kind in ("all", *FAMILIES[metric].kinds) for cut in CELLS[kind]]


def test_what_does_not_exist_is_not_there(packed, comparison) -> None:
    found = opened(packed)
    for metric, cuts in found.items():
        for cut, scenarios in cuts.items():
            assert "all" in cut.split(".")[1:]  # no province by age
            length = len(packed["times"][packed["resolution"][metric][cut]])
            for sid, views in scenarios.items():
                wanted = {"level", "end"} | ({"level_sum"} if FAMILIES[metric].has_sum else set())
                if sid != "s0":
                    wanted |= {"change"} | ({"change_sum"} if FAMILIES[metric].has_sum else set())
                assert views.keys() == wanted
                assert {len(line) for view in views.keys() - {"end"} for line in views[view].values()} == {length}
            assert scenarios["s0"]["end"]["mean"] is None


def test_the_finest_cuts_go_first_when_they_do_not_fit(comparison) -> None:
    names = list(Facts(comparison).ids)
    assert tuple(made(comparison, names, 1e9)) == KINDS
    assert KINDS[-2:] == ("group_age", "group_province")
    assert list(made(comparison, names, 60_000)) == list(KINDS[: len(made(comparison, names, 60_000))]) != list(KINDS)
    assert list(made(comparison, names, 0)) == ["all"]  # national series always


# --- exact to the rounding --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", RESOLUTION)
def test_packed_numbers_are_those_of_the_analysis(comparison, packed, kind) -> None:
    """Within half a step, of which a chart shows as many as `Detail` says."""
    detail, cut = DETAIL.get(kind, FINE), ONE_CUT[kind]
    cell = CELLS[kind].index(cut)
    for family in (family for family in FAMILIES.values() if kind in ("all", *family.kinds)):
        found, views = series(comparison.frames, family, kind), opened_cut(packed, family.id, cut)
        for name, sid in Facts(comparison).ids.items():
            rows = rows_of(comparison, name)
            shares = list(detail.quantiles.values())
            everyone = [np.quantile(found.values[rows_of(comparison, n)][:, :, cell], shares, axis=0) for n in Facts(comparison).ids]
            level = np.quantile(found.values[rows][:, :, cell], shares, axis=0)
            assert_near(views[sid]["level"], detail.quantiles, level, extent(everyone) / detail.level)
            if family.has_sum:
                total = np.quantile(found.cumulated[rows][:, :, cell], shares, axis=0)
                highest = found.cumulated[:, :, cell].max()
                assert_near(views[sid]["level_sum"], detail.quantiles, total, highest / detail.total)
            end = found.at_end(found.values[rows])[:, cell]
            assert views[sid]["end"]["level"] == pytest.approx(end.mean(), rel=1e-3, nan_ok=True)
            assert views[sid]["end"]["spread"] == pytest.approx(1.96 * end.std(ddof=1), rel=0.3, abs=extent(everyone) / detail.level)
            if sid != "s0":
                assert_change(views[sid], found, effect(comparison, found, name), cell, detail.change)


def extent(values: Any) -> float:
    """Highest minus lowest; of values that do not differ, a hundredth of how large they are."""
    if not np.isfinite(values).any():
        return 0.0
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return high - low if high - low > 1e-6 * abs(high) else abs(high) / 100


def assert_near(lines: dict[str, list[float | None]], names: Any, expected: np.ndarray, one_step: float) -> None:
    """Every number within half of one step of what was asked for, and nothing where there is nothing."""
    assert list(lines) == list(names)
    got = np.array([[np.nan if value is None else value for value in line] for line in lines.values()])
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
    assert np.nanmax(np.abs(got - expected), initial=0) <= one_step / 2 + 1e-5 * np.nanmax(np.abs(expected), initial=0)


def assert_change(view: dict[str, Any], found: Any, change: Any, cell: int, parts: int) -> None:
    mean, half = change.mean[:, cell], change.half[:, cell]
    one_step = np.nanmax(mean + half, initial=0) - np.nanmin(mean - half, initial=0)
    bounds = np.stack([mean, mean - half, mean + half])
    one = one_step / parts
    # A mean is the difference of two cumulated ones, its ends add the rounding of half widths; a short first period is rounded as a whole.
    got = {key: view["change"].get(key, [None] * len(mean)) for key in ("mean", "low", "high")}
    assert_near(got, ("mean", "low", "high"), bounds, one * (3 + found.length / found.periods.n_months[0]))
    end = view["end"]
    assert end["mean"] == pytest.approx(change.end[cell], abs=one, nan_ok=True)
    if end["mean"] is not None and end["low"] is not None:
        assert end["mean"] - end["low"] == pytest.approx(change.end_half[cell], abs=one / 20 + 1e-5 * abs(change.end[cell]))
    if found.family.has_sum:
        total, wide = change.sum_mean[:, cell], change.sum_half[:, cell]
        one_total = (np.max(total + wide) - np.min(total - wide)) / parts + one * found.length
        assert_near(view["change_sum"], ("mean", "low", "high"), np.stack([total, total - wide, total + wide]), one_total)
        assert [end[f"sum_{key}"] for key in ("mean", "low", "high")] == [view["change_sum"][key][-1] for key in ("mean", "low", "high")]


def test_one_seed_gives_means_without_bounds(tmp_path: Path) -> None:
    comparison = compare([*write_runs(tmp_path, FAKES[:2], seeds=1, months=13)])
    view = opened_cut(data(comparison, Facts(comparison).ids), "filled_fte", "care.all.all")["s1"]
    assert view["change"].keys() == view["change_sum"].keys() == {"mean"}
    assert view["end"]["sum_mean"] is not None
    assert view["end"]["spread"] is view["end"]["low"] is view["end"]["sum_high"] is None


def test_levels_only_have_no_change(tmp_path: Path) -> None:
    comparison = load([*write_runs(tmp_path, (FAKES[1],), seeds=2, months=13)])
    view = opened_cut(data(comparison, Facts(comparison).ids), "employed", NATIONAL)["s0"]
    assert view.keys() == {"level", "level_sum", "end"}


# --- small enough -----------------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return compare(write_runs(tmp_path_factory.mktemp("pattern"), FAKES[:2], seeds=1, months=87))


def noisy(pattern: Comparison, scenarios: int, seeds: int) -> Comparison:
    """Many scenarios with noise as large as that of a sample of one in a hundred in every cell and period, half of it gone after a year."""
    frames, rng, weight = pattern.frames, np.random.default_rng(7), 100.0
    twins = [0, *[1] * (scenarios - 1)]
    rows = np.repeat(twins, seeds)
    names = ["baseline", *(f"policy_{k}" for k in range(1, scenarios))]
    runs = [
        dataclasses.replace(frames.runs[row], record=frames.runs[row].record | {"scenario": name, "seed": seed})
        for row, name, seed in zip(rows, np.repeat(names, seeds).tolist(), list(range(1, seeds + 1)) * scenarios, strict=True)
    ]

    def sampled(values: np.ndarray, months: int) -> np.ndarray:
        """Values (n_runs, ..., n_periods, n_cells) of periods of some months."""
        kept = 0.5 ** (months / 12)
        noise = rng.normal(size=values.shape)
        for period in range(1, values.shape[-2]):
            noise[..., period, :] = kept * noise[..., period - 1, :] + np.sqrt(1 - kept**2) * noise[..., period, :]
        return np.maximum(values + noise * np.sqrt(weight * months * np.abs(values)), 0)

    months = len(frames.months)
    monthly = {
        name: sampled(frames.monthly[name].to_numpy().reshape(-1, months, 1)[rows], 1).ravel() for name in frames.monthly.columns[2:]
    }
    many = dataclasses.replace(
        frames,
        runs=runs,
        monthly=pl.DataFrame(
            {"run": np.repeat(np.arange(len(rows), dtype=np.uint32), months), "month": frames.months * len(rows)} | monthly
        ),
        cuts={kind: sampled(values[rows], LENGTH[RESOLUTION[kind]]).astype(np.float32) for kind, values in frames.cuts.items()},
    )
    results = [dataclasses.replace(pattern.scenarios[0], name=name) for name in names[1:]]
    return dataclasses.replace(pattern, frames=many, scenarios=results, configs={})


@pytest.mark.parametrize(("scenarios", "seeds", "most"), [(10, 10, 550_000), (30, 2, 3_010_000)])
def test_ten_and_thirty_scenarios_keep_to_their_share_of_the_file(pattern, scenarios, seeds, most) -> None:
    comparison = noisy(pattern, scenarios, seeds)
    found = data(comparison, Facts(comparison).ids)
    raw = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    in_file = len(base64.b85encode(gzip.compress(raw, 9)))
    assert most / 2 < in_file < most  # noise that packs too well would prove nothing
    assert set(found["series_left_out"]) <= {"group_age", "group_province"}


# --- in the browser ---------------------------------------------------------------------------------------------------------------------
@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="NOT TESTED: no /usr/bin/chromium; install it with: apt-get install chromium")
def test_the_script_reads_what_was_packed(browser: Any, packed: dict[str, Any]) -> None:
    page = browser.new_page()
    twice = "refreshers[0](); refreshers[0](); return JSON.stringify(payload.data.over_time);"
    script = f"const refreshers = []; {text('script/series.js')} {twice}"
    found = page.evaluate("([payload, script]) => new Function('payload', script)(payload)", [{"data": packed}, script])
    page.close()
    assert json.loads(found) == opened(packed)
