"""A whole fit: what it finds, what survives a kill, what it refuses. On a labour market of a few lines, with real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toy as toys
import yaml
from toy import PLAN, SMALL, Toy, problem

from sim.calibration.archive import Archive
from sim.calibration.fit import calibrate
from sim.calibration.profile import verdict
from sim.calibration.progress import Line, Progress
from sim.config.errors import UserError


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """The document and folder of a fit that nobody stopped."""
    folder = tmp_path_factory.mktemp("whole")
    log = folder / "log"
    done = calibrate(problem(partial(toys.small, str(log))), replace(PLAN, end_seeds=2), folder / "fit", Progress())
    return done.document, folder


def lasting(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in ("wall_s", "date")}


def test_it_finds_what_is_behind_the_figures(whole) -> None:
    document, toy = whole[0], Toy(**SMALL)
    values = {path: entry["value"] for path, entry in document["parameters"].items()}
    assert document["loss"]["before"] > 5
    assert toy.loss(toy.space.unit(values)) < 1.2 * toy.loss(toy.truth)
    assert document["evaluations"] >= 80
    assert document["stopped"] == "evaluations"


def test_idle_parameters_are_not_identified_and_the_others_are(whole) -> None:
    entries = list(whole[0]["parameters"].values())
    for entry in entries[-2:]:
        assert entry["identified"] == "no"
        assert entry["mu_star"] < 0.2 * max(other["mu_star"] for other in entries)
    assert sum(entry["identified"] in ("yes", "at bound") for entry in entries[:-2]) >= 7


def test_spreads_hold_the_truth(whole) -> None:
    toy = Toy(**SMALL)
    truth = toy.space.values(toy.truth)
    off = [abs(entry["value"] - truth[path]) / entry["spread"] for path, entry in list(whole[0]["parameters"].items())[:-2]]
    assert np.median(off) < 1.5
    assert max(off) < 4


def test_profiles_go_through_the_fit_and_their_ends_were_simulated(whole) -> None:
    document, folder = whole
    assert document["ends"] == "simulated"
    for entry in document["parameters"].values():
        at_fit = min(entry["profile"], key=lambda pair: abs(pair[0] - entry["value"]))
        assert at_fit[1] == pytest.approx(document["loss"]["after"], rel=1e-3)
        assert entry["profile"][0][0] == entry["prior"]["low"]
        assert entry["profile"][-1][0] == pytest.approx(entry["prior"]["high"])
    runs = (folder / "log").read_text().splitlines()
    assert len(runs) == document["runs"]
    assert document["runs"] > 8 + 2 * document["evaluations"] + 2 * 2 * 6  # luck, search, both ends of six profiles or more


def test_the_file_is_the_document(whole) -> None:
    document, folder = whole
    assert yaml.safe_load((folder / "fit" / "calibrated.yaml").read_text()) == document


def test_a_finished_fit_is_not_done_again(whole) -> None:
    document, folder = whole
    before = (folder / "log").read_text()
    again = calibrate(problem(partial(toys.small, str(folder / "log"))), replace(PLAN, end_seeds=2), folder / "fit", Progress())
    assert (folder / "log").read_text() == before
    assert lasting(again.document) == lasting(document)


def start(folder: Path, log: Path) -> subprocess.Popen[str]:
    script = Path(toys.__file__).with_name("stopped_fit.py")
    environment = os.environ | {"PYTHONPATH": str(script.parents[2])}
    command = [sys.executable, str(script), str(folder), str(log)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def until(process: subprocess.Popen[str], log: Path, runs: int) -> None:
    """Wait until `log` has that many runs."""
    for _ in range(1200):
        if log.exists() and len(log.read_text().splitlines()) >= runs:
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("the fit does not get on")


def test_kill_at_any_time_loses_only_the_runs_under_way(tmp_path: Path) -> None:
    folder, log = tmp_path / "fit", tmp_path / "log"
    for runs in (5, 50, 109):  # in the luck, in the screening, in the search
        process = start(folder, log)
        until(process, log, runs)
        process.kill()
        process.communicate()
        time.sleep(0.2)  # workers notice that their parent is gone
    done = calibrate(problem(partial(toys.small, str(log))), PLAN, folder, Progress())
    runs = log.read_text().splitlines()
    assert len(runs) - len(set(runs)) <= 3 * 2  # three kills, two workers
    untouched = calibrate(problem(), PLAN, tmp_path / "other", Progress())
    assert lasting(done.document) == lasting(untouched.document)


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(tmp_path: Path) -> None:
    process = start(tmp_path / "fit", tmp_path / "log")
    until(process, tmp_path / "log", 50)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=20)
    assert "Interrupted." in out
    assert f"evaluations are finished and kept in {tmp_path / 'fit'}" in out
    assert "Traceback" not in error


def test_another_fit_needs_another_folder(whole, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds another fit \(other toy\).*--restart"):
        calibrate(problem(toy=2), PLAN, whole[1] / "fit", Progress())
    fit = partial(calibrate, problem(), replace(PLAN, evaluations=23), tmp_path, Progress())
    fit()
    size = (tmp_path / "runs.f32").stat().st_size
    with pytest.raises(UserError, match="other design"):
        calibrate(problem(), replace(PLAN, evaluations=23, seeds=(1, 2, 3)), tmp_path, Progress())
    done = calibrate(problem(toy=3), replace(PLAN, evaluations=23), tmp_path, Progress(), restart=True)
    assert (tmp_path / "runs.f32").stat().st_size == size
    assert done.document["evaluations"] == 23


def test_two_processes_cannot_share_a_folder(tmp_path: Path) -> None:
    process = start(tmp_path / "fit", tmp_path / "log")
    until(process, tmp_path / "log", 3)
    with pytest.raises(UserError, match="Another process works in"):
        calibrate(problem(), PLAN, tmp_path / "fit", Progress())
    process.kill()
    process.communicate()


def test_failed_evaluations_are_told_and_left_out_and_what_is_not_measured_is_named(tmp_path: Path, capsys) -> None:
    done = calibrate(problem(toys.fussy), replace(PLAN, trajectories=4, evaluations=60), tmp_path, Line(sys.stderr))
    assert "ZeroDivisionError: one evaluation in twenty fails" in capsys.readouterr().err
    assert done.document["not_measured"] == {"t0": 8}
    assert "t0" not in done.document["targets"]
    assert done.document["loss"]["after"] < 0.1 * done.document["loss"]["before"]


def test_a_model_that_cannot_be_loaded_is_a_fault_told_once(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such model"):
        calibrate(problem(toys.broken), PLAN, tmp_path, Progress())


def test_time_ends_the_search_and_earlier_sittings_count(tmp_path: Path) -> None:
    (tmp_path / "fit").mkdir()
    first = calibrate(problem(), replace(PLAN, evaluations=24), tmp_path / "fit", Progress())
    (tmp_path / "fit" / "spent.json").write_text(json.dumps({"seconds": 290.0}))
    again = calibrate(problem(), replace(PLAN, evaluations=None), tmp_path / "fit", Progress())
    assert again.document["stopped"] == "time"
    assert again.document["wall_s"] >= 290
    assert again.document["evaluations"] <= first.document["evaluations"] + 8


def test_a_search_without_progress_has_converged(tmp_path: Path) -> None:
    done = calibrate(problem(), replace(PLAN, evaluations=None), tmp_path, Progress())
    assert done.document["stopped"] == "converged"


def test_half_a_record_of_the_archive_is_cut_off(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "runs", 3)
    archive.put({"a": 1.0}, 1, np.array([1.0, np.nan, 3.0]))
    archive.put({"a": 1.0}, 2, np.array([3.0, 5.0, 3.0]))
    with (tmp_path / "runs").open("ab") as file:
        file.write(b"half a record")
    again = Archive(tmp_path / "runs", 3)
    assert len(again) == 2
    assert again.mean({"a": 1.0}, (1, 2)).tolist() == [2.0, 5.0, 3.0]
    assert again.get({"a": 1.5}, 1) is None
    again.put({"a": 1.5}, 1, np.ones(3))
    assert len(Archive(tmp_path / "runs", 3)) == 3


@pytest.mark.parametrize(
    ("place", "low", "high", "answer"),
    [(0.5, 1.0, 1.0, "yes"), (0.5, 1.0, 0.1, "no"), (0.97, 1.0, 0.1, "at bound"), (0.97, 0.1, 0.1, "no"), (0.03, 0.0, 2.0, "at bound"),
     (0.03, 1.0, 2.0, "yes")],
)  # fmt: skip
def test_verdicts(place: float, low: float, high: float, answer: str) -> None:
    assert verdict(place, low, high, needed=0.5) == answer
