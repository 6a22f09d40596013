"""Run folders are whole or absent."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import fake_model
import polars as pl
import pytest
from fake_model import WHO

from sim.analysis.runs import read_runs
from sim.config.errors import UserError
from sim.config.schema import Compute
from sim.runs import record, store
from sim.runs.batch import Runner
from sim.runs.execute import execute, task_of
from sim.runs.progress import Lines


def temporary(runs_dir: Path) -> list[Path]:
    return list(runs_dir.rglob(".tmp-*"))


def test_finished_run_has_all_files_and_no_leftovers(configured) -> None:
    task = task_of(configured(), WHO)
    execute(task, WHO, fake_model.engine())
    names = {path.name for path in task.folder.iterdir()}
    assert names == {
        "run.json",
        "config.yaml",
        "panel.parquet",
        "market.parquet",
        "sexes.parquet",
        "flows.parquet",
        "policies.parquet",
        "retirements.parquet",
    }
    assert temporary(Path("runs")) == []
    assert task.folder.parts[:2] == ("runs", "scenario=baseline")


def test_polars_reads_scenario_and_key_as_columns(configured) -> None:
    for seed in (1, 2):
        execute(task_of(configured(seed=seed), WHO), WHO, fake_model.engine())
    table = pl.scan_parquet("runs/**/panel.parquet", hive_partitioning=True).collect()
    assert table["scenario"].to_list() == ["baseline", "baseline"]
    assert table["key"].n_unique() == 2
    assert sorted(table["value"]) == [1, 2]


def test_nothing_has_the_final_name_when_writing_fails(tmp_path: Path) -> None:
    folder = tmp_path / "scenario=x" / "key=y"

    def half(path: Path) -> None:
        (path / "panel.parquet").write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.write(folder, half)
    assert not folder.exists()
    assert temporary(tmp_path) == []


def test_kill_in_the_middle_leaves_a_folder_that_is_cleaned_up_later(tmp_path: Path) -> None:
    script = (
        "import os, pathlib\nfrom sim.runs import store\n"
        "def fill(p):\n    (p / 'run.json').write_text('{}')\n    os._exit(9)\n"
        "store.write(pathlib.Path('runs/scenario=x/key=y'), fill)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    assert len(temporary(Path("runs"))) == 1
    assert list(store.folders(Path("runs"))) == []
    assert store.clean(Path("runs")) == 1
    assert temporary(Path("runs")) == []


def test_cleaning_spares_folders_of_living_processes() -> None:
    mine = Path(f"runs/scenario=x/.tmp-{socket.gethostname()}-{os.getpid()}-abc")
    mine.mkdir(parents=True)
    assert store.clean(Path("runs")) == 0
    assert mine.exists()


def test_finished_run_of_another_process_stays(configured) -> None:
    task = task_of(configured(), WHO)
    execute(task, WHO, fake_model.engine())
    before = (task.folder / "run.json").stat().st_mtime_ns
    store.write(task.folder, lambda folder: (folder / "run.json").write_text("{}"))
    assert (task.folder / "run.json").stat().st_mtime_ns == before


def test_folder_that_cannot_be_written_is_a_mistake_of_the_user(configured) -> None:
    Path("runs").write_text("a file")
    with pytest.raises(UserError, match=r"cannot write to .*runs_dir="):
        execute(task_of(configured(), WHO), WHO, fake_model.engine())


def test_run_json_of_something_else_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"status": "ok"}')
    with pytest.raises(UserError, match=r"run\.json: not a run record of this version"):
        record.read(tmp_path)
    assert store.finished(tmp_path) is None


def damage(folder: Path, name: str) -> Path:
    """Cut a file, as a copy that was broken off."""
    path = folder / name
    path.write_bytes(path.read_bytes()[:100])
    return path


def test_half_file_is_named_and_only_its_run_is_done_again(configured, capsys: pytest.CaptureFixture[str]) -> None:
    def sweep() -> list[Path]:
        with Runner(load_engine=fake_model.engine, who=WHO) as runner:
            return runner.run([configured(seed=seed, compute=Compute(processes=1)) for seed in (1, 2)], Lines()).folders

    first, second = sweep()
    whole = (first / "market.parquet").read_bytes()
    before = (second / "run.json").stat().st_mtime_ns
    cut = damage(first, "market.parquet")
    assert store.finished(first) is None
    with pytest.raises(UserError, match=rf"{cut} has 100 bytes instead of {len(whole)}.* Remove {first}.*only this run"):
        read_runs([first, second])
    capsys.readouterr()
    assert sweep() == [first, second]
    assert f"{cut} has 100 bytes instead of {len(whole)}: this run is done again.\n1 run to do, 1 already there" in capsys.readouterr().err
    assert (first / "market.parquet").read_bytes() == whole
    assert (second / "run.json").stat().st_mtime_ns == before
    assert len(read_runs([first, second])) == 2


@pytest.mark.parametrize("name", ["panel.parquet", "config.yaml"])
def test_missing_file_is_named(configured, name: str) -> None:
    task = task_of(configured(), WHO)
    execute(task, WHO, fake_model.engine())
    (task.folder / name).unlink()
    with pytest.raises(UserError, match=rf"{name} is missing"):
        read_runs([task.folder])


def test_table_of_an_earlier_version_is_known_by_its_end(configured) -> None:
    task = task_of(configured(), WHO)
    done = execute(task, WHO, fake_model.engine())
    assert store.fault(task.folder, {}) is None
    cut = damage(task.folder, "flows.parquet")
    assert store.fault(task.folder, {}) == f"{cut} is cut short or damaged"
    assert store.fault(task.folder, done.files) is not None


def test_folder_with_zeros_of_the_right_size_is_not_whole(configured) -> None:
    """What a file system leaves that had no time to write the data."""
    task = task_of(configured(), WHO)
    execute(task, WHO, fake_model.engine())
    path = task.folder / "sexes.parquet"
    path.write_bytes(b"\0" * path.stat().st_size)
    assert store.finished(task.folder) is None
