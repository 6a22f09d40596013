"""Places and budgets are never exceeded, everybody who takes part costs something, and every euro is in the table of the run."""

import datetime as dt

import polars as pl
import pytest
from every import MANY, PROGRAMMES, RULES, WEIGHT, Stub, books, model_of, policy_of, run, sized

from sim.codes import month_date
from sim.evidence.parameters import load_parameters
from sim.policies.registry import POLICIES

CENT = 0.01


def by_year(policies, column="cost_eur"):
    """Calendar year -> euros."""
    years = policies.group_by(pl.col("month").dt.year().alias("year")).agg(pl.col(column).sum())
    return dict(zip(years["year"], years[column], strict=True))


def lived(stub, months=15):
    """The programme after some months, its costs by calendar year, and participants by month."""
    model, costs, enrolled = model_of(stub), {}, []
    for _ in range(months):
        model.step()
        [programme] = model.programmes
        year = month_date(model.month).year
        costs[year] = costs.get(year, 0.0) + programme.cost
        enrolled.append(programme.new)
    assert programme.costs == costs
    return programme, costs, enrolled


@pytest.mark.parametrize("name", PROGRAMMES)
def test_places_are_never_exceeded(name):
    places = 60_000
    policy, settings = POLICIES[name], sized(name, True)[name]
    settings[policy.size] = places
    policies = run({name: settings}).policies
    allowed = policy(**settings).places_this_year() / 12 * pl.Series(range(1, policies.height + 1)) + WEIGHT / 2
    assert policies["participants_total"][-1] > 0
    assert (policies["participants_total"] <= allowed).all()
    fill = load_parameters()[f"policies.{name}.capacity_fill"].central
    assert policy(**settings).places_this_year() <= places * fill


@pytest.mark.parametrize("name", PROGRAMMES)
def test_every_participant_costs_what_the_policy_says(name):
    policies, policy = run(sized(name, True)).policies, policy_of(name)
    standing = getattr(policy, "standing_cost_per_year_eur", 0.0) / 12
    expected = [
        policy.cost_eur(new, active) + standing for new, active in policies.select("participants_new", "participants_active").rows()
    ]
    assert policies["cost_eur"].to_list() == pytest.approx(expected, abs=CENT)
    assert policies["participants_new"].sum() > 0
    assert policy.cost_eur(1.0, 0.0) + policy.cost_eur(0.0, 1.0) > 0, "nobody takes part for nothing"


@pytest.mark.parametrize("name", PROGRAMMES)
def test_costs_are_proportional_to_people(name):
    """What a budget rests on (`sim.policies.budget`)."""
    cost = policy_of(name).cost_eur
    assert cost(0.0, 0.0) == 0
    assert cost(3.0, 7.0) == pytest.approx(3 * cost(1.0, 0.0) + 7 * cost(0.0, 1.0))


@pytest.mark.parametrize("name", RULES)
def test_in_a_rule_nobody_takes_part(name):
    policies = run(sized(name, True)).policies
    assert policies["participants_total"].sum() == 0
    assert (policies["cost_eur"] >= 0).all()


@pytest.mark.parametrize("name", PROGRAMMES)
@pytest.mark.parametrize("share", [0.2, 0.6])
def test_a_budget_is_never_exceeded_in_a_calendar_year(name, share):
    free = run(sized(name, True))
    budget = share * by_year(free.policies)[2024]
    bound = run(sized(name, True, budget_eur_per_year=budget))
    assert max(by_year(bound.policies).values()) <= budget + CENT
    assert bound.policies["participants_new"].sum() < free.policies["participants_new"].sum()
    standing = getattr(policy_of(name), "standing_cost_per_year_eur", 0.0)
    per_head = policy_of(name).cost_eur(WEIGHT, 12 * WEIGHT)
    if budget > standing + per_head:
        assert bound.policies["participants_new"].sum() > 0
    assert bound.warnings == [] or bound.policies["participants_new"].sum() == 0


