"""Money, worked out by hand: what public budgets save or lose, prices, and when there is none."""

from __future__ import annotations

import pytest
from small_runs import write_small

from sim.analysis.budget import benefit_per_month
from sim.analysis.contrast import compare
from sim.analysis.intervals import Interval
from sim.analysis.prices import price
from sim.config.errors import UserError
from sim.evidence.parameters import load_parameters

BENEFIT = sum(
    load_parameters()[f"budget.{name}_share"].central * load_parameters()[f"budget.{name}_eur_per_month"].central
    for name in ("unemployment_benefit", "assistance")
)


def runs(root, *, gains=(9.0, 10.0, 11.0), **scenario):
    """A baseline with 80 unemployed person-months, and a scenario in which care gains so many FTE in each of two months, by seed."""
    for seed, gain in enumerate(gains, start=1):
        write_small(root, "baseline", seed)
        write_small(root, "more_hours", seed, care=(100.0 + gain, 100.0 + gain), policies={"more_hours": {}}, **scenario)
    [result] = compare(root.glob("*/*")).scenarios
    return result


def test_benefits_are_shares_times_amounts_and_a_user_can_set_them():
    assert benefit_per_month() == pytest.approx(BENEFIT)
    own = {"parameters": {"budget": {"unemployment_benefit_share": 1.0, "assistance_share": 0.0}}}
    assert benefit_per_month(own) == load_parameters()["budget.unemployment_benefit_eur_per_month"].central
    with pytest.raises(UserError, match="assistance_share"):
        benefit_per_month({"parameters": {"budget": {"assistence_share": 0.1}}})


def test_fewer_unemployed_months_save_benefits(tmp_path):
    # 10 unemployed in 2 sectors, 2 age bands and 2 months; 9 in the scenario
    found = runs(tmp_path, cost=5000.0, unemployed=9.0).budget
    assert found.programme_eur.mean == pytest.approx(10_000.0)
    assert found.benefits_saved_eur.mean == pytest.approx(8 * BENEFIT)
    assert found.net_eur.mean == pytest.approx(10_000.0 - 8 * BENEFIT)
    assert found.other_saved_eur.mean == 0.0  # runs of a version that recorded no savings


def test_more_unemployed_months_cost_benefits(tmp_path):
    found = runs(tmp_path, cost=0.0, unemployed=11.0).budget
    assert found.benefits_saved_eur.mean == pytest.approx(-8 * BENEFIT)
    assert found.net_eur.mean == pytest.approx(8 * BENEFIT)


def test_what_policies_save_beside_benefits_is_counted_once(tmp_path):
    found = runs(tmp_path, cost=1000.0, saving=400.0).budget
    assert found.other_saved_eur.mean == pytest.approx(800.0)
    assert found.net_eur.mean == pytest.approx(2000.0 - 800.0)


def test_shortage_months_prevented_and_their_prices(tmp_path):
    result = runs(tmp_path, cost=1000.0, unemployed=9.0)
    prevented = result.shortage_prevented
    assert prevented["care"].mean == prevented["crucial"].mean == pytest.approx(20.0)
    assert prevented["rest"].mean == 0.0
    assert result.cost_per_shortage_month("care").mean == pytest.approx(2000.0 / 20.0)
    assert result.cost_per_shortage_month("rest") is None
    assert result.net_cost_per_shortage_month("care").mean == pytest.approx((2000.0 - 8 * BENEFIT) / 20.0)
    assert result.net_cost_per_net_fte_month.mean == pytest.approx((2000.0 - 8 * BENEFIT) / 20.0)


def test_no_price_when_the_interval_covers_zero(tmp_path):
    result = runs(tmp_path, gains=(-30.0, 10.0, 50.0), cost=1000.0)
    assert result.shortage_prevented["care"].mean == pytest.approx(20.0)
    assert result.cost_per_shortage_month("care") is None
    assert result.net_cost_per_net_fte_month is None


def test_a_gain_that_saves_money_has_a_price_below_zero_with_its_ends_in_order():
    found = price(-100.0, Interval(10.0, 5.0, 20.0, 3))
    assert (found.low, found.mean, found.high) == (-20.0, -10.0, -5.0)


def test_cost_per_participant_and_per_month(tmp_path):
    programme = runs(tmp_path, cost=1000.0).programme
    assert programme.cost_per_participant_eur == pytest.approx(2000.0 / 20.0)
    assert programme.cost_per_month_eur == pytest.approx(2000.0 / 40.0)


def test_the_json_has_money_for_machines(tmp_path):
    entry = runs(tmp_path, cost=1000.0).to_json()
    assert entry["budget"]["net_eur"]["mean"] == pytest.approx(2000.0)
    assert entry["cost_per_shortage_month_eur"]["care"]["mean"] == pytest.approx(100.0)
    assert entry["shortage_months_prevented"]["care"]["mean"] == pytest.approx(20.0)
