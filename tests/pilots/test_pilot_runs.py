"""Pilots from the file to the table: a small one of the real model, and what is kept, repeated and refused."""

from __future__ import annotations

import json
from pathlib import Path

import fake_repetitions
import numpy as np
import pytest

from sim.cli.app import defined
from sim.cli.sweep import sweep
from sim.config.errors import UserError
from sim.config.kinds import PILOTS, kind_of
from sim.pilots.design import design
from sim.pilots.measure import Measured, measure
from sim.pilots.run import pilots
from sim.pilots.tell import text
from sim.runs import jobs
from sim.runs.execute import loopbrug, world_of

SMALL = """\
# @package _global_
# A pilot of five.
seeds: 2
checks: "off"
population: {scale: 0.001}
pilots:
  lots: 2
  programmes:
    job_bridge:
      participants: 5
      start: 2024-06
      months: 6
      reported: {text: "4 of 5 in a new job", share: 0.8, source: somebody}
"""
SURVEY = SMALL.replace("job_bridge:", "senior_networks:").replace("months: 6", "months: 6\n      measure: wish")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "five.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "experiments" / "asked.yaml").write_text(SURVEY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(fake_repetitions.NOTES, str(tmp_path / "notes"))
    return "five"


def notes() -> list[str]:
    path = Path("notes")
    return sorted(path.read_text().split()) if path.exists() else []


def test_the_five_programmes_stand_as_they_were():
    asked = design("seed_programmes", [])
    sizes = {name: pilot.participants for name, pilot in asked.pilots.programmes.items()}
    assert sizes == {"career_advice": 45, "job_bridge": 37, "senior_networks": 100, "later_life_work": 22, "care_reserve": 4000}
    assert asked.repetitions >= 200
    lanes = {name: lane for trunk in asked.trunks for lane in trunk.lanes for name in lane.pilots}
    bridge = lanes["job_bridge"].config.policies["job_bridge"]
    assert (bridge["start"], bridge["end"]) == ("2020-11", "2021-12")
    assert bridge["places_per_year"] * 14 / 12 * 0.01 == pytest.approx(37)
    assert lanes["care_reserve"].without is not None
    assert not lanes["care_reserve"].without.policies
    assert lanes["senior_networks"] is lanes["later_life_work"]


def test_what_was_reported_changes_nothing_that_is_simulated():
    as_it_is, otherwise = (
        design("seed_programmes", settings).trunks for settings in ([], ["pilots.programmes.job_bridge.reported.share=0.1"])
    )
    assert [lane.config for trunk in as_it_is for lane in trunk.lanes] == [lane.config for trunk in otherwise for lane in trunk.lanes]


def test_only_experiments_with_pilots_ask_for_them(small):
    assert kind_of(small) == PILOTS
    assert kind_of("seeds") is None
    assert kind_of("nosuch") is None


def test_five_people_in_the_model(small):
    """Who took part, and the same people without it: the trunk goes on as if nobody had looked."""
    asked = design(small, [])
    [trunk] = asked.trunks
    world = world_of(trunk.config, loopbrug())[0]
    one, other = (measure(trunk, seed, world)["job_bridge"] for seed in (1, 2))
    for found in (*one, *other):
        assert found.participants == 5
        assert 0 <= found.gross <= 5
        assert 0 <= found.without <= 5
        assert found.controls == 5
    assert one[0].eligible >= 10
    assert np.isnan(one[1].eligible)
    np.testing.assert_array_equal(measure(trunk, 1, world)["job_bridge"], one)


def test_levers_of_no_strength_change_nobody(small):
    asked = design(small, ["policies.job_bridge.strength=0", "policies.job_bridge.friction_no_income=1"])
    [trunk] = asked.trunks
    for found in measure(trunk, 1, world_of(trunk.config, loopbrug())[0])["job_bridge"]:
        assert found.participants == 5
        assert found.gross == found.without
        assert (found.delay, found.work, found.fte_months) == (0, 0, 0)


def test_finished_seeds_are_not_done_again(small):
    told = list[str]()
    pilots(small, [], told.append, fake_repetitions.repetitions)
    assert notes() == ["1", "2"]
    pilots(small, ["seeds=3"], told.append, fake_repetitions.repetitions)
    assert notes() == ["1", "2", "3"]
    assert told[-1] == "6 repetitions: 1 runs to do, 2 already there"
    pilots(small, ["pilots.programmes.job_bridge.reported.text=otherwise"], told.append, fake_repetitions.repetitions)
    assert notes() == ["1", "2", "3"], "what was reported is no input"
    pilots(small, ["pilots.programmes.job_bridge.participants=6"], told.append, fake_repetitions.repetitions)
    assert notes() == ["1", "1", "2", "2", "3"]