@pytest.mark.parametrize("name", PROGRAMMES)
def test_without_money_nobody_enrols_and_the_run_says_so(name):
    result = run(sized(name, True, budget_eur_per_year=0))
    assert result.policies["participants_new"].sum() == 0
    assert any(f"policies.{name}: " in warning and "budget_eur_per_year" in warning for warning in result.warnings)


def test_a_budget_that_is_large_enough_changes_nothing():
    one = {"cost_per_participant_eur": 100.0, "cost_per_month_eur": 10.0, "standing_cost_per_year_eur": 1e6, "places_per_year": float(MANY)}
    free, bound = lived(Stub(**one)), lived(Stub(**one, budget_eur_per_year=1e12))
    assert books(free[0].model) == books(bound[0].model)
    assert bound[0].warnings() == []


def test_a_budget_is_spent_to_the_last_person_it_pays_for():
    per_head, heads = 500.0, 7
    programme, costs, enrolled = lived(Stub(cost_per_participant_eur=per_head, budget_eur_per_year=per_head * WEIGHT * (heads + 0.9)))
    assert costs == {2023: per_head * WEIGHT * heads, 2024: per_head * WEIGHT * heads}
    assert enrolled == [7, 0, 0, 7] + 11 * [0]
    assert programme.warnings() == []


def test_months_to_come_are_paid_before_anybody_new():
    """Twelve months at 100 euros: a budget for 12 people a month all year long, though the three months of 2023 alone would pay for 48."""
    stub = Stub(cost_per_month_eur=100.0, stays=24, budget_eur_per_year=12 * 12 * 100.0 * WEIGHT)
    _, costs, enrolled = lived(stub)
    assert enrolled[0] == 12
    assert costs[2023] == 3 * 12 * 100.0 * WEIGHT
    assert costs[2024] <= stub.budget_eur_per_year + CENT
    assert sum(enrolled) >= 12


def test_who_leaves_early_makes_room():
    """The unemployed find work; their months pay for others."""

    class Leaves(Stub):
        def has_finished(self, model, rows):
            return model.people.state[rows] == 0

    stub = Leaves(states=(1,), cost_per_month_eur=100.0, stays=24, budget_eur_per_year=30 * 12 * 100.0 * WEIGHT)
    programme, costs, enrolled = lived(stub)
    assert max(costs.values()) <= stub.budget_eur_per_year + CENT
    assert sum(enrolled) > 40 > programme.participants.size


def test_the_standing_cost_is_booked_while_the_programme_is_open():
    programme, costs, _ = lived(Stub(places_per_year=0.0, standing_cost_per_year_eur=1.2e6, start="2023-12", end="2024-05"))
    assert costs == pytest.approx({2023: 1e5, 2024: 5e5})
    assert programme.warnings() == []


def test_a_standing_cost_above_the_budget_enrols_nobody_and_is_reported():
    programme, costs, enrolled = lived(
        Stub(cost_per_participant_eur=1.0, standing_cost_per_year_eur=1.2e6, budget_eur_per_year=1e6, places_per_year=12 * WEIGHT)
    )
    assert costs == pytest.approx({2023: 3e5 + 3 * WEIGHT, 2024: 1.2e6})
    assert enrolled == [1, 1, 1] + 12 * [0]
    [warning] = programme.warnings()
    assert "policies.stub: cost 1,200,000 euros in 2024, more than budget_eur_per_year = 1,000,000" in warning


def test_savings_are_in_the_table():
    policies = run(sized("pension_age", True)).policies
    rows = policies.filter(pl.col("month") >= dt.date(2024, 1, 1))
    assert (rows["saving_eur"] > 0).all()
    assert run({"pension_age": {"start": "2024-06"}}).policies.filter(pl.col("month") < dt.date(2024, 6, 1))["saving_eur"].sum() == 0
