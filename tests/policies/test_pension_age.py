"""The pension age of the month is that of the law plus the rise, from the start to the end of the policy."""

import numpy as np
import pytest

from sim.codes import State
from sim.evidence.parameters import load_parameters
from sim.model import LabourMarket
from tests.conftest import total

RISE = ("+policies.pension_age.start=2023-12", "+policies.pension_age.extra_months=8", "+policies.pension_age.months_per_year=6")


def extra(model, months):
    """Months above the law, month by month."""
    found = []
    for offset in range(months):
        model.step()
        found.append(model.now.pension_age - int(model.tables.pension_age_months[offset]))
    return found


def test_it_rises_by_steps_each_calendar_year_to_the_full_extra(configure, world):
    model = LabourMarket(configure(*RISE), world)
    assert extra(model, 18) == [0, 0, 6] + 12 * [8] + 3 * [8]


def test_after_its_end_the_law_holds_again(configure, world):
    assert extra(LabourMarket(configure(*RISE, "+policies.pension_age.end=2024-02"), world), 8) == [0, 0, 6, 8, 8, 0, 0, 0]


def test_fewer_people_retire(run):
    assert total(run(*RISE).panel, "retirements") < 0.95 * total(run().panel, "retirements")


def test_the_saving_is_the_state_pension_of_those_between_the_ages_who_had_none_yet(configure, world):
    """Counted person by person: who ever reached the age in force keeps the pension when the age jumps away again."""
    model = LabourMarket(configure(*RISE, "+policies.pension_age.end=2024-08"), world)
    [programme], law, born = model.programmes, model.tables.pension_age_months, model.people.birth_month.astype(int)
    by_law, has_one, counts = np.zeros(born.size, bool), np.zeros(born.size, bool), []
    for offset in range(14):
        model.step()
        by_law |= model.month - born >= law[offset]
        has_one |= model.month - born >= model.now.pension_age
        waits = by_law & ~has_one & (model.people.state != State.OUTSIDE)
        monthly = programme.saving / model.weight
        assert monthly == pytest.approx(waits.sum() * load_parameters()["budget.state_pension_eur_per_month"].central)
        counts.append(int(waits.sum()))
    assert counts[:2] == [0, 0]
    assert 0 < counts[2] < counts[5] < counts[9]
    assert counts[11:] == [0, 0, 0]


def test_nobody_takes_part_and_it_costs_nothing(run):
    policies = run(*RISE).policies
    assert policies["participants_total"].sum() == 0
    assert policies["cost_eur"].sum() == 0
