"""The lines about people: from the same state, the model and its twin bring every person to the same state, month after month."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from twin import tables
from twin.compare import OneLine
from twin_runs import EVERYTHING, RESTLESS, crowded_world, lines_alone

from sim.codes import NEVER, NOBODY, Contract, State
from sim.numerics import tables as kernels
from sim.state.people import People

LINES = ("demography", "separations", "retirement", "search", "wages", "hours", "accounts")
RESTLESSLY = (*EVERYTHING, *RESTLESS)
SETTINGS = {"no policy": (), "every policy, at every limit": RESTLESSLY}
"""With every policy on, people of `crowded_world`, to whom much happens; with the usual parameters: see test_reference_twin."""
MONTHS = 24
EMPLOYED, UNEMPLOYED, INACTIVE, TRAINING, RETIRED, OUTSIDE = map(int, State)
PERMANENT, FLEXIBLE, SELF_EMPLOYED = int(Contract.PERMANENT), int(Contract.FLEXIBLE), int(Contract.SELF_EMPLOYED)


class Seen:
    """Everybody just before or after a line: columns by name."""

    def __init__(self, model):
        self.month, self.pension_age = model.month, model.now.pension_age
        self.columns = {name: model.people[name].astype(np.int64) for name in People.columns}
        self.here = np.arange(len(model.people)) < model.n_present

    def __getattr__(self, name):
        return self.columns[name]

    @property
    def age(self):
        return self.month - self.birth_month

    @property
    def under_notice(self):
        return self.notice_until != NEVER

    @property
    def has_second_job(self):
        return self.second_employer != NOBODY


CASES = {
    "demography": {
        "leaves from work": lambda b, a: (b.state == EMPLOYED) & (a.state == OUTSIDE),
        "leaves at 75": lambda b, a: (b.state != OUTSIDE) & (a.age == 900) & (a.state == OUTSIDE),
        "leaves before 75": lambda b, a: (b.state != OUTSIDE) & (a.age < 900) & (a.state == OUTSIDE),
        "falls ill": lambda b, a: (b.health == 0) & (a.health == 1),
        "recovers": lambda b, a: (b.health == 1) & (a.health == 0),
        "turns 15": lambda b, a: (b.state == OUTSIDE) & (a.state == INACTIVE) & (a.age == 180),
        "arrives, looks for work": lambda b, a: (b.state == OUTSIDE) & (a.state == UNEMPLOYED),
        "arrives, does not": lambda b, a: (b.state == OUTSIDE) & (a.state == INACTIVE) & (a.age >= 240),
    },
    "separations": {
        "notice of one month": lambda b, a: ~b.under_notice & (a.notice_until == a.month + 1),
        "notice of more": lambda b, a: ~b.under_notice & (a.notice_until > a.month + 1),
        "notice ends": lambda b, a: b.under_notice & (b.notice_until <= a.month) & (a.state == UNEMPLOYED),
        "leaves, looks on": lambda b, a: (b.state == EMPLOYED) & ~b.under_notice & (a.state == UNEMPLOYED),
        "leaves, does not": lambda b, a: (b.state == EMPLOYED) & (a.state == INACTIVE),
        "leaves business": lambda b, a: (b.contract == SELF_EMPLOYED) & (a.contract == 0),
        "leaves second job too": lambda b, a: b.has_second_job & (a.state != EMPLOYED),
        "starts a business": lambda b, a: (b.employer != NOBODY) & (a.contract == SELF_EMPLOYED),
        "becomes permanent": lambda b, a: (b.contract == FLEXIBLE) & (a.contract == PERMANENT),
    },
    "retirement": {
        "employee, early": lambda b, a: _retires(b, a) & (b.employer != NOBODY) & (a.age < a.pension_age),
        "employee, at the pension age": lambda b, a: _retires(b, a) & (b.employer != NOBODY) & (a.age == a.pension_age),
        "employee, later": lambda b, a: _retires(b, a) & (b.employer != NOBODY) & (a.age > a.pension_age),
        "self-employed": lambda b, a: _retires(b, a) & (b.contract == SELF_EMPLOYED),
        "unemployed": lambda b, a: _retires(b, a) & (b.state == UNEMPLOYED),
        "inactive, early": lambda b, a: _retires(b, a) & (b.state == INACTIVE) & (a.age < a.pension_age),
        "inactive, at the pension age": lambda b, a: _retires(b, a) & (b.state == INACTIVE) & (a.age == a.pension_age),
        "works on": lambda b, a: (a.state == EMPLOYED) & (a.age > a.pension_age),
        "under notice": lambda b, a: _retires(b, a) & b.under_notice,
        "in a programme": lambda b, a: _retires(b, a) & (b.programmes != 0),
    },
    "search": {
        "at work": lambda b, a: a.is_searching.astype(bool) & (b.state == EMPLOYED) & ~b.under_notice,
        "under notice": lambda b, a: a.is_searching.astype(bool) & b.under_notice,
        "unemployed": lambda b, a: a.is_searching.astype(bool) & (b.state == UNEMPLOYED),
        "stops": lambda b, a: (b.state == UNEMPLOYED) & (a.state == INACTIVE),
        "starts a business": lambda b, a: (b.state == UNEMPLOYED) & (a.state == EMPLOYED),
        "inactive, takes a look": lambda b, a: a.is_searching.astype(bool) & (a.state == INACTIVE),
        "inactive, from now on": lambda b, a: (b.state == INACTIVE) & (a.state == UNEMPLOYED),
        "in training": lambda b, a: a.is_searching.astype(bool) & (b.state == TRAINING),
        "retired": lambda b, a: a.is_searching.astype(bool) & (b.state == RETIRED),
        "in a programme": lambda b, a: a.is_searching.astype(bool) & (b.programmes != 0),
    },
    "wages": {
        "anniversary": lambda b, a: (a.wage_cents > b.wage_cents) & ((a.month - b.job_since) % 12 == 0),
        "of the sector": lambda b, a: (a.wage_cents > b.wage_cents) & ((a.month - b.job_since) % 12 != 0),
        "hired this month": lambda b, a: (a.wage_cents == b.wage_cents) & (b.job_since == a.month),
        "ten years and more": lambda b, a: (a.wage_cents == b.wage_cents) & (a.month - b.job_since > 120) & (b.state == EMPLOYED),
    },
    "hours": {
        "second job ends": lambda b, a: b.has_second_job & ~a.has_second_job,
        "second job goes on": lambda b, a: b.has_second_job & a.has_second_job,
        "fewer hours": lambda b, a: a.hours < b.hours,
        "more hours": lambda b, a: a.hours > b.hours,
    },
    "accounts": {
        "of every state": lambda b, a: a.here & (np.bincount(a.state[a.here], minlength=6).min() > 0),
    },
}  # fmt: skip
"""What must come about in the two years, so that a line that agrees was put to the test."""


def _retires(before, after):
    return (before.state != RETIRED) & (after.state == RETIRED)


class Counter:
    """Counts how often every case comes about in the model."""

    def __init__(self):
        self.seen = {line: dict.fromkeys(cases, 0) for line, cases in CASES.items()}

    def before(self, line):
        if line.name in CASES:
            self.earlier = Seen(line.model)

    def after(self, line):
        now = Seen(line.model) if line.name in CASES else None
        for case, holds in CASES.get(line.name, {}).items():
            self.seen[line.name][case] += int(np.count_nonzero(holds(self.earlier, now) & now.here))


@cache
def beside_the_model(setting):
    """Two years of the model with every line of its twin beside it, and what came about."""
    counter, settings = Counter(), SETTINGS[setting]
    world = crowded_world("2025-09") if settings == RESTLESSLY else None
    return lines_alone(LINES, MONTHS, *settings, world=world, onlookers=[counter]), counter.seen


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("line", LINES)
def test_the_line_does_what_its_twin_does(line, setting):
    found = beside_the_model(setting)[0][line]
    assert found.months == MONTHS
    assert not found.differences, "\n".join(map(str, found.differences))


@pytest.mark.parametrize("line", LINES)
def test_every_case_of_the_line_comes_about(line):
    seen = beside_the_model("every policy, at every limit")[1][line]
    assert all(seen.values()), f"never: {', '.join(case for case, n in seen.items() if not n)}; {seen}"


WRONG = {
    "demography": "recovery_per_year",
    "separations": "permanent_exit_per_month",
    "retirement": "at_pension_age",
    "search": "casual_share",
    "wages": "tension_response",
    "hours": "second_job_end_per_month",
}


@pytest.mark.parametrize(("line", "parameter"), WRONG.items())
def test_a_twin_with_another_parameter_is_found_out(line, parameter):
    def halve(twin):
        values = twin.lines[line].parameters._values
        values[parameter] /= 2

    found = lines_alone([line], 6, *RESTLESS, world=crowded_world("2025-09"), wrong=halve)[line]
    assert {one.line for one in found.differences} == {line}


def test_one_wrong_cent_is_named_with_month_line_column_and_person(monkeypatch):
    def after(self, line):
        if (line.name, line.model.now.offset) == ("wages", 1):
            self.twin.people[7].wage_cents += 1
        return usual(self, line)

    usual = OneLine.after
    monkeypatch.setattr(OneLine, "after", after)
    (found,) = lines_alone(["wages"], 3)["wages"].differences
    assert (found.month, found.line, found.where, found.who, found.others) == ("2023-11", "wages", "people.wage_cents", 7, 0)
    assert found.twin == found.model + 1
    assert "2023-11, after wages: people.wage_cents of 7" in str(found)


def test_somebody_who_is_forgotten_in_the_accounts_is_found(monkeypatch):
    from twin.lines.accounts import Accounts

    usual = Accounts.count

    def forgetful(self):
        usual(self)
        self.closing[max(range(len(self.closing)), key=self.closing.__getitem__)] -= 1

    monkeypatch.setattr(Accounts, "count", forgetful)
    with pytest.raises(AssertionError, match="by what has moved"):
        lines_alone(["accounts"], 1)


def test_curves_and_thresholds_are_those_of_the_kernels():
    assert [tables.logistic(x) for x in range(-1200, 1201)] == kernels.logistic_thresholds().tolist()
    assert [tables.exponential(x) for x in range(-2000, 2001)] == kernels.exponential_table().tolist()
    assert [tables.normal_quantile(step) for step in range(4096)] == kernels.normal_table().tolist()
    shares = np.random.default_rng(1).random((100, 12))
    assert [tables.cumulative_thresholds(row) for row in shares] == kernels.cumulative_threshold(shares).tolist()
    assert tables.cumulative_thresholds([0.0, 0.0]) == kernels.cumulative_threshold(np.zeros(2)).tolist()
    assert [tables.log_odds(p) for p in shares.ravel()] == kernels.log_odds(shares).ravel().tolist()
