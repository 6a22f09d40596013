"""Peer networks keep people at work by as much as the evidence says, no more, and nobody writes it in."""

import numpy as np
import pytest

from sim.codes import State
from sim.model import LabourMarket
from sim.phases.separations import exit_class
from tests.conftest import total

WIDE = ("scenarios=senior_networks", "policies.senior_networks.places_per_year=400000", "policies.senior_networks.start=2023-10")


def months_at_work(model, rows, shift, effect_months, horizon=180):
    """Expected months at work, one person at a time: slow, and written independently of the policy."""
    line, people = model.phase("retirement"), model.people
    risk, leave = model.phase("separations").risk, model.phase("demography").leave[0]
    pension = int(model.tables.pension_age_months[0])
    total_months = 0.0
    stops = {i: int(exit_class(model.month, i, people.contract, people.job_since, people.birth_month)) for i in rows.tolist()}
    for i in rows:
        at_work = 1.0
        age = model.month - int(people.birth_month[i])
        for ahead in range(horizon):
            k = min(max(age + ahead - pension, -240), 240) + 240
            x = int(line.base[k]) + int(people.taste_for_work[i]) + line.poor_health * int(people.health[i])
            x += shift if ahead < effect_months else 0
            at_work *= 1 - line.logistic[min(max(x, -1200), 1200) + 1200] / 2**32
            at_work *= (1 - risk[stops[i]] / 2**32) * (1 - leave[people.sex[i], min(age + ahead, leave.shape[1] - 1)] / 2**32)
            total_months += at_work
    return total_months / len(rows)


@pytest.mark.parametrize("delay", [1.0, 4.0])
def test_the_solved_lever_delays_exit_by_the_evidence(configure, world, delay):
    model = LabourMarket(configure(*WIDE, f"policies.senior_networks.net_delay_months={delay}"), world)
    [programme] = model.programmes
    rows = programme.policy.eligible(model)[::40]
    shift = programme.policy._shift
    assert shift < 0
    gain = months_at_work(model, rows, shift, 36) - months_at_work(model, rows, 0, 36)
    assert gain == pytest.approx(delay, rel=0.15)  # every 40th of the eligible; one step of the lever is about 2 %


def test_without_an_effect_the_lever_stays_neutral_and_nothing_changes(run):
    from every import same

    same(run(*WIDE, "policies.senior_networks.net_delay_months=0"), run())


def test_networks_keep_participants_at_work(run):
    with_networks = run(*WIDE, "policies.senior_networks.net_delay_months=5")
    assert total(with_networks.panel, "retirements") < total(run().panel, "retirements")


def test_a_trial_inside_the_run_finds_the_effect_on_participants(run):
    policies = run(*WIDE, "policies.senior_networks.net_delay_months=12").policies
    treated = policies["gross_outcome"].sum() / policies["gross_count"].sum()
    control = policies["control_outcome"].sum() / policies["control_count"].sum()
    assert policies["control_count"].sum() > 0
    assert treated > control


def test_only_employees_between_the_minimum_and_the_pension_age_are_eligible(model, configure, world):
    model = LabourMarket(configure(*WIDE), world)
    model.step()
    [programme] = model.programmes
    rows = programme.policy.eligible(model)
    age = model.month - model.people.birth_month[rows].astype(int)
    assert (model.people.state[rows] == State.EMPLOYED).all()
    assert (age >= 58 * 12).all()
    assert (age < model.now.pension_age).all()
    assert np.isin(programme.participants, np.flatnonzero(model.people.programmes)).all()