def test_a_failed_run_keeps_the_others(small):
    with pytest.raises(RuntimeError, match="1 of 2 runs failed; the first: seed 99: ValueError: out of luck"):
        pilots(small, ["seed=99"], lambda line: None, fake_repetitions.repetitions)
    assert notes() == ["100", "99"]
    with pytest.raises(RuntimeError):
        pilots(small, ["seed=99"], lambda line: None, fake_repetitions.repetitions)
    assert notes() == ["100", "99", "99"]


def test_a_mistake_found_by_a_run_is_the_users(small):
    with pytest.raises(UserError, match=r"^policies\.x is beyond the reach"):
        pilots(small, ["seed=98", "seeds=1"], lambda line: None, fake_repetitions.repetitions)


def test_the_table_lays_gross_beside_net(small):
    asked, [found] = pilots(small, [], lambda line: None, fake_repetitions.repetitions)
    assert (found.gross.mean, found.without.mean) == (0.8, 0.6)
    assert found.net.mean == pytest.approx(0.2)
    assert found.trial is not None
    assert found.trial.needed == 82
    assert found.trial.found.mean == pytest.approx(0.2)
    shown = text(asked, [found])
    assert "reported 80 % gross, inside what 95 % of pilots of this size would report" in shown
    assert "not filled" not in shown
    assert "With the gross figure only, no number of participants is enough" in shown
    json.dumps(defined(found.to_json()), allow_nan=False)


def test_places_that_were_not_filled_are_told(small):
    asked, found = pilots(small, ["pilots.programmes.job_bridge.participants=8"], lambda line: None, fake_repetitions.repetitions)
    assert "job_bridge: not filled: 5.0 of 8 places" in text(asked, found)


def test_a_survey_hears_the_stay_divided_by_both_parameters(small):
    from sim.pilots.findings import Sums, survey

    runs = np.array([[Measured(participants=100, longer=8, shorter=2)] * 2] * 2, np.float64)
    heard = survey(Sums(runs), design("asked", []))
    assert heard.longer.mean == pytest.approx(0.06)
    assert heard.heard.mean == pytest.approx(0.06 / (0.3 * 0.5))
    assert heard.least == pytest.approx(0.06 / (0.6 * 1.0))
    assert heard.most == pytest.approx(0.06 / (0.1 * 0.25))
    other = survey(Sums(runs), design("asked", ["parameters.pilots.realised_wishes=0.6"]))
    assert other.heard.mean == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["until=2030-12"], "the pilots of five set until themselves"),
        (["pilots.lots=0"], "pilots.lots"),
        (["pilots.programmes.job_bridge.participants=0"], "pilots.programmes.job_bridge.participants"),
        (["pilots.programmes.job_bridge.start=2014-01"], "pilots.programmes.job_bridge"),
        (["pilots.programmes.job_bridge.start=november"], "pilots.programmes.job_bridge.start"),
        (["pilots.programmes.job_bridge.measure=hours"], "measure: hours and crisis go together"),
        (["pilots.programmes.job_bridge.in_country=true"], "5 people in the country are nobody in a sample of 0.001"),
        (["pilots.programmes.job_bridge.shares_run_with=nosuch"], "shares_run_with: 'nosuch' must be a pilot"),
        (["pilots.programmes.job_brigde.participants=4"], "Did you mean 'job_bridge'"),
        (["policies.job_brigde.months=3"], "Did you mean 'job_bridge'"),
        (["policies.job_bridge.monts=3"], "did you mean 'months'"),
    ],
)
def test_mistakes_are_named(small, settings, message):
    with pytest.raises(UserError, match=message):
        design(small, settings)


def test_pilots_go_by_no_other_way(small):
    from sim.config.compose import compose

    with pytest.raises(UserError, match="sim sweep five"):
        compose(["experiments=five"])
    with pytest.raises(UserError, match="sim sweep five"):
        jobs.sweep("five")
    with pytest.raises(UserError, match="leave out -o, --lang, --open and --dry-run"):
        sweep(["five"], open_it=True)
