"""The paired comparison, worked out by hand on runs of two months and two sectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_runs import write_small

from sim.analysis.balance_sheet import OTHER, SPLITS, UNITS, balance_sheets
from sim.analysis.contrast import Comparison, compare, load
from sim.analysis.intervals import difference, paired_interval
from sim.config.errors import UserError


@pytest.fixture
def comparison(tmp_path: Path) -> Comparison:
    """Care gains 10, 20 and 30 FTE-months with seeds 1, 2 and 3; trade loses 5 with each."""
    for seed, gain in ((1, 5.0), (2, 10.0), (3, 15.0)):
        write_small(tmp_path, "baseline", seed, care=(100.0 + seed, 100.0 + seed))
        care = (100.0 + seed + gain, 100.0 + seed + gain)
        write_small(tmp_path, "senior_networks", seed, care=care, trade=(200.0, 195.0), cost=60.0, policies={"senior_networks": {}})
    return compare(tmp_path.glob("*/*"))


def test_t_interval_of_three_pairs():
    interval = paired_interval([1.0, 2.0, 3.0])
    assert interval.mean == 2.0
    assert interval.high == pytest.approx(2.0 + 4.302653 / np.sqrt(3))  # t(0.975, 2 degrees of freedom), standard deviation 1
    assert interval.low == pytest.approx(2.0 - 4.302653 / np.sqrt(3))
    assert not interval.is_clear


def test_one_pair_has_no_interval():
    interval = paired_interval([4.0])
    assert (interval.mean, interval.low, interval.high, interval.is_clear) == (4.0, None, None, False)


def test_undefined_pairs_are_left_out():
    assert paired_interval([np.nan, 1.0, 3.0]).n == 2
    assert np.isnan(paired_interval([np.nan]).mean)


def test_order_of_summation_is_no_effect_but_one_person_month_is():
    level = np.array([8e8])
    assert difference(level * (1 + 2e-16), level)[0] == 0
    assert difference(level + 0.1, level)[0] == pytest.approx(0.1, rel=1e-5)


def test_net_counts_what_others_lost_and_leaves_out_the_opening_balance(comparison):
    [result] = comparison.scenarios
    assert result.net_fte_months.mean == pytest.approx(20.0 - 5.0)  # mean of 10, 20, 30 in care, minus 5 in trade
    assert result.net_by_group["care"].mean == pytest.approx(20.0)
    assert result.net_by_group["rest"].mean == pytest.approx(-5.0)
    assert result.net_by_group["rest"].half_width == pytest.approx(0.0)
    assert len(result.pairs) == 3


def test_shortage_change_is_the_mean_of_the_last_months(comparison):
    [result] = comparison.scenarios
    assert result.shortage_change["care"].mean == pytest.approx(-10.0)
    assert result.shortage_change["rest"].mean == pytest.approx(2.5)  # 5 more in the second of two months
    assert result.shortage_change["all"].mean == pytest.approx(-7.5)


def test_cost_gross_and_participants_come_from_the_programme(comparison):
    [result] = comparison.scenarios
    assert result.cost_eur == pytest.approx(120.0)
    assert result.programme.participants == pytest.approx(20.0)
    assert result.programme.gross_share == pytest.approx(0.75)


def test_the_effect_per_head_is_participants_less_comparison_group(comparison):
    [result] = comparison.scenarios
    assert result.programme.control_share == pytest.approx(0.5)
    assert result.programme.per_head.mean == pytest.approx(0.25)


def test_no_price_while_the_interval_covers_zero(comparison):
    [result] = comparison.scenarios
    assert result.net_fte_months.low < 0
    assert result.cost_per_net_fte_month_eur is None
    assert result.cost_per_net_fte_month is None


def test_price_and_its_range_when_the_gain_is_clear(tmp_path):
    for seed, gain in ((1, 9.0), (2, 10.0), (3, 11.0)):
        write_small(tmp_path, "baseline", seed)
        write_small(tmp_path, "more_hours", seed, care=(100.0 + gain, 100.0 + gain), cost=100.0, policies={"more_hours": {}})
    [result] = compare(tmp_path.glob("*/*")).scenarios
    assert result.cost_per_net_fte_month_eur == pytest.approx(200.0 / 20.0)
    found = result.cost_per_net_fte_month
    assert found.low == pytest.approx(200.0 / result.net_fte_months.high)
    assert found.high == pytest.approx(200.0 / result.net_fte_months.low)


def test_no_price_for_a_clear_loss(tmp_path):
    for seed, loss in ((1, 9.0), (2, 10.0), (3, 11.0)):
        write_small(tmp_path, "baseline", seed)
        write_small(tmp_path, "more_hours", seed, care=(100.0 - loss, 100.0), cost=100.0, policies={"more_hours": {}})
    [result] = compare(tmp_path.glob("*/*")).scenarios
    assert result.net_fte_months.sign == -1
    assert result.cost_per_net_fte_month_eur is None


def test_reserve_hours_count_as_work(tmp_path):
    write_small(tmp_path, "baseline", 1)
    write_small(tmp_path, "care_reserve", 1, reserve=7.0)
    [result] = compare(tmp_path.glob("*/*")).scenarios
    assert result.net_fte_months.mean == pytest.approx(14.0)
    assert not result.is_identical


def test_grade_is_that_of_the_weakest_parameter(comparison):
    [result] = comparison.scenarios
    grades = {p.grade for path, p in comparison.parameters.items() if path.startswith("policies.senior_networks.")}
    assert result.grade in grades
    assert result.grade == "expert"


def test_scenario_without_policies_has_no_grade(tmp_path):
    write_small(tmp_path, "baseline", 1)
    write_small(tmp_path, "none", 1)
    [result] = compare(tmp_path.glob("*/*")).scenarios
    assert result.grade is None
    assert result.is_identical


def test_balance_sheets_add_up_to_the_national_net(comparison):
    sheets = balance_sheets(comparison, "senior_networks")
    people = 2 * (20.0 - 5.0)  # two age bands, each with as many people as there are FTE
    assert set(sheets) == set(UNITS)
    for unit, national in (("fte", comparison.scenarios[0].net_fte_months.mean), ("people", people)):
        assert set(sheets[unit]) == set(SPLITS)
        for sheet in sheets[unit].values():
            assert sum(line.mean for line in sheet.lines.values()) == pytest.approx(national, rel=1e-12)
            assert sheet.total.mean == pytest.approx(national, rel=1e-12)


def test_balance_sheet_names_who_gains_and_who_loses(comparison):
    sheets = balance_sheets(comparison, "senior_networks")["fte"]
    assert sheets["sector"].losses == ["G"]
    assert sheets["sector"].gains == []  # care gains 20 on average, but the interval of three seeds covers zero
    assert sheets["province"].lines["Groningen"].mean == pytest.approx(20.0)
    assert sheets["province"].lines["Utrecht"].mean == pytest.approx(-5.0)


def test_people_are_counted_where_they_live_and_by_sex(comparison):
    sheets = balance_sheets(comparison, "senior_networks")
    people = sheets["people"]
    assert people["province"].lines["Groningen"].mean == pytest.approx(40.0)
    assert people["sector"].lines["G"].mean == pytest.approx(-10.0)
    assert people["sex"].lines["F"].mean == pytest.approx(0.75 * 40.0)
    assert people["sex"].lines["M"].mean == pytest.approx(0.25 * 40.0 - 10.0)
    assert sheets["fte"]["sex"].lines["F"].mean == pytest.approx(0.75 * 20.0)
    assert OTHER not in people["age"].lines


def test_hours_not_of_main_jobs_stand_apart_in_the_sheets_by_age_and_sex(tmp_path):
    write_small(tmp_path, "baseline", 1)
    write_small(tmp_path, "care_reserve", 1, care=(110.0, 110.0), reserve=7.0)
    sheets = balance_sheets(compare(tmp_path.glob("*/*")), "care_reserve")["fte"]
    assert sheets["age"].lines["25-34"].mean == pytest.approx(10.0)
    assert sheets["age"].lines["60-64"].mean == pytest.approx(10.0)
    assert sheets["sex"].lines["F"].mean == pytest.approx(15.0)
    assert sheets["age"].lines[OTHER].mean == sheets["sex"].lines[OTHER].mean == pytest.approx(14.0)


def test_only_shared_seeds_are_paired_and_the_others_are_named(tmp_path):
    for seed in (1, 2, 3):
        write_small(tmp_path, "baseline", seed)
    for seed in (2, 3, 4):
        write_small(tmp_path, "dual_track", seed)
    [result] = compare(tmp_path.glob("*/*")).scenarios
    assert result.pairs == ((2, None), (3, None))
    assert result.missing == ((1, None), (4, None))


def test_parameter_draws_are_pairs_of_their_own(tmp_path):
    for draw in (0, 1):
        for scenario, care in (("baseline", 100.0), ("dual_track", 101.0 + draw)):
            write_small(tmp_path / str(draw), scenario, 1, care=(care, care), record={"draw": draw})
    [result] = compare(tmp_path.glob("*/*/*")).scenarios
    assert result.pairs == ((1, 0), (1, 1))
    assert result.net_fte_months.mean == pytest.approx(3.0)


def test_ranking_puts_clear_gains_first_and_clear_losses_last(tmp_path):
    effects = {
        "small_but_clear": (4.9, 5.0, 5.1),
        "large_but_unclear": (-100.0, 50.0, 200.0),
        "loss": (-4.9, -5.0, -5.1),
        "large": (40.0, 41.0, 42.0),
    }
    for seed in (1, 2, 3):
        write_small(tmp_path, "baseline", seed)
        for name, gains in effects.items():
            write_small(tmp_path, name, seed, care=(200.0 + gains[seed - 1], 0.0), trade=(200.0, 200.0))
    for folder in (tmp_path / "scenario=baseline").iterdir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
    for seed in (1, 2, 3):
        write_small(tmp_path, "baseline", seed, care=(200.0, 0.0))
    ranked = [result.name for result in compare(tmp_path.glob("*/*")).scenarios]
    assert ranked == ["large", "small_but_clear", "large_but_unclear", "loss"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("version", "2", "model versions"),
        ("code_digest", "changed", "states of the code"),
        ("start", "2015-01", "start months"),
        ("until", "2030-12", "last months"),
        ("weight", 1.0, "sample sizes"),
    ],
)
def test_runs_that_do_not_belong_together_are_refused(tmp_path, field, value, words):
    write_small(tmp_path, "baseline", 1)
    write_small(tmp_path, "dual_track", 1, record={field: value})
    with pytest.raises(UserError, match=words):
        compare(tmp_path.glob("*/*"))


def test_two_runs_of_the_same_seed_are_refused(tmp_path):
    write_small(tmp_path / "a", "baseline", 1)
    write_small(tmp_path / "b", "baseline", 1)
    with pytest.raises(UserError, match="two runs with seed 1"):
        compare(tmp_path.glob("*/*/*"))


def test_no_baseline_is_an_error_for_compare_and_levels_only_for_load(tmp_path):
    write_small(tmp_path, "dual_track", 1)
    with pytest.raises(UserError, match="No finished run of the baseline 'baseline'"):
        compare(tmp_path.glob("*/*"))
    assert load(tmp_path.glob("*/*")).scenarios == []


def test_no_shared_seed_is_an_error(tmp_path):
    write_small(tmp_path, "baseline", 1)
    write_small(tmp_path, "dual_track", 2)
    with pytest.raises(UserError, match="share no seed"):
        compare(tmp_path.glob("*/*"))


def test_failed_runs_are_set_aside(tmp_path):
    write_small(tmp_path, "baseline", 1)
    write_small(tmp_path, "dual_track", 1)
    write_small(tmp_path, "dual_track", 2, record={"status": "failed", "error": "broke"})
    comparison = compare(tmp_path.glob("*/*"))
    assert [run.pair for run in comparison.failed] == [(2, None)]
    assert comparison.scenarios[0].pairs == ((1, None),)


@pytest.mark.parametrize("damage", ["no record", "broken record", "no panel", "cut short"])
def test_damaged_run_folders_are_named(tmp_path, damage):
    folder = write_small(tmp_path, "baseline", 1)
    if damage == "no record":
        (folder / "run.json").unlink()
    elif damage == "broken record":
        (folder / "run.json").write_text("{", encoding="utf-8")
    elif damage == "no panel":
        (folder / "panel.parquet").unlink()
    else:
        write_small(tmp_path / "other", "dual_track", 1, record={"until": "2023-12"})
        folder = tmp_path / "other" / "scenario=dual_track" / "key=dual_track1"
    with pytest.raises(UserError, match=str(folder)):
        load([folder])


def test_json_has_the_keys_that_machines_read(comparison):
    [entry] = comparison.to_json()["scenarios"]
    assert set(entry["net_fte_months"]) == {"mean", "low", "high"}
    assert {"care", "education", "defence", "ict", "technology"} <= set(entry["shortage_change"])
    assert entry["gross"] == pytest.approx(0.75)
    assert entry["cost_per_net_fte_month_eur"] is None
    assert entry["grade"] == "expert"


def test_intervals_of_a_family_are_wider_so_that_none_looks_clear_by_chance():
    alone, together = paired_interval([1.0, 2.0, 3.0]), paired_interval([1.0, 2.0, 3.0], family=20)
    assert together.mean == alone.mean
    assert together.half_width > 4 * alone.half_width  # t(0.99875, 2) = 19.96 against t(0.975, 2) = 4.30
    noise = np.random.default_rng(1).normal(size=(400, 20, 10))
    sheets_with_a_clear_line = np.mean([any(paired_interval(line, family=20).is_clear for line in sheet) for sheet in noise])
    assert sheets_with_a_clear_line < 0.09  # 5 % expected, three standard errors of 400 sheets are 3 %; 64 % without the correction
