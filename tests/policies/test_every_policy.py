"""What holds for every policy, generated from the registry."""

import itertools

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sim.config.errors import UserError
from sim.evidence.parameters import load_parameters
from sim.policies.base import Policy
from sim.policies.levers import LEVERS
from sim.policies.registry import POLICIES
from sim.policies.solved import Solved

NAMES = sorted(POLICIES)
RULES = {"pension_age": "extra_months"}
"""Policies without participants, and the setting that makes them nothing at 0."""
PROGRAMMES = [name for name in NAMES if name not in RULES]
STATE_COLUMNS = ("panel", "market", "flows")


def same(one, other, before=None):
    for table in STATE_COLUMNS:
        frames = [getattr(result, table) for result in (one, other)]
        if before is not None:
            frames = [frame.filter(pl.col("month") < before) for frame in frames]
        assert_frame_equal(*frames)


def size(name, places):
    """Override that gives a programme its places; a rule for everybody is on or off."""
    return f"+policies.{name}.{RULES[name]}={12 * (places > 0)}" if name in RULES else f"+policies.{name}.places_per_year={places}"


@pytest.mark.parametrize("name", NAMES)
def test_without_places_the_scenario_is_the_baseline_bit_for_bit(run, name):
    same(run(size(name, 0)), run())


@pytest.mark.parametrize("name", NAMES)
def test_months_before_the_start_are_those_of_the_baseline(run, name):
    from datetime import date

    scenario = run(f"+policies.{name}.start=2024-06", size(name, 200000))
    same(scenario, run(), before=date(2024, 6, 1))
    assert not scenario.panel.equals(run().panel)


@pytest.mark.parametrize("name", PROGRAMMES)
def test_places_are_never_exceeded_and_every_participant_costs(run, name):
    result = run(size(name, 12000), f"+policies.{name}.start=2023-10")
    per_month = result.policies["participants_new"]
    fill = load_parameters()[f"policies.{name}.capacity_fill"].central
    assert per_month.sum() > 0
    assert (result.policies["participants_total"] <= 12000 * fill / 12 * pl.Series(range(1, len(per_month) + 1)) + 500).all()
    assert ((result.policies["cost_eur"] > 0) == (per_month > 0)).all()


@pytest.mark.parametrize("pair", list(itertools.combinations(NAMES, 2)))
def test_policies_compose(run, configure, world, pair):
    config = configure(f"+policies.{pair[0]}={{}}", f"+policies.{pair[1]}={{}}")
    from sim.model import simulate

    swapped = config.model_copy(update={"policies": dict(reversed(config.policies.items()))})
    same(simulate(config, world), simulate(swapped, world))


@pytest.mark.parametrize("pair", [pair for pair in itertools.permutations(NAMES, 2) if pair[0] in PROGRAMMES])
def test_another_policy_does_not_change_who_is_drawn_first(configure, world, pair):
    from sim.model import LabourMarket

    name, other = pair
    first = (f"+policies.{name}.start=2023-10", size(name, 100000), "+parameters.labour_demand.closure_per_year=0.08")
    alone = LabourMarket(configure(*first), world)
    together = LabourMarket(configure(*first, f"+policies.{other}={{}}"), world)
    for model in (alone, together):
        for _ in range(2):  # before the other policy starts
            model.step()
    enrolled = [next(p for p in model.programmes if p.policy.name == name).participants for model in (alone, together)]
    assert enrolled[0].size > 0
    assert enrolled[0].tolist() == enrolled[1].tolist()


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_has_a_row_of_evidence(name):
    numbers = set(POLICIES[name].model_fields) - set(Policy.model_fields) - {*Solved.model_fields}
    rows = {path.rsplit(".", 1)[1] for path in load_parameters() if path.startswith(f"policies.{name}.")}
    assert numbers == rows


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("setting", ["places_per_year=-1", "capacity_fill=1.2", "start=2026-13", "end=2020-01"])
def test_impossible_settings_are_refused_with_a_message(configure, name, setting):
    with pytest.raises(UserError, match=setting.partition("=")[0]):
        configure(f"+policies.{name}.{setting}")


def test_every_lever_has_a_unit_a_reader_and_a_neutral_value_of_zero():
    from sim.policies.levers import Levers

    levers = Levers()
    for name, lever in LEVERS.items():
        assert lever.unit
        assert lever.read_by
        assert (getattr(levers, name) == 0).all()
