"""A policy that is nothing, has not begun or is over leaves the baseline as it is, bit for bit."""

import datetime as dt

import polars as pl
import pytest
from every import NAMES, PROGRAMMES, RULES, model_of, run, same, sized, without_effect

from sim.codes import month_index
from sim.policies.levers import LEVERS
from sim.policies.registry import POLICIES

WITH_EFFECT = [name for name in NAMES if POLICIES[name].effect]
LAST = "2024-03"


@pytest.mark.parametrize("name", NAMES)
def test_without_places_or_size_the_scenario_is_the_baseline(name):
    same(run(sized(name, False)), run())


@pytest.mark.parametrize("name", WITH_EFFECT)
def test_without_an_effect_the_scenario_is_the_baseline(name):
    scenario = run(without_effect(name))
    same(scenario, run())
    if name in PROGRAMMES and POLICIES[name](**without_effect(name)[name]).places_this_year() > 0:
        assert scenario.policies["participants_new"].sum() > 0


@pytest.mark.parametrize("name", NAMES)
def test_months_before_the_start_are_those_of_the_baseline_and_later_ones_are_not(name):
    scenario = run(sized(name, True, start="2024-01"))
    same(scenario, run(), before=dt.date(2024, 1, 1))
    assert any(not getattr(scenario, table).equals(getattr(run(), table)) for table in ("panel", "market", "flows")), "it moves nothing"


@pytest.mark.parametrize("name", PROGRAMMES)
def test_after_the_end_nobody_enrols(name):
    policies = run(sized(name, True, end=LAST)).policies
    last = dt.date.fromisoformat(f"{LAST}-01")
    assert policies.filter(pl.col("month") <= last)["participants_new"].sum() > 0
    assert policies.filter(pl.col("month") > last)["participants_new"].sum() == 0


@pytest.mark.parametrize("name", RULES)
def test_rules_for_everybody_hold_while_it_is_open_and_not_after(name):
    settings = sized(name, True, end=LAST)[name]
    model = model_of(POLICIES[name](**settings))
    for_all, held = [lever for lever, about in LEVERS.items() if about.per != "person"], []
    while model.month <= month_index(LAST) + 1:
        model.step()
        held.append(any(getattr(model.levers, lever).any() for lever in for_all))
    assert not held[-1]
    assert any(held), "a rule that sets no lever"
