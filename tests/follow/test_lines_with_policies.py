"""Reserves, courses and wages under their policies: what people are told is what happens to them."""

import numpy as np
import pytest

from sim.codes import NOBODY, State
from sim.follow.events import BY_RULE, UNEXPLAINED
from sim.follow.watcher import Watcher
from sim.model import LabourMarket
from sim.numerics.jit import use_threads

SETTINGS = (
    "+policies.care_reserve={start: 2023-10, places_per_year: 40000}",
    "+policies.defence_reserve={start: 2023-10, places_per_year: 40000}",
    "+policies.training_places={start: 2023-10, extra_seats: 2, attraction: 1, all_year: 1}",
    "+policies.career_advice={start: 2023-10, places_per_year: 200000}",
    "+policies.pay_rise={start: 2024-03}",
    "+parameters.training.applications_per_month=0.02",
)
MONTHS = 14
LINES = {"reserves": {"joins_reserve", "leaves_reserve"}, "training": {"admitted", "queues", "gives_up"}}


class Watchers(list):
    def before(self, line):
        for watcher in self:
            watcher.before(line)

    def after(self, line):
        for watcher in self:
            watcher.after(line)


@pytest.fixture(scope="module")
def watched(configure, world):
    """Watchers of people who were on a list, in a course or in a pool; participants of the advice ask for courses and start at once."""
    use_threads(1, world.n_present)
    with pytest.MonkeyPatch.context() as patch:
        models = [LabourMarket(configure(*SETTINGS), world) for _ in range(2)]
        advice = type(next(p.policy for p in models[0].programmes if p.policy.name == "career_advice"))

        def set_levers(self, levers, bit):
            levers.course_applications[bit], levers.course_start[bit] = 3000, 20000

        patch.setattr(advice, "set_levers", set_levers)
        alone, model = models
        bound = np.zeros(len(alone.people), bool)
        for _ in range(MONTHS):
            alone.step()
            bound |= (alone.people.institute != NOBODY) | (alone.people.commitments > 1) | (alone.people.state == State.TRAINING)
        rows = np.flatnonzero(bound)
        watchers = Watchers(Watcher(model, row) for row in rows[:: max(rows.size // 120, 1)].tolist())
        model.observer = watchers
        for _ in range(MONTHS):
            model.step()
    assert model.digest() == alone.digest()
    return watchers


def test_what_the_reasons_say_is_what_happened(watched):
    seen, bought = {}, 0
    for watcher in watched:
        for month, asked in watcher.reasons.items():
            for line in LINES:
                said = {reason.kind for reason in asked if reason.line == line and reason.yes and reason.kind}
                done = {e.kind for e in watcher.events if e.month == month and e.line == line and e.kind not in BY_RULE}
                assert said == done, (watcher.row, month, [reason.text() for reason in asked if reason.line == line])
                seen.setdefault(line, set()).update(done)
                bought += sum(reason.yes for reason in asked if reason.question == "starts on a bought place")
    assert {line: LINES[line] - seen[line] for line in LINES} == {line: set() for line in LINES}
    assert bought > 0


def test_yes_is_a_draw_within_the_chance(watched):
    for watcher in watched:
        for asked in watcher.reasons.values():
            for reason in asked:
                if reason.line in LINES and reason.draw is not None and reason.chance is not None:
                    assert reason.yes == (reason.low <= reason.draw < reason.high), reason


def test_a_rise_of_the_sector_is_told_as_one(watched):
    events = [event for watcher in watched for event in watcher.events]
    assert UNEXPLAINED not in {event.kind for event in events}
    rises = [event.text for event in events if event.line == "wages"]
    assert any("the sector raises its wages" in text for text in rises)
    assert any("in the job" in text for text in rises)
    assert not any(text.startswith("0 year") for text in rises)
