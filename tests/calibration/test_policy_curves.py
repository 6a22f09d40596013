"""The solver of lever curves: what it counts, what it keeps, what it writes, what it refuses. On a market of two lines."""

import numpy as np
import pytest
import yaml
from fake_pilot import PERSONS, failing, load

from sim.calibration.policies import command
from sim.calibration.policies.pilot import Pilot, differences
from sim.calibration.policies.solve import effects, solve, write
from sim.config.compose import compose
from sim.config.errors import UserError
from sim.evidence.curves import curve, load_curves
from sim.policies.career_advice import CareerAdvice


def lives(**months):
    """Month -> rows and successes, from lists of pairs."""
    return {int(m[1:]): (np.array([r for r, _ in pairs]), np.array([s for _, s in pairs], bool)) for m, pairs in months.items()}


def test_people_are_compared_with_themselves_and_who_joined_in_one_run_only_is_left_out():
    treated = lives(m5=[(1, True), (2, True), (9, True)], m6=[(4, False)], m7=[(8, True)])
    control = lives(m5=[(1, False), (2, True), (3, False)], m6=[(4, True), (9, True)])
    assert differences(treated, control).tolist() == [3, 0, 2, 2]


def test_the_effect_is_the_mean_over_persons_and_its_error_that_over_seeds():
    rng = np.random.default_rng(4)
    persons = rng.integers(400, 600, (200, 1))
    gained = rng.binomial(persons, 0.05)
    [point] = effects(np.stack([persons, gained, gained, 0 * persons], axis=2).astype(float))
    assert point["effect"] == pytest.approx(gained.sum() / persons.sum(), abs=1e-5)
    assert point["standard_error"] == pytest.approx(np.sqrt(0.05 * 0.95 / persons.sum()), rel=0.2)
    assert point["participants"] == persons.sum()


def test_few_seeds_take_the_error_of_independent_persons_and_nothing_changed_is_not_certainty():
    [some, none] = effects(np.array([[[100, 10, 10, 0], [100, 0, 0, 0]]], float))
    assert some["standard_error"] == pytest.approx(np.sqrt(0.09 / 100), abs=1e-5)
    assert none["standard_error"] == pytest.approx(0.01)


def test_a_pilot_without_participants_is_refused():
    with pytest.raises(UserError, match="too small to have participants"):
        effects(np.zeros((2, 1, 4)))


def test_a_pilot_looks_twelve_months_after_the_last_who_join():
    assert Pilot("career_advice", 5, "2016-01", "2018-12").until == "2019-11"


@pytest.fixture
def config(tmp_path):
    return compose(["population.start=2015-01", "until=2019-12", "seeds=8", "compute.processes=2", f"runs_dir={tmp_path}"])


def census(config, pilot):
    return 800_000.0


def test_a_curve_is_solved_kept_and_written(config, tmp_path):
    lines = []
    found = solve([CareerAdvice], config, lines.append, load, census)["career_advice"]
    measured = curve(found)
    assert [point.strength for point in measured.points] == list(CareerAdvice.strengths)
    for point in measured.points:
        assert point.effect == pytest.approx(0.1 * point.strength / (1 + point.strength), abs=4 * point.standard_error)
        assert point.participants == 8 * PERSONS
    assert found["places_per_year"] == 4000
    assert "8 of 8 seeds" in lines[-1]

    solve([CareerAdvice], config, lines.append, load, census)
    assert len((tmp_path / "log").read_text().split()) == 8, "seeds that are kept are not done again"

    file = tmp_path / "curves.yaml"
    file.write_text(yaml.safe_dump({"other": found}))
    write({"career_advice": found}, file)
    assert load_curves(file)["career_advice"].strength(0.05) == pytest.approx(measured.strength(0.05))
    assert set(load_curves(file)) == {"career_advice", "other"}


def test_a_failed_run_is_no_curve_and_the_others_are_kept(config, tmp_path):
    with pytest.raises(RuntimeError, match="career_advice seed 3: ZeroDivisionError: no such luck"):
        solve([CareerAdvice], config, lambda line: None, failing, census)
    solve([CareerAdvice], config, lambda line: None, load, census)
    assert sorted((tmp_path / "log").read_text().split()) == [str(seed) for seed in range(1, 9)]


@pytest.mark.parametrize(
    ("names", "settings", "save", "message"),
    [
        ("career_advise", [], False, "Did you mean 'career_advice'"),
        ("senior_networks", [], False, "Unknown policy with a curve"),
        ("career_advice", ["until=2022-12"], False, "2015-2019"),
        ("career_advice", ["+policies.career_advice.strength=1"], False, "its policy alone"),
        ("career_advice", ["+parameters.matching.callback_rate=0.2"], True, "curve of another model"),
    ],
)
def test_mistakes_are_refused_before_anything_is_simulated(names, settings, save, message):
    with pytest.raises(UserError, match=message):
        command.calibrate_policies(names, settings, save)


def test_the_table_says_what_the_range_of_the_evidence_takes(config, tmp_path):
    entries = solve([CareerAdvice], config, lambda line: None, load, census)
    text = command.table(command.Found(entries, tmp_path))
    assert "strength" in text
    assert "low, central, high: 0 points: strength 0.00; 3 points: strength 0." in text
    assert "9 points: beyond its reach" in text
