"""Programmes, courses and reserves: from the same state, the model and its twin enrol, teach and call up the same people."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from twin.compare import OneLine, plain
from twin.policies.training_places import sum_by_eights
from twin_runs import EVERYTHING, RESTLESS, WITH_LIMITS, crowded_schools, lines_alone, small_world

from sim.codes import NOBODY, SECTOR, Commitment, State
from sim.policies.registry import POLICIES

LINES = ("policies", "training", "reserves")
MONTHS, UNTIL = 24, "2025-09"
SETTINGS = {
    "every policy": (EVERYTHING, small_world),
    "within limits": ((*WITH_LIMITS, *RESTLESS, "seed=2"), crowded_schools),
}
RULES = {"pay_rise", "pension_age", "training_places"}
"""Policies that nobody takes part in."""
CARE, DEFENCE = SECTOR["Q"], SECTOR["DEF"]
POOLS = int(Commitment.CARE_RESERVE | Commitment.DEFENCE_RESERVE)


class Seen:
    """Counts what the model did, by case; so that lines that agree were put to the test."""

    def __init__(self):
        self.counts = {}

    def count(self, case, n=1):
        self.counts[case] = self.counts.get(case, 0) + int(n)

    def before(self, line):
        people, model = line.model.people, line.model
        self.state, self.institute, self.until = people.state.copy(), people.institute.copy(), people.training_until.copy()
        self.commitments, self.qualifications = people.commitments.copy(), people.qualifications.copy()
        self.takes_part = {programme.policy.name: set(programme.participants.tolist()) for programme in model.programmes}

    def after(self, line):
        look = getattr(self, f"see_{line.name}", None)
        if look is not None:
            look(line, line.model)

    def see_policies(self, line, model):
        for programme in model.programmes:
            name, now = programme.policy.name, set(programme.participants.tolist())
            self.count(f"{name}: joins", programme.new)
            self.count(f"{name}: leaves", len(self.takes_part[name] - now))
            self.count(f"{name}: goes on when it is closed", not programme.is_open and len(now))
            self.count(f"{name}: followed up", programme.gross_count)
            self.count(f"{name}: success", programme.gross_outcome)
            self.count(f"{name}: no success", programme.gross_count - programme.gross_outcome)
            self.count(f"{name}: comparison group followed up", programme.control_count)
            self.count(f"{name}: success in it", programme.control_outcome)
            self.count(f"{name}: costs", programme.cost > 0)
            self.count(f"{name}: saves", programme.saving > 0)
            self.count(f"{name}: unpaid", programme.unpaid)
        self.count("takes part in two", np.count_nonzero(np.bitwise_count(model.people.programmes) > 1))

    def see_training(self, line, model):
        people, now = model.people, model.month
        in_course, is_in_course = self.state == State.TRAINING, people.state == State.TRAINING
        starts, waited = is_in_course & ~in_course, (self.institute != NOBODY) & ~in_course
        diploma = people.qualifications != self.qualifications
        self.count("graduates", np.count_nonzero((people.graduation_month == now) & diploma))
        self.count("course starts", starts.sum())
        self.count("on a seat that was added", line.started_extra.sum())
        self.count("start is bought", starts.sum() - line.started.sum())
        self.count("course ends", np.count_nonzero(in_course & (self.until == now) & diploma))
        self.count("drops out", np.count_nonzero(in_course & (self.until > now) & ~is_in_course))
        self.count("asks", np.count_nonzero((self.institute == NOBODY) & (people.institute != NOBODY)))
        self.count("gives up", np.count_nonzero(waited & (people.institute == NOBODY)))
        self.count("waits on", np.count_nonzero(waited & (people.institute != NOBODY) & ~is_in_course))

    def see_reserves(self, line, model):
        before, now, state = self.commitments & POOLS, model.people.commitments & POOLS, model.people.state
        self.count("care reservist is recruited", np.count_nonzero((before == 0) & (now == Commitment.CARE_RESERVE)))
        self.count("defence reservist is recruited", np.count_nonzero((before == 0) & (now == Commitment.DEFENCE_RESERVE)))
        self.count("leaves the pool", np.count_nonzero((before != 0) & (now == 0) & (state != State.OUTSIDE)))
        self.count("leaves the pool with the population", np.count_nonzero((before != 0) & (now == 0) & (state == State.OUTSIDE)))
        self.count("care is helped", line.reserve_hours[CARE].sum() > 0)
        self.count("defence is helped", line.reserve_hours[DEFENCE].sum() > 0)
        self.count("is absent", line.absent_hours.sum() > 0)
        self.count("nobody is called", line.members.sum() > 0 and line.hours.sum() == 0)


@cache
def beside_the_model(setting):
    """Two years of the model with the lines of its twin beside it, and what came about."""
    (settings, world), seen = SETTINGS[setting], Seen()
    return lines_alone(LINES, MONTHS, *settings, world=world(UNTIL), onlookers=[seen]), seen.counts


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("line", LINES)
def test_the_line_does_what_its_twin_does(line, setting):
    found = beside_the_model(setting)[0][line]
    assert found.months == MONTHS
    assert not found.differences, "\n".join(map(str, found.differences))


def never(setting, cases):
    """Those of `cases` that never came about in the model."""
    counts = beside_the_model(setting)[1]
    return [case for case in cases if not counts.get(case, 0)]


def test_every_policy_is_at_work():
    taken_part_in = sorted(set(POLICIES) - RULES)
    assert not never("every policy", [f"{name}: {what}" for name in taken_part_in for what in ("joins", "leaves", "followed up", "costs")])
    assert not never("every policy", [f"{name}: success" for name in taken_part_in])
    assert not never("every policy", ["pay_rise: costs", "training_places: costs", "pension_age: saves", "takes part in two"])


def test_comparison_groups_are_followed_up_but_for_those_that_say_nothing():
    followed = sorted(set(POLICIES) - RULES - {"care_reserve", "defence_reserve", "hiring_subsidy"})
    assert not never("every policy", [f"{name}: comparison group followed up" for name in followed])
    assert not never("within limits", ["hiring_subsidy: comparison group followed up"])
    assert never("every policy", reserves := [f"{name}_reserve: comparison group followed up" for name in ("care", "defence")]) == reserves


def test_budgets_bind_stays_end_and_programmes_close():
    limited = ["care_reserve", "career_advice", "defence_reserve", "dual_track", "later_life_work", "more_hours", "phased_retirement"]
    assert not never("within limits", [f"{name}: {what}" for name in limited for what in ("joins", "unpaid")])
    short = ["career_advice", "dual_track", "hiring_subsidy", "job_bridge", "senior_networks"]
    assert not never("within limits", [f"{name}: leaves" for name in short])
    assert not never("within limits", [f"{name}: goes on when it is closed" for name in ("defence_reserve", "job_bridge")])


def test_everything_about_courses_comes_about():
    cases = [
        "graduates", "course starts", "on a seat that was added", "start is bought", "course ends", "drops out", "asks", "gives up",
        "waits on",
    ]  # fmt: skip
    assert not never("within limits", cases)


def test_reservists_are_recruited_called_and_leave():
    cases = [
        "care reservist is recruited", "defence reservist is recruited", "leaves the pool", "leaves the pool with the population",
        "care is helped", "defence is helped", "is absent", "nobody is called",
    ]  # fmt: skip
    assert not never("every policy", cases)


WRONG = {
    "care_reserve": {"minimum_age": 60},
    "career_advice": {"months": 1},
    "defence_reserve": {"maximum_age": 30},
    "dual_track": {"release_share": 0.1},
    "hiring_subsidy": {"minimum_age": 64},
    "job_bridge": {"income_months": 3},
    "later_life_work": {"minimum_age": 65},
    "more_hours": {"largest_contract": 20},
    "pay_rise": {"on_costs": 0.0},
    "pension_age": {"months_per_year": 6},
    "phased_retirement": {"take_up_high": 0.1},
    "senior_networks": {"minimum_age": 65},
    "training_places": {"all_year_cost": 0.2},
}
"""A setting of each policy that the twin is given wrong."""


class WhoDiffers(OneLine):
    """Collects the names of all programmes that differ, in place of the first difference."""

    names: set[str]

    def after(self, line):
        super().after(line)
        if line.name == self.name:
            self.names = getattr(self, "names", set()) | {
                mine.policy.name
                for mine, other in zip(line.model.programmes, self.twin.programmes, strict=True)
                if any(plain(getattr(mine, name)) != getattr(other, name) for name in other.compares)
            }


def test_a_policy_with_another_setting_is_found_out(monkeypatch):
    def mislead(twin):
        for programme in twin.programmes:
            vars(programme.policy.settings).update(WRONG[programme.policy.name])

    monkeypatch.setattr("twin_runs.OneLine", WhoDiffers)
    found = lines_alone(["policies"], 14, *EVERYTHING, wrong=mislead)["policies"]
    assert found.names == set(WRONG) == set(POLICIES)


@pytest.mark.parametrize(("line", "parameter"), [("training", "applications_per_month"), ("reserves", "productivity")])
def test_a_line_with_another_parameter_is_found_out(line, parameter):
    def halve(twin):
        twin.lines[line].parameters._values[parameter] /= 2

    found = lines_alone([line], 8, *EVERYTHING, wrong=halve)[line]
    assert {one.line for one in found.differences} == {line}


def test_a_comparison_group_that_is_one_person_short_is_found_out():
    def forget(twin):
        programme = next(programme for programme in twin.programmes if programme.policy.name == "career_advice")
        usual = programme.enrol

        def enrol():
            usual()
            programme.called_up[twin.month][1].pop()

        programme.enrol = enrol

    found = lines_alone(["policies"], 2, *EVERYTHING, wrong=forget)["policies"].differences
    assert [one.where for one in found] == ["programme career_advice: cohorts"] * 2


def test_sums_of_costs_are_those_of_the_kernels_to_the_last_bit():
    values, is_here = np.random.default_rng(1).random((100, 72)) * 1e4, np.arange(72) // 12 == 2
    assert [sum_by_eights(row[is_here].tolist()) for row in values] == [float(np.sum(row, where=is_here)) for row in values]
    assert [sum_by_eights(values[0, :n].tolist()) for n in range(73)] == [float(np.sum(values[0, :n])) for n in range(73)]
