"""`sim sweep` with pilots: what the file may say, what is kept, what is found and printed; figures come from toys."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from toy_pilots import hire_toys

from sim import cli
from sim.codes import month_index
from sim.config.compose import compose
from sim.config.errors import UserError
from sim.evidence.parameters import load_parameters
from sim.pilots import run as running
from sim.pilots.design import asks_for_pilots, design
from sim.pilots.findings import Findings
from sim.pilots.run import run
from sim.pilots.spread import spread
from sim.pilots.tell import text
from sim.pilots.wish import heard
from sim.runs.batch import Interrupted

TRUNKS = (1, 1, 3)
"""Pilots of the trunks of seed_programmes: advice, bridge, the three of 2023."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def simulated(*overrides: str, seeds: int = 3, stop_after: int | None = None) -> tuple[Findings, list]:
    hire, done = hire_toys(2, TRUNKS, stop_after)
    return run("seed_programmes", [f"seeds={seeds}", "pilots.lots=2", *overrides], hire=hire), done


# --- what is asked for ------------------------------------------------------------------------------------------------------------
def test_the_experiment_names_the_five_pilots_as_large_as_they_were():
    asked = design("seed_programmes", [])
    size = {name: (pilot.participants, pilot.months) for name, pilot in asked.pilots.programmes.items()}
    assert size == {"career_advice": (45, 12), "job_bridge": (37, 14), "senior_networks": (100, 12), "later_life_work": (22, 1),
                    "care_reserve": (4000, 1)}  # fmt: skip
    assert asked.repetitions == 300


def test_what_a_programme_reported_is_no_input():
    """Another report, the same runs: nothing reported is in a configuration, nor in what the kept results hang on."""
    plain = design("seed_programmes", [])
    other = design("seed_programmes", ["pilots.programmes.job_bridge.reported.share=0.1", "pilots.programmes.job_bridge.reported.text=x"])
    assert other.pilots != plain.pilots
    assert other.trunks[1].lanes[0].config == plain.trunks[1].lanes[0].config
    assert running.key_of(other, running.identity()) == running.key_of(plain, running.identity())
    changed = design("seed_programmes", ["pilots.programmes.job_bridge.participants=38"])
    assert running.key_of(changed, running.identity()) != running.key_of(plain, running.identity())


def test_places_make_a_pilot_as_large_as_it_was():
    for trunk in design("seed_programmes", []).trunks:
        for lane in trunk.lanes:
            for name, pilot in lane.pilots.items():
                settings = lane.config.policies[name]
                months = month_index(settings["end"]) - month_index(settings["start"]) + 1
                simulated_people = settings["places_per_year"] * settings["capacity_fill"] * trunk.config.population.scale * months / 12
                assert simulated_people == pytest.approx(40 if name == "care_reserve" else pilot.participants)


def test_evidence_holds_unless_a_setting_says_otherwise():
    def effect(*overrides: str) -> float:
        lane = next(lane for trunk in design("seed_programmes", overrides).trunks for lane in trunk.lanes if "job_bridge" in lane.pilots)
        return lane.config.policies["job_bridge"]["net_effect"]

    assert effect() == load_parameters()["policies.job_bridge.net_effect"].central
    assert effect("policies.job_bridge.net_effect=0.12") == 0.12


def test_only_experiments_with_pilots_ask_for_them():
    assert asks_for_pilots("seed_programmes")
    assert not asks_for_pilots("seeds")
    assert not asks_for_pilots("no_such_experiment")


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("until=2030-12", "the pilots of seed_programmes set until themselves"),
        ("evidence=low", "policies.<policy>.<parameter>=value"),
        ("policies.job_bridge.net_efect=0.1", "did you mean 'net_effect'"),
        ("policies.pay_rise.rise=0.1", "Unknown pilot 'pay_rise'"),
        ("pilots.programmes.job_bridge.particpants=3", "did you mean 'participants'"),
        ("pilots.programmes.job_bridge.start=2014-06", "lies before built = 2015-01"),
        ("pilots.programmes.job_bridge.horizon=2021-06", "lies before the end of the follow-up, 2022-11"),
        ("pilots.programmes.later_life_work.shares_run_with=job_bridge", "such are senior_networks"),
        ("pilots.programmes.care_reserve.participants=20", "use a larger population.scale"),
        ("pilots.programmes.care_reserve.measure=outcome", "hours and crisis go together"),
        ("pilots.lots=0", "pilots.lots"),
        ("pilots=3", "pilots"),
    ],
)
def test_a_mistake_is_named(override, message):
    with pytest.raises(UserError, match=message.replace("?", r"\?")):
        design("seed_programmes", [override])


def test_pilots_are_not_left_out_without_a_word():
    with pytest.raises(UserError, match="sim sweep seed_programmes"):
        compose(["experiments=seed_programmes"])


# --- what is kept -----------------------------------------------------------------------------------------------------------------
def test_what_is_finished_is_not_done_again(here):
    first, done = simulated()
    assert len(done) == 3 * len(TRUNKS)
    again, done = simulated()
    assert not done
    assert again.to_json() == first.to_json()
    _, done = simulated(seeds=4)
    assert sorted(seed for _, seed in done) == [4] * len(TRUNKS)
    _, done = simulated("policies.job_bridge.net_effect=0.1")
    assert len(done) == 3 * len(TRUNKS)


