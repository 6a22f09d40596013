"""`sim validate`: what it runs, keeps, prints and saves; the model is replaced by published figures with an error of their own."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from fake_measurement import measure_fake, measure_some, refuse

from sim import cli
from sim.calibration import saved, tell
from sim.calibration import validate as verb
from sim.calibration.bars import Bar
from sim.calibration.targets import CHECK, in_window, load_targets, observed
from sim.calibration.validate import Validation, document, validate
from sim.config.errors import UserError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Validation:
    """Both windows, three seeds."""
    folder = tmp_path_factory.mktemp("runs")
    return validate(["seeds=3", f"runs_dir={folder}", "compute.processes=1"], measure=measure_fake)


def leave(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["sim", "validate", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


# --- what is run and kept ---------------------------------------------------------------------------------------------------------
def test_the_baseline_runs_from_2015_and_the_fit_window_ends_it_in_2019():
    for window, until in (("both", "2023-09"), ("fit", "2019-12")):
        config = verb.configuration(["population.scale=0.002"], window)
        assert (config.population.start, config.until, config.scenario.name, config.seeds) == ("2015-01", until, "baseline", 10)
        assert config.population.scale == 0.002


def test_measured_seeds_are_kept_and_used_again(here):
    first = validate(["seeds=2", "compute.processes=1"], measure=measure_fake)
    assert sorted(path.name for path in first.folder.iterdir()) == ["config.yaml", "seed=1.parquet", "seed=2.parquet"]
    assert first.folder.parent == Path("runs/validation")
    again = validate(["seeds=2"], measure=refuse)
    assert again.scores.points.equals(first.scores.points)
    told: list[str] = []
    more = validate(["seeds=3", "compute.processes=1"], tell=told.append, measure=measure_fake)
    assert more.folder == first.folder
    assert [line.split(":")[0] for line in told] == ["[1/1] seed 3"]


def test_other_settings_and_windows_have_folders_of_their_own(here):
    settings = [["seeds=1"], ["seeds=1", "parameters.matching.callback_rate=0.3"], ["seeds=1", "population.scale=0.002"]]
    folders = {validate([*words, "compute.processes=1"], measure=measure_fake).folder for words in settings}
    folders.add(validate(["seeds=1", "compute.processes=1"], window="fit", measure=measure_fake).folder)
    assert len(folders) == 4


def test_several_processes_measure_the_same(here):
    one = validate(["seeds=2", "compute.processes=1", "runs_dir=one"], measure=measure_fake)
    two = validate(["seeds=2", "compute.processes=2", "runs_dir=two"], measure=measure_fake)
    assert two.scores.points.equals(one.scores.points)


def test_a_fault_in_a_process_is_a_fault_and_leaves_no_file(here):
    with pytest.raises(AssertionError, match="measured again"):
        validate(["seeds=2", "compute.processes=2"], measure=refuse)
    assert not list(here.glob("runs/validation/*/*.parquet"))


def test_the_fit_window_alone_shows_nothing_of_the_check_window(here):
    fit = validate(["seeds=2", "compute.processes=1"], window="fit", measure=measure_fake)
    assert not [period for period in fit.scores.points["period"] if in_window(period, CHECK)]
    text = tell.text(fit)
    assert "Check window" not in text
    assert "check window" not in text.replace("median error, fit window", "")
    assert [bar["window"] for bar in document(fit)["bars"]] == ["fit"]
    assert tell.next_step(fit, saved=False).startswith("Next: sim validate, when the fit is final")


@pytest.mark.parametrize("word", ["until=2020-12", "population.start=2023-10", "scenarios=job_bridge", "policies.job_bridge.start=2016-01"])
def test_settings_of_the_verb_are_not_the_users(word):
    with pytest.raises(UserError, match="sim validate runs the baseline from 2015-01"):
        validate([word], measure=refuse)


# --- what is printed --------------------------------------------------------------------------------------------------------------
def test_every_target_in_both_windows_and_the_bars_are_printed(found):
    text = tell.text(found)
    fit, check = text.split("Check window")
    for name in observed().filter(pl.col("period") >= "2015")["target"].unique():
        assert f"\n{name}" in fit + check
    assert len([line for line in text.splitlines() if line.startswith(("PASS", "MISSED"))]) == 5
    assert f"median error, fit window: {found.bars[0].measured:.1f} % (at most 5 %)" in text
    assert "* shown only: not in the bars." in text
    assert all(f"\n{name} *" in text for name, target in load_targets().items() if not target.scored and f"\n{name}" in text)
    assert "a regression that is given the true national total 11 %" in text


def test_bars_that_are_missed_say_by_how_much_and_leave_with_0(found, monkeypatch, capsys):
    missed = replace(found, bars=(Bar("error", "check", 12.34, 0, 10), Bar("coverage", "check", 60.0, 80, 95)))
    monkeypatch.setattr(verb, "validate", lambda *arguments: missed)
    assert leave(monkeypatch) == 0
    out = capsys.readouterr().out
    assert "MISSED  median error, check window: 12.3 % (at most 10 %), by 2.3 percentage points" in out
    assert "MISSED  coverage of the 90 % intervals, check window: 60.0 % (80 to 95 %), by 20.0 percentage points" in out
    assert out.splitlines()[-1].startswith("Next: ")


def test_json_holds_every_target_cell_and_period(found, monkeypatch, capsys):
    monkeypatch.setattr(verb, "validate", lambda *arguments: found)
    assert leave(monkeypatch, "--json") == 0
    whole = json.loads(capsys.readouterr().out)
    shown = observed().filter(pl.col("period").map_elements(lambda p: in_window(p, ("2015Q1", "2023Q3")), pl.Boolean))
    assert {(p["target"], p["cell"], p["period"]) for p in whole["points"]} == set(shown.select("target", "cell", "period").iter_rows())
    point = next(p for p in whole["points"] if (p["target"], p["cell"], p["period"]) == ("vacancies_open", "Q", "2021Q2"))
    assert point["low90"] < point["low50"] < point["simulated"] < point["high50"] < point["high90"]
    assert {"last_value", "window_mean", "seasonal_ar", "observed", "error"} <= set(point)
    series = next(s for s in whole["series"] if (s["target"], s["cell"], s["window"]) == ("vacancies_open", "Q", "check"))
    assert series["wins"] is (series["error"] < series["error_naive"])
    assert whole["seeds"] == [1, 2, 3]


def test_markdown_is_a_table_with_one_line_per_target(found, monkeypatch, capsys):
    monkeypatch.setattr(verb, "validate", lambda *arguments: found)
    assert leave(monkeypatch, "--markdown") == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert {line.count("|") for line in rows} == {7}
    assert len(rows) == 2 + found.scores.series["target"].n_unique()
    assert len([line for line in lines if line.startswith("* PASS") or line.startswith("* MISSED")]) == 5


def test_figures_that_the_model_lacks_are_a_warning(here):
    lacking = validate(["seeds=1", "compute.processes=1"], measure=measure_some)
    text = tell.text(lacking)
    assert "WARNING: the model gave no figure for" in text
    assert "unemployment_rate (2)" in text
    assert "WARNING: one seed" in text


def test_the_model_itself_is_measured_and_scored_in_the_fit_window(here):
    """Two seeds of a tiny population to 2019, nothing later: the figures exist, and are of the size of the published ones."""
    fit = validate(["seeds=2", "population.scale=0.002"], window="fit")
    votes = fit.scores.voters("fit")
    unemployment = votes.filter((pl.col("target") == "unemployment_rate") & (pl.col("cell") == "15-74"))
    assert len(unemployment) == 1
    assert 0.3 < unemployment["simulated"][0] / unemployment["observed"][0] < 3
    assert fit.bars[0].measured is not None


# --- what is saved ----------------------------------------------------------------------------------------------------------------
def test_saved_figures_come_back(found, tmp_path):
    assert saved.load(tmp_path) is None
    files = saved.save(found, tmp_path)
    assert [path.name for path in files] == ["validation.csv", "validation.yaml"]
    back = saved.load(tmp_path)
    assert back is not None
    assert back.points.columns == list(saved.COLUMNS)
    assert len(back.points) == len(found.scores.points)
    assert (back.points["simulated"] / found.scores.points["simulated"] - 1).abs().max() < 1e-5
    assert back.record["code_digest"] == found.who.code_digest
    assert [bar["met"] for bar in back.record["bars"]] == [bar.is_met for bar in found.bars]
    assert back.record["seeds"] == [1, 2, 3]
    assert back.record["overrides"] == ["seeds=3"]  # not where the runs were kept


def test_the_naive_forecast_that_is_saved_is_the_best_of_its_series(found, tmp_path):
    saved.save(found, tmp_path)
    back = saved.load(tmp_path)
    assert back is not None
    keys = ["target", "cell", "period"]
    both = back.points.join(found.scores.points, on=keys, suffix="_full").join(found.scores.series, on=["target", "cell", "window"])
    for name in ("last_value", "window_mean", "seasonal_ar"):
        mine = both.filter(pl.col("best_naive") == name)
        assert len(mine)
        assert (mine["naive"] / mine[name] - 1).abs().max() < 1e-5


def test_one_window_or_one_seed_is_not_saved(found, tmp_path):
    with pytest.raises(UserError, match="needs both windows"):
        saved.save(replace(found, window="fit"), tmp_path)
    with pytest.raises(UserError, match="at least 2 seeds"):
        saved.save(replace(found, config=found.config.model_copy(update={"seeds": 1})), tmp_path)
    assert not list(tmp_path.iterdir())


def test_half_a_validation_is_a_mistake_that_is_named(found, tmp_path):
    saved.save(found, tmp_path)
    (tmp_path / "validation.yaml").unlink()
    with pytest.raises(UserError, match=r"validation\.yaml is missing"):
        saved.load(tmp_path)
    saved.save(found, tmp_path)
    (tmp_path / "validation.csv").write_text("target,cell\n", encoding="utf-8")
    with pytest.raises(UserError, match="it should have target, cell, period"):
        saved.load(tmp_path)


def test_saving_changes_neither_run_keys_nor_the_key_of_the_measurement():
    """Otherwise the page would call its own validation outdated."""
    from sim.runs.identity import NOT_THE_MODEL

    assert "calibration" in NOT_THE_MODEL
    assert {saved.FIGURES, saved.RECORD} <= verb.NOT_THE_MEASUREMENT
