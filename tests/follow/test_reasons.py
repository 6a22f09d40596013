"""People watched through a whole small run: what is told must be what happened, and why."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from sim.codes import NEVER, NOBODY, State
from sim.follow import wording
from sim.follow.events import BY_RULE, UNEXPLAINED
from sim.follow.lines.retirement import WINDOWS
from sim.follow.lines.search import cell_names
from sim.follow.watcher import Watcher
from sim.model import LabourMarket
from sim.numerics.jit import use_threads
from sim.numerics.tables import log_odds

SETTINGS = {
    "job_bridge": ("policies.job_bridge.start=2023-10", "policies.job_bridge.places_per_year=60000"),
    "senior_networks": ("policies.senior_networks.start=2023-10",),
}
SHOWN_BY = {
    "demography": {"arrives", "falls_ill", "leaves", "recovers"},
    "hours": {"second_job_ends"},
    "matching": {"hired", "second_job"},
    "policies": {"joins", "ends_programme"},
    "reserves": {"leaves_reserve"},
    "retirement": {"retires"},
    "search": {"rests", "searches", "starts_looking", "stops_looking"},
    "separations": {"leaves_work", "notice", "notice_ends", "permanent", "starts_business"},
    "training": {"admitted", "diploma", "drops_out", "gives_up", "graduates", "queues"},
    "wages": {"raise"},
}
"""Events that the people picked must go through, or the checks below would check nothing."""


class Watchers(list):
    """Several watchers as one observer."""

    def before(self, line):
        for watcher in self:
            watcher.before(line)

    def after(self, line):
        for watcher in self:
            watcher.after(line)


def run(model):
    """Run to the end; returns (n_people,) bool: who was ever on a waiting list or course, or a reservist."""
    bound = np.zeros(len(model.people), bool)
    while model.month < model.until:
        model.step()
        bound |= (model.people.institute != NOBODY) | (model.people.commitments > 1)
    return bound


def people_to_follow(model, bound):
    """Some of every fate in a finished run, and some of no special one."""
    people, rng = model.people, np.random.default_rng(0)
    groups = [
        bound,
        people.training_until != NEVER,
        people.institute != NOBODY,
        people.displaced_since != NEVER,
        people.ever_programmes != 0,
        (people.state == State.RETIRED) & (people.state_since > model.start),
        people.second_employer != NOBODY,
        people.graduation_month > model.start,
        (people.contract == 3) & (people.job_since > model.start),
        people.job_since > model.start,
        people.entry_month > model.start,
        np.ones(len(people), bool),
    ]
    picked = [rng.choice(rows := np.flatnonzero(group), min(25 if n else 150, rows.size), replace=False) for n, group in enumerate(groups)]
    return np.unique(np.concatenate(picked)).tolist()


@pytest.fixture(scope="module", params=list(SETTINGS))
def watched(request, world, configure):
    """A run, the same run with people watched, the watchers, and the rows they saw at the start."""
    use_threads(1, world.n_present)
    config = configure(f"scenarios={request.param}", *SETTINGS[request.param])
    alone, model = LabourMarket(config, world), LabourMarket(config, world)
    rows = people_to_follow(alone, run(alone))
    watchers = Watchers(Watcher(model, row) for row in rows)
    starts = [watcher.snapshot() for watcher in watchers]
    model.observer = watchers
    run(model)
    return SimpleNamespace(name=request.param, alone=alone, model=model, watchers=watchers, starts=starts)


def reasons(watched):
    for watcher in watched.watchers:
        for month, asked in watcher.reasons.items():
            yield from ((watcher, month, reason) for reason in asked)


def test_watching_changes_nothing(watched):
    assert watched.model.digest() == watched.alone.digest()


def test_the_people_followed_go_through_every_kind_of_event(watched):
    seen = {}
    for watcher in watched.watchers:
        for event in watcher.events:
            seen.setdefault(event.line, set()).add(event.kind)
    if watched.name == "job_bridge":
        assert {line: SHOWN_BY[line] - seen.get(line, set()) for line in SHOWN_BY} == {line: set() for line in SHOWN_BY}
    assert UNEXPLAINED not in set().union(*seen.values())


def test_events_replayed_from_the_first_row_give_the_last(watched):
    for watcher, start in zip(watched.watchers, watched.starts, strict=True):
        row = dict(start)
        for event in watcher.events:
            for column, (before, after) in event.changes.items():
                assert row[column] == before, (watcher.row, event)
                row[column] = after
        assert row == watcher.snapshot(), watcher.row


def test_what_the_reasons_say_is_what_happened(watched):
    """In every month the answers yes and the events are the same, line by line, in the same order."""
    compared = 0
    for watcher in watched.watchers:
        for month, asked in watcher.reasons.items():
            said = {(reason.line, reason.kind) for reason in asked if reason.yes and reason.kind}
            done = {(e.line, e.kind) for e in watcher.events if e.month == month and e.kind not in BY_RULE | {"rests"}}
            assert said == done, (watcher.row, month, [reason.text() for reason in asked])
            compared += len(done)
    assert compared > 1000


def test_yes_is_a_draw_within_the_chance(watched):
    asked = [reason for _, _, reason in reasons(watched) if reason.draw is not None and reason.chance is not None]
    assert len(asked) > 5000
    for reason in asked:
        assert 0 <= reason.low <= reason.high <= 1
        assert reason.yes == (reason.low <= reason.draw < reason.high), reason


def test_the_named_parameters_multiply_to_the_chance(watched):
    """Where a chance is a product of parameters: the names told are those that made it, up to the resolution of a threshold."""
    lines = set()
    for _, _, reason in reasons(watched):
        if reason.line not in {"separations", "search", "hours"} and reason.question != "asks for a place on a course":
            continue
        if reason.note or reason.chance is None:
            continue
        product = min(math.prod(factor.value for factor in reason.because), 1.0)
        assert reason.chance == pytest.approx(product, abs=2e-6), reason
        lines.add(reason.line)
    assert lines == {"separations", "search", "hours", "training"}


def test_every_parameter_named_has_a_row_in_the_table(watched):
    from sim.evidence.parameters import load_parameters

    known = load_parameters()
    named = {factor.path for _, _, reason in reasons(watched) for factor in reason.because}
    assert len(named) > 25
    assert named <= set(known)


def test_who_is_hired_was_told_of_that_job_at_that_wage(watched):
    hires = 0
    for watcher in watched.watchers:
        for event in watcher.events:
            if event.kind == "hired":
                [job] = [reason for reason in watcher.reasons[event.month] if reason.kind == "hired" and reason.yes]
                assert f"employer {event.changes['employer'][1]} " in job.question
                if "wage_cents" in event.changes:
                    assert wording.euros(event.changes["wage_cents"][1]) in job.question
                assert job.said == "hired"
                hires += 1
    assert hires > 30


def test_applications_fall_away_one_step_after_the_other(watched):
    """Openings of the own list come first, best first; what falls away says where."""
    for watcher in watched.watchers:
        for asked in watcher.reasons.values():
            matching = [reason for reason in asked if reason.line == "matching"]
            if not matching:
                continue
            assert matching[0].question == "applies"
            listed = [bool(reason.kind) for reason in matching[1:]]
            assert listed == sorted(listed, reverse=True)
            subjects = [reason.subject for reason in matching[1:]]
            assert len(set(subjects)) == len(subjects), "the same opening is told once"
            assert len(subjects) <= 8


def test_a_programme_names_its_comparison_group(watched):
    answers = {reason.said.split(",")[0] for _, _, reason in reasons(watched) if reason.kind == "joins"}
    assert any(answer.startswith("yes") for answer in answers)
    assert any("comparison group" in answer for answer in answers)


def test_the_hazard_of_retiring_is_named_by_its_own_parameter(model):
    line = model.phase("retirement")
    named = [getattr(line.parameters, WINDOWS[window]) for window in line.window]
    assert len(set(named)) == len(WINDOWS), "two hazards of one value could be mistaken for each other"
    assert (log_odds(np.array(named)) == line.base).all()


def test_every_cell_of_the_search_tables_has_names_of_its_own():
    names, (unemployed, on_the_job, inactive, *single) = cell_names()
    cells = [*unemployed.ravel(), *on_the_job.ravel(), *inactive, *single]
    assert [int(cell) for cell in cells] == list(range(1, len(names) + 1))
