"""The file of a fit, read back by the evidence table; and the words of the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim import cli
from sim.calibration import command, result
from sim.calibration.fit import Interrupted
from sim.evidence import parameters
from sim.evidence.parameters import calibrated, load_parameters, prior_parameters

ENTRY = {
    "value": 0.2712, "unit": "share", "spread": 0.012, "identified": "yes", "prior": {"central": 0.25, "low": 0.1, "high": 0.4},
    "moved": 0.07, "mu_star": 3.1, "sigma": 0.4, "moves_nothing": False, "profile": [[0.1, 3.2], [0.2712, 1.1], [0.4, 2.2]],
}  # fmt: skip


def document() -> dict[str, Any]:
    target = {"loss_before": 9.0, "loss_after": 1.2, "error_before_pct": 20.0, "error_after_pct": 4.0}
    return {
        "date": "2026-11-22",
        "window": "2015Q1-2019Q4",
        "seeds": {"search": [1, 2], "luck": [11], "fresh": [101]},
        "evaluations": 400,
        "wall_s": 300,
        "stopped": "time",
        "not_measured": {"jobs": 3},
        "loss": {"before": 9.0, "after": 1.2},
        "targets": {"vacancies_open": target},
        "parameters": {
            "matching.callback_rate": ENTRY,
            "hours.second_job_end_per_month": ENTRY | {"value": 0.03, "identified": "no"},
        },
    }


def test_the_file_is_read_back_by_the_evidence_table(tmp_path: Path) -> None:
    found = calibrated(prior_parameters(), result.write(document(), tmp_path))
    changed = found["matching.callback_rate"]
    prior = prior_parameters()["matching.callback_rate"]
    assert (changed.central, changed.status, changed.low, changed.high) == (0.2712, "calibrated", prior.low, prior.high)
    assert changed.source == f"{prior.source} - fitted 2015Q1-2019Q4, 2026-11-22"
    assert changed.fitted == parameters.Fitted(prior=prior.central, spread=0.012, identified="yes", date="2026-11-22")
    assert found["hours.second_job_end_per_month"].source.endswith("2026-11-22, not identified")
    assert {path for path in found if found[path] != prior_parameters()[path]} == {
        "matching.callback_rate",
        "hours.second_job_end_per_month",
    }


def test_people_can_read_the_file(tmp_path: Path) -> None:
    text = result.write(document(), tmp_path).read_text()
    assert text.startswith("# The parameters that data set")
    assert "    profile: [[0.1, 3.2], [0.2712, 1.1], [0.4, 2.2]]\n" in text
    assert yaml.safe_load(text) == document()


def test_saved_values_are_the_ones_in_use(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(parameters, "CALIBRATED", tmp_path / "package.yaml")
    load_parameters.cache_clear()
    try:
        before = load_parameters()["matching.callback_rate"].central
        assert result.save(result.write(document(), tmp_path)) == tmp_path / "package.yaml"
        assert before == prior_parameters()["matching.callback_rate"].central
        assert load_parameters()["matching.callback_rate"].central == 0.2712
        from sim.config.catalogue import explanation

        text = explanation("matching.callback_rate")
        assert "matching.callback_rate = 0.2712 share" in text
        assert f"fitted: 0.2712, spread 0.012, identified; before the fit {before:g}" in text
    finally:
        monkeypatch.undo()
        load_parameters.cache_clear()


def test_table_names_what_moved_what_is_not_identified_and_the_targets(tmp_path: Path) -> None:
    text = result.table(document())
    assert "Loss 9 -> 1.2" in text
    assert "matching.callback_rate" in text.splitlines()[4]
    assert "Not identified (near the prior for want of evidence): 1 of 2: hours.second_job_end_per_month." in text
    assert "vacancies_open 20.0 % 4.0 % 9.00 1.20" in " ".join(text.split())
    assert "the model does not measure, so not fitted: jobs (3)." in text


def leave(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["sim", "calibrate", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--minutes", "0"], "--minutes must be more than 0, got 0."),
        (["--evaluations", "0"], "--evaluations must be at least 1"),
        (["--only", "nosuch.*"], "--only nosuch.*: no uncalibrated parameter has such a name"),
        (["search"], "'search' is not a setting"),
        (["until=2023-09"], "A fit runs from 2015-01 to 2019-12"),
        (["population.start=2023-10", "until=2024-03"], "A fit runs from 2015-01 to 2019-12"),
        (["parameters.search.pull_A=1.3"], "parameters.search.pull_A is being fitted: leave it out, or fit others with --only."),
    ],
)
def test_mistakes(arguments: list[str], message: str, monkeypatch, capsys, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert leave(monkeypatch, *arguments) == 2
    out, error = capsys.readouterr()
    assert message in error
    assert len(error.splitlines()) == 1
    assert (out, list(tmp_path.iterdir())) == ("", [])


def test_missing_packages_are_named_with_the_command_that_has_them(monkeypatch, capsys) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    assert leave(monkeypatch) == 2
    assert "uv run --extra calibrate sim calibrate" in capsys.readouterr().err


def test_the_verb_prints_the_tables_or_one_document(monkeypatch, capsys, tmp_path: Path) -> None:
    done = result.Result(document(), tmp_path / "calibrated.yaml")
    monkeypatch.setattr(command, "calibrate", lambda settings, options: done)
    assert leave(monkeypatch) == 0
    text = capsys.readouterr().out
    assert "Not in use yet: repeat the command with --save." in text
    assert text.splitlines()[-1] == "Next: sim validate"
    assert leave(monkeypatch, "--json") == 0
    assert '"identified": "yes"' in capsys.readouterr().out


def test_ctrl_c_gives_130_and_says_how_to_go_on(monkeypatch, capsys) -> None:
    def stopped(settings: list[str], options: command.Options) -> None:
        raise Interrupted("Interrupted. 7 evaluations are finished and kept in runs/calibration.")

    monkeypatch.setattr(command, "calibrate", stopped)
    assert leave(monkeypatch) == 130
    assert capsys.readouterr().err.endswith("Repeat the same command to go on where it stopped.\n")
