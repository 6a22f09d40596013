"""Programmes open and close through Mesa's scheduler, in exactly the months of the policy."""

import copy
import pickle

import pytest

from sim.codes import month_index
from sim.model import LabourMarket

WINDOWS = [
    ("2023-10", None), ("2023-10", "2023-10"), ("2024-01", None), ("2024-02", "2024-04"), ("2024-03", "2024-03"),
    ("2022-05", "2024-02"), ("2021-01", "2023-09"), ("2021-01", "2023-08"),
]  # fmt: skip


def bridge(configure, world, start, end=None):
    dates = [f"policies.job_bridge.start={start}", *([f"policies.job_bridge.end={end}"] if end else [])]
    return LabourMarket(configure("scenarios=job_bridge", *dates, "policies.job_bridge.places_per_year=60000"), world)


@pytest.mark.parametrize(("start", "end"), WINDOWS)
def test_a_programme_is_open_in_the_months_of_its_policy(configure, world, start, end):
    model = bridge(configure, world, start, end)
    [programme] = model.programmes
    opened, enrolled = [], []
    for _ in range(8):
        model.step()
        assert programme.is_open == programme.policy.is_open(model.month)
        opened.append(programme.is_open)
        enrolled.append(programme.new > 0)
    expected = [month_index(start) <= month and (end is None or month <= month_index(end)) for month in range(model.start, model.start + 8)]
    assert opened == expected
    assert [yes for yes, is_open in zip(enrolled, opened, strict=True) if not is_open] == [False] * opened.count(False)


def test_open_and_close_are_events_that_one_can_see(configure, world):
    model = bridge(configure, world, "2024-02", "2024-04")
    times = sorted(event.time for event in model._event_list.peek_ahead(10))
    assert times == [1, 4.5, 7.5]  # the first step; before the step of February; before that of May


def test_closing_by_hand_stops_enrolment_and_leaves_participants_in(configure, world):
    model = bridge(configure, world, "2023-10")
    [programme] = model.programmes
    model.run_for(3)
    assert programme.participants.size > 0
    inside = set(programme.participants.tolist())
    programme.close()
    model.step()
    assert programme.new == 0
    assert set(programme.participants.tolist()) <= inside
    programme.open()
    model.step()
    assert programme.new > 0


@pytest.mark.parametrize("months_before", [0, 3, 5])
@pytest.mark.parametrize("twin_of", [lambda model: pickle.loads(pickle.dumps(model)), copy.deepcopy], ids=["pickle", "copy"])
def test_a_copy_of_the_model_opens_and_closes_in_the_same_months(configure, world, months_before, twin_of):
    model = bridge(configure, world, "2024-02", "2024-04")
    for _ in range(months_before):
        model.step()
    twin = twin_of(model)
    for _ in range(6):
        model.step()
        twin.step()
        assert twin.programmes[0].is_open == twin.programmes[0].policy.is_open(twin.month)
    assert twin.digest() == model.digest()
    assert twin.programmes[0].total == model.programmes[0].total > 0


@pytest.mark.parametrize("at", [0.0, 2.5, 2.7])
def test_the_calendar_can_be_scheduled_again_at_any_moment(configure, world, at):
    model, twin = (bridge(configure, world, "2023-12", "2024-01") for _ in range(2))
    if at:
        model.run_until(at)
        twin.run_until(at)
    for _ in range(3):
        twin.programmes[0].is_open = not twin.programmes[0].is_open  # whatever it was
        twin.schedule_policies()
    model.run_for(5)
    twin.run_for(5)
    assert twin.month == model.month
    assert twin.digest() == model.digest()
    assert len([event for event in twin._event_list.peek_ahead(20) if event.time > twin.time]) == 1  # the next step, and nothing else
