"""Forks of a run, and who is followed in them: pilots of a handful of people in a small world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from sim.codes import month_index
from sim.config.outlook import Outlook
from sim.model import LabourMarket
from sim.pilots.design import Design, Trunk, design
from sim.pilots.follow import FOLLOW_UP_MONTHS, Followed
from sim.pilots.measure import Measured, fork, measure
from sim.world import World, build_world

FILE = """
seeds: 3
population: {scale: 0.002}
pilots:
  lots: 2
  programmes:
    senior_networks: {participants: 5, start: 2023-12, months: 2, horizon: 2025-03, measure: wish,
                      reported: {text: a wish, share: 0.4, source: here}}
    later_life_work: {participants: 3, start: 2024-01, months: 1, shares_run_with: senior_networks, reported: {text: none, source: here}}
    care_reserve: {participants: 4000, in_country: true, start: 2023-12, months: 1, measure: hours, reported: {text: a list, source: here},
                   crisis: {start: 2024-02, months: 2, sector: Q, demand_factor: 1.15}}
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Design:
    folder = tmp_path_factory.mktemp("small")
    (folder / "experiments").mkdir()
    (folder / "experiments" / "small.yaml").write_text(FILE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return design("small", [])


@pytest.fixture(scope="module")
def trunk(asked: Design) -> Trunk:
    (one,) = asked.trunks
    return one


@pytest.fixture(scope="module")
def small_world(trunk: Trunk) -> World:
    return build_world(scale=0.002, start="2023-10", until=trunk.config.until, outlook=Outlook(0.003))


@pytest.fixture(scope="module")
def found(trunk: Trunk, small_world: World) -> dict[str, list[Measured]]:
    return measure(trunk, 1, small_world)


def advanced(model: LabourMarket, months: int) -> LabourMarket:
    for _ in range(months):
        model.step()
    return model


def test_a_fork_without_policies_is_the_trunk_to_the_last_bit(trunk, small_world):
    model = advanced(LabourMarket(trunk.config, small_world), 5)
    twin = fork(model, trunk.config, small_world)
    assert twin.digest() == model.digest()
    assert advanced(twin, 4).digest() == advanced(model, 4).digest()


def test_a_fork_is_the_run_that_has_had_the_policy_all_along(trunk, small_world):
    """A programme that opens later changes nothing before: the two ways to the same month agree."""
    config = trunk.lanes[0].config
    neutral = {name: values | {"net_delay_months": 0.0} for name, values in config.policies.items()}  # nothing to solve from the month
    config = config.model_copy(update={"policies": neutral})
    whole = advanced(LabourMarket(config, small_world), 2)
    parted = fork(advanced(LabourMarket(trunk.config, small_world), 2), config, small_world)
    for model in (whole, parted):
        advanced(model, 6)
    assert all(programme.total for programme in parted.programmes)
    assert parted.digest() == whole.digest()


def test_a_fork_leaves_the_trunk_alone(trunk, small_world):
    model = advanced(LabourMarket(trunk.config, small_world), 2)
    before = model.digest()
    advanced(fork(model, trunk.lanes[0].config, small_world), 3)
    assert model.digest() == before


def test_every_pilot_is_as_large_as_it_was(found):
    assert {name: [one.participants for one in lots] for name, lots in found.items()} == {
        "senior_networks": [5, 5], "later_life_work": [3, 3], "care_reserve": [8, 8],
    }  # fmt: skip
    assert all(one.controls == one.participants for lots in found.values() for one in lots)


def test_lots_are_other_people(trunk, small_world):
    chosen: Callable[[LabourMarket], list[int]] = lambda model: sorted(np.flatnonzero(model.people.ever_programmes).tolist())  # noqa: E731
    model = advanced(LabourMarket(trunk.config, small_world), 2)
    first, second = (fork(model, trunk.lanes[0].config, small_world) for _ in range(2))
    for one in second.programmes:
        one.lot = (one.lot + 1) % 256
    assert chosen(advanced(first, 3)) != chosen(advanced(second, 3))


def test_the_same_people_are_followed_with_and_without_the_programme(trunk, small_world):
    model = advanced(LabourMarket(trunk.config, small_world), 2)
    twin = fork(model, trunk.lanes[0].config, small_world)
    followed = Followed(twin.programmes[1], model, counts_eligible=True)
    for _ in range(FOLLOW_UP_MONTHS + 1):
        model.step()
        twin.step()
        followed.look()
    members = np.flatnonzero(twin.people.ever_programmes & twin.programmes[1].mask)
    rows = np.concatenate([cohort.with_it.rows for cohort in followed.cohorts])
    assert sorted(rows) == sorted(members)
    for cohort in followed.cohorts:
        assert np.array_equal(cohort.with_it.rows, cohort.without_it.rows)
        assert not np.intersect1d(cohort.with_it.rows, cohort.control.rows).size
        assert cohort.without_it.model is model
        assert cohort.control.model is twin
    with_it, without_it, _ = followed.fates()
    first = followed.cohorts[0]
    assert with_it.at_work.max() <= twin.month - first.month + 1
    assert (without_it.stayed <= twin.month - followed.cohorts[0].month + 1).all()
    assert followed.eligible[rows].all()


def test_the_outcome_is_that_of_the_programme_itself(trunk, small_world):
    """What the programme reports in the thirteenth month is what was followed, but for what that month's first lines change."""
    model = advanced(LabourMarket(trunk.config, small_world), 2)
    twin = fork(model, trunk.lanes[0].config, small_world)
    mine = twin.programmes[1]
    followed = Followed(mine, model, counts_eligible=False)
    reported = 0
    for _ in range(FOLLOW_UP_MONTHS + 2):
        model.step()
        twin.step()
        followed.look()
        reported += mine.gross_outcome
    assert int(followed.fates()[0].success.sum()) == reported
    assert reported > 0


def test_a_crisis_asks_for_hours_and_the_register_brings_some(found, small_world):
    for one in found["care_reserve"]:
        assert one.extra_fte == pytest.approx(0.15 * 1_100_000 * 0.002, rel=0.15)  # 1.1 million full-time jobs in care
        assert 0 < one.members <= 8
        assert 0 <= one.hours <= 8 * one.members
        assert one.fte == pytest.approx(one.hours * 0.6 / small_world.tables.hours_per_fte)
    assert all(np.isnan(one.extra_fte) for one in found["senior_networks"])


def test_a_seed_can_be_repeated(trunk, small_world, found):
    again = measure(trunk, 1, small_world)
    assert np.array_equal(np.array(found["senior_networks"]), np.array(again["senior_networks"]), equal_nan=True)
    other = measure(replace(trunk, lanes=trunk.lanes[:1]), 2, small_world)
    assert not np.array_equal(np.array(other["senior_networks"]), np.array(again["senior_networks"]), equal_nan=True)


def test_a_lane_ends_at_its_horizon_or_with_the_last_follow_up(trunk):
    assert trunk.config.until == "2025-03"
    assert [(lane.first, lane.last) for lane in trunk.lanes] == [
        (month_index("2023-12"), month_index("2025-03")), (month_index("2023-12"), month_index("2024-11")),
    ]  # fmt: skip
