"""Notes of sweeps, and which runs a dashboard takes by them."""

from __future__ import annotations

import json
from pathlib import Path

import fake_model
import pytest
from fake_model import WHO

from sim.config.errors import UserError
from sim.runs import sweeps
from sim.runs.execute import execute, task_of
from sim.runs.select import newest_set

RUNS = Path("runs")


def done(config, created: str = "2030-01-01") -> Path:
    """Do a run and set the time it was made."""
    task = task_of(config, WHO)
    record = execute(task, WHO, fake_model.engine())
    (task.folder / "run.json").write_text(record.model_copy(update={"created": created}).model_dump_json())
    return task.folder


def under(configured, matching: str, **fields):
    """A configuration with another rule of matching."""
    structure = configured().structure.model_copy(update={"matching": matching})
    return configured(structure=structure, **fields)


def test_a_note_holds_command_and_keys_in_order(configured) -> None:
    configs = [configured(seed=seed) for seed in (2, 1, 2)]
    note = sweeps.note(configs, WHO, ["sim", "sweep", "seeds", "seed=2,1"])
    found = json.loads((RUNS / "sweeps" / f"{note.name}.json").read_text())
    assert found["command"] == "sim sweep seeds seed=2,1"
    assert found["keys"] == [task_of(config, WHO).key for config in configs[:2]]
    assert note.name.startswith("seeds-seed-2-1-")


def test_the_same_command_keeps_one_note_and_another_gets_its_own(configured) -> None:
    for command, seeds in ((["sim", "sweep", "a"], (1,)), (["sim", "sweep", "a"], (1,)), (["sim", "sweep", "a"], (1, 2))):
        sweeps.note([configured(seed=seed) for seed in seeds], WHO, command)
    assert len(sweeps.read_all(RUNS)) == 2
    assert len({path.name for path in (RUNS / "sweeps").iterdir()}) == 2


def test_a_file_that_is_no_note_is_passed_over(configured) -> None:
    sweeps.note([configured()], WHO, ["sim", "sweep", "a"])
    (RUNS / "sweeps" / "broken.json").write_text("{")
    assert len(sweeps.read_all(RUNS)) == 1


def test_a_sweep_is_found_by_the_beginning_of_its_name(configured) -> None:
    first = sweeps.note([configured()], WHO, ["sim", "sweep", "first"])
    sweeps.note([configured()], WHO, ["sim", "sweep", "fine"])
    assert sweeps.named([RUNS], "first") == sweeps.named([RUNS], first.name) == first
    with pytest.raises(UserError, match="Several sweeps begin with 'fi'"):
        sweeps.named([RUNS], "fi")
    with pytest.raises(UserError, match=r"Unknown sweep 'frist-.*Did you mean 'first-"):
        sweeps.named([RUNS], first.name.replace("first", "frist"))


def test_a_dashboard_of_a_sweep_takes_exactly_its_runs(configured) -> None:
    mine = [configured(seed=1), under(configured, "urn_ball", seed=1), configured(seed=13)]
    folders = [done(config) for config in mine]
    done(configured(seed=5), "2031-01-01")
    sweeps.note(mine, WHO, ["sim", "sweep", "mine"])
    selection = newest_set([RUNS], "mine")
    assert selection.folders == folders[:2]
    assert [failure["seed"] for failure in selection.failures] == [13]


def test_a_sweep_of_which_nothing_is_finished_says_how_it_goes_on(configured) -> None:
    sweeps.note([configured()], WHO, ["sim", "sweep", "mine"])
    with pytest.raises(UserError, match=r"None of the 1 runs of the sweep mine-\w+ is finished. It goes on with: sim sweep mine"):
        newest_set([RUNS], "mine")


def test_settings_that_were_asked_for_together_stay_together(configured) -> None:
    plain, other, third = configured(), under(configured, "urn_ball"), under(configured, "random_pairing")
    folders = {done(third, "2030-01-01"), done(plain, "2030-01-02"), done(other, "2030-01-03")}
    assert newest_set([RUNS]).folders == [task_of(other, WHO).folder]  # nobody says that they belong together
    sweeps.note([plain, other], WHO, ["sim", "sweep", "structure.matching=deferred_acceptance,urn_ball"])
    selection = newest_set([RUNS])
    assert set(selection.folders) == folders - {task_of(third, WHO).folder}
    assert selection.left_out == 1


def test_a_folder_that_cannot_be_written_is_the_users_to_mend(configured) -> None:
    RUNS.write_text("a file")
    with pytest.raises(UserError, match=r"cannot write to runs/sweeps/.*: .* Choose another place with runs_dir="):
        sweeps.note([configured()], WHO, ["sim", "sweep"])
