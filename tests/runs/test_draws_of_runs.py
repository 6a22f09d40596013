"""Runs with parameter draws: what their record says, how progress names them, and that more draws reuse those that are there."""

from __future__ import annotations

import io
import json
from pathlib import Path

import fake_model
import pytest
from fake_model import WHO

from sim.config.compose import compose
from sim.config.repetitions import repeated
from sim.runs.batch import Runner
from sim.runs.progress import Lines
from sim.runs.select import newest_set

SMALL = ("population.scale=0.001", "until=2023-12", "compute.processes=1")


def asked(draws: int, *more: str):
    """Baseline and a scenario over the draws, one seed."""
    return repeated([compose([f"scenarios={name}", *SMALL, f"draws={draws}", *more]) for name in ("baseline", "job_bridge")], [1])


def run(configs) -> tuple[list[Path], str]:
    stream = io.StringIO()
    with Runner(load_engine=fake_model.engine, who=WHO) as runner:
        return runner.run(configs, Lines(stream)).folders, stream.getvalue()


def test_more_draws_reuse_the_runs_that_are_there() -> None:
    run(asked(4))
    folders, said = run(asked(8))
    assert len(folders) == 16
    assert said.startswith("8 runs to do, 8 already there")
    assert "baseline seed 1 draw 7" in said
    assert run(asked(8))[1].startswith("0 runs to do, 16 already there")


def test_the_record_holds_the_draw_and_its_values() -> None:
    folders, _ = run(asked(2))
    records = [json.loads((folder / "run.json").read_text()) for folder in folders]
    assert [record["draw"] for record in records] == [0, 0, 1, 1]
    baseline, bridge = records[:2]
    assert baseline["drawn"].items() < bridge["drawn"].items()
    assert "policies.job_bridge.net_effect" in bridge["drawn"]
    assert len({record["settings_digest"] for record in records}) == 1
    assert len({record["config_digest"] for record in records}) == 2  # one a scenario


def made(folder: Path, created: str) -> None:
    """Change when a run was made."""
    file = folder / "run.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"created": created}))


@pytest.mark.parametrize("drawn_last", [True, False])
def test_runs_at_central_values_and_in_draws_are_different_sets(drawn_last: bool) -> None:
    central, _ = run([compose(["scenarios=baseline", *SMALL])])
    drawn, _ = run(asked(2))
    made(central[0], "2029-01-01" if drawn_last else "2031-01-01")
    for folder in drawn:
        made(folder, "2030-01-01")
    selection = newest_set([Path("runs")])
    assert sorted(selection.folders) == sorted(drawn if drawn_last else central)
    assert selection.left_out == (1 if drawn_last else 4)