def test_after_ctrl_c_the_rest_is_done(here):
    with pytest.raises(Interrupted, match="5 of 9 runs are finished and kept"):
        simulated(stop_after=5)
    found, done = simulated()
    assert len(done) == 4
    assert found.repetitions.height == 5 * 3 * 2


def test_a_kill_in_the_middle_of_writing_costs_one_seed(here):
    simulated()
    (file,) = here.glob("runs/pilots/*/trunk-1.bin")
    file.write_bytes(file.read_bytes()[:-7])
    _, done = simulated()
    assert done == [({"trunk": 1.0}, 3)]


def test_a_run_that_fails_is_said_and_the_others_are_kept(here, monkeypatch):
    hire, done = hire_toys(2, TRUNKS)

    def broken(count, load):
        workers = hire(count, load)
        play = workers.run
        workers.run = lambda jobs, on_done: (on_done(jobs[0], "ValueError: no"), play(jobs[1:], on_done))
        return workers

    with pytest.raises(RuntimeError, match="1 of 9 runs of the pilots failed: ValueError: no"):
        run("seed_programmes", ["seeds=3", "pilots.lots=2"], hire=broken)
    assert len(done) == 8
    _, done = simulated()
    assert len(done) == 1


# --- what is found ----------------------------------------------------------------------------------------------------------------
def test_net_is_the_difference_to_the_same_people(here):
    found, _ = simulated()
    bridge = next(pilot for pilot in found.pilots if pilot.name == "job_bridge")
    assert bridge.net.mean.mean == pytest.approx(np.mean([seed / 40 for seed in (1, 2, 3)]))
    assert bridge.net.mean.low == pytest.approx(0.05 - 4.3027 * 0.025 / 3**0.5, abs=1e-4)
    assert bridge.gross.mean.mean == pytest.approx(0.55)
    assert bridge.reported_gross.mean.mean == pytest.approx(0.75)
    assert bridge.as_much == 0.0  # 30 of 40 is below 78 %
    assert bridge.coverage == pytest.approx(0.01)


def test_a_delay_is_measured_in_months(here):
    found, _ = simulated()
    networks = next(pilot for pilot in found.pilots if pilot.name == "senior_networks")
    assert networks.unit == "months"
    assert networks.net.mean.mean == pytest.approx(2.0)
    assert networks.evidence.effect == 1.0
    assert networks.evidence.participants == pytest.approx(2 * (2.8016 * 10) ** 2, rel=0.001)  # sd: root of 500 - 20 ** 2


def test_an_unclear_effect_gives_no_number(here):
    found, _ = simulated(seeds=2)
    bridge = next(pilot for pilot in found.pilots if pilot.name == "job_bridge")
    assert not bridge.net.mean.is_clear
    assert bridge.simulated_effect is None
    assert "is not clear in so few repetitions" in text(found)


def test_a_survey_hears_more_than_is_done():
    reps = {"longer": np.array([[3.0, 100.0]]), "participants": np.array([[100.0, 100.0]])}
    assert heard(reps, None)[0] == pytest.approx([0.03 / 0.15, 1.0])
    assert heard(reps, {"realisation": 0.6})[0, 0] == pytest.approx(0.1)


def test_a_register_counts_for_the_country_and_its_luck_is_that_of_4000(here):
    found, _ = simulated()
    call = next(pilot.call for pilot in found.pilots if pilot.call)
    assert call.members.mean.mean == pytest.approx(3800)
    assert call.hours.mean.mean == pytest.approx(3.0)
    assert call.share.mean.mean == pytest.approx(2 / 1600)
    luck = np.array([[1.0, 3.0]] * 200)
    assert (spread(luck).low, spread(luck).high) == (1.0, 3.0)
    assert (spread(luck, 100).low, spread(luck, 100).high) == pytest.approx((1.9, 2.1))


def test_one_seed_has_no_interval_and_is_still_told(here):
    found, _ = simulated(seeds=1)
    assert found.pilots[1].net.mean.low is None
    assert "job_bridge" in text(found)


# --- what is printed --------------------------------------------------------------------------------------------------------------
def test_the_text_says_what_was_reported_and_what_it_takes(here):
    found, _ = simulated()
    told = text(found)
    for pilot in found.pilots:
        assert pilot.pilot.reported.text in told
    assert "no number is enough" in told
    assert "78 % (63 to 89)" in told
    assert "0.12 % of the extra demand" in told or "0.13 % of the extra demand" in told


def test_the_verb_prints_text_or_one_json_document(here, monkeypatch, capsys):
    hire, _ = hire_toys(2, TRUNKS)
    monkeypatch.setattr(running, "Workers", hire)
    monkeypatch.setattr("sim.calibration.evaluate.prepare", lambda tell: None)

    def printed(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["sim", "sweep", "seed_programmes", "seeds=2", "pilots.lots=2", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert not end.value.code
        return capsys.readouterr().out

    assert printed().startswith("5 pilots, each simulated 4 times")
    document = json.loads(printed("--json"))
    assert [pilot["name"] for pilot in document["pilots"]] == list(design("seed_programmes", []).pilots.programmes)
    assert document["pilots"][1]["reported"]["share"] == 0.784
