"""Care reservists: who registers, what they add when care is short, and what they cannot."""

import numpy as np
import polars as pl
import pytest

from sim.codes import NOBODY, SECTOR, Commitment, State
from sim.model import LabourMarket
from sim.phases.reserves import MOST_HOURS
from tests.conftest import total

WAVE = "economy.crises=[{start: 2024-09, months: 4, sector: Q, demand_factor: 1.15}]"
MANY = ("+policies.care_reserve.start=2023-10", "+policies.care_reserve.places_per_year=60000")
BOTH = (*MANY, "+policies.defence_reserve.start=2023-10", "+policies.defence_reserve.places_per_year=150000")
CARE = SECTOR["Q"]


def in_pool(model, bit):
    return (model.people.commitments & np.uint8(bit)) != 0


def missing(result):
    """Missing full-time jobs in care by month and province."""
    care = result.market.filter(pl.col("sector").cast(pl.String) == "Q").sort("month", "province")
    return care["shortage_fte"].to_numpy(), care["reserve_fte"].to_numpy()


def test_only_qualified_people_who_do_not_work_in_care_are_eligible(configure, world):
    model = LabourMarket(configure(*MANY), world)
    model.step()
    people, rows = model.people, model.programmes[0].policy.eligible(model)
    assert rows.size > 0
    assert ((people.qualifications[rows] >> CARE) & 1 == 1).all()
    assert not ((people.state[rows] == State.EMPLOYED) & (people.sector[rows] == CARE)).any()
    second = people.second_employer[rows]
    assert not ((second != NOBODY) & (model.employers.sector[second] == CARE)).any()
    assert not in_pool(model, Commitment.CARE_RESERVE | Commitment.DEFENCE_RESERVE)[rows].any()
    retired = people.state[rows] == State.RETIRED
    assert retired.any(), "retired care staff may come"
    assert (model.month - people.state_since[rows][retired] <= 60).all()


def test_the_register_grows_where_it_would_have_shrunk(configure, world):
    with_it, without = LabourMarket(configure(*MANY), world), LabourMarket(configure(), world)
    at_start = in_pool(without, Commitment.CARE_RESERVE).sum()
    with_it.run_for(12)
    without.run_for(12)
    assert in_pool(without, Commitment.CARE_RESERVE).sum() <= at_start
    assert in_pool(with_it, Commitment.CARE_RESERVE).sum() > 2 * at_start


def test_who_leaves_the_pool_leaves_the_programme(configure, world):
    model = LabourMarket(configure(*MANY, "+parameters.reserves.attrition_per_year=0.3"), world)
    ever = 0
    for _ in range(18):
        before = in_pool(model, Commitment.CARE_RESERVE)
        model.step()
        [programme] = model.programmes
        inside = programme.participants[~np.isin(programme.participants, programme.cohorts[model.month][0])]
        assert before[inside].all(), "participants are those the pool held at the end of last month"
        ever += programme.new
    assert 0 < programme.participants.size < ever


def test_in_a_wave_fewer_hours_are_missing_and_nothing_else_changes(run):
    (alone, before), (helped, after) = missing(run(WAVE)), missing(run(WAVE, *MANY))
    assert (after >= before).all()
    assert after.sum() > 2 * before.sum() > 0
    assert (helped <= alone).all()
    assert helped.sum() < alone.sum()
    assert alone.sum() - helped.sum() <= after.sum() - before.sum() + 1e-6, "no more is missing less than reservists work"
    assert run(WAVE).panel.equals(run(WAVE, *MANY).panel), "a register of people moves nobody's job"


def test_nobody_serves_twice_or_beyond_the_hours_that_are_left(configure, world):
    call = "{start: 2024-09, months: 4, sector: DEF, demand_factor: 1.5}"
    crises = f"{WAVE[:-1]}, {call}]"
    everybody = ("+parameters.reserves.care_available=0.7", "+parameters.reserves.defence_available=0.6")
    model = LabourMarket(configure(*BOTH, crises, *everybody), world)
    called = 0
    for _ in range(16):
        model.step()
        people, line = model.people, model.phase("reserves")
        care, defence = in_pool(model, Commitment.CARE_RESERVE), in_pool(model, Commitment.DEFENCE_RESERVE)
        assert not (care & defence).any()
        joined = {programme.policy.name: programme.participants for programme in model.programmes}
        assert not np.intersect1d(joined["care_reserve"], joined["defence_reserve"]).size
        works = people.state == State.EMPLOYED
        busy = np.where(works, people.hours, 0).astype(int) + people.second_hours
        left = np.clip(MOST_HOURS - busy, 0, round(line.parameters.care_hours)) * ~(works & (people.sector == CARE))
        assert line.hours[CARE].sum() <= left[care].sum()
        assert line.hours[SECTOR["DEF"]].sum() <= defence.sum() * round(line.parameters.defence_hours)
        called += line.hours[CARE].sum() * line.hours[SECTOR["DEF"]].sum()
    assert called > 0


def test_reservists_come_only_in_a_crisis_but_cost_all_the_time(run):
    calm = run(*MANY)
    assert total(calm.market, "reserve_fte") == 0
    assert total(calm.market, "drill_fte", sector="Q") > total(run().market, "drill_fte", sector="Q") > 0
    policies = calm.policies.sort("month")
    assert (policies["cost_eur"].diff().drop_nulls().tail(12) != 0).any()
    expected = policies["participants_new"] * 500 + policies["participants_active"] * 158
    assert policies["cost_eur"].to_numpy() == pytest.approx(expected.to_numpy())


def test_with_the_places_of_the_table_the_register_nears_five_thousand_in_2027(configure, world):
    """Arithmetic of the table, not of a run: the sample is too small for a register of thousands."""
    model = LabourMarket(configure("+policies.care_reserve={}"), world)
    attrition, register = model.phase("reserves").parameters.attrition_per_year / 12, 3200.0
    for _ in range(36):
        register += model.programmes[0].policy.places_this_year() / 12 - attrition * register
    assert register == pytest.approx(5000, rel=0.1)
