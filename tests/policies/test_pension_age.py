"""The pension age of the month is that of the law plus the rise, from the start to the end of the policy."""

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


def test_nobody_takes_part_and_it_costs_nothing(run):
    policies = run(*RISE).policies
    assert policies["participants_total"].sum() == 0
    assert policies["cost_eur"].sum() == 0
