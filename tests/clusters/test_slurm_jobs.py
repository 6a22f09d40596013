"""compute=slurm: jobs of submitit on this machine, and of a stand-in for Slurm's commands. A real Slurm was not available."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip(
    "submitit", reason="NOT TESTED: jobs of Slurm need the extra slurm: uv run --extra ray --extra slurm pytest tests/clusters"
)

import cluster_engines
import fake_model
from cluster_engines import LUCKLESS, TWICE_UNLUCKY

from sim.config.compose import compose
from sim.config.errors import UserError
from sim.config.schema import Compute
from sim.runs import store
from sim.runs.batch import Batch, Runner
from sim.runs.progress import Lines

COMMANDS = {
    "sbatch": """
import os, re, subprocess, sys
script = sys.argv[-1]
text = open(script).read()
array = re.search(r"--array=0-(\\d+)", text)
number = str(os.getpid())
copy = os.path.abspath(f"job-{number}.sh")
open(copy, "w").write(text)
log = open(f"job-{number}.log", "w")
open("submitted", "a").write(f"{number} {array and array.group(1)}\\n")
for task in range(int(array.group(1)) + 1) if array else [None]:
    mine = {"SLURM_JOB_ID": number} if task is None else {
        "SLURM_JOB_ID": number, "SLURM_ARRAY_JOB_ID": number, "SLURM_ARRAY_TASK_ID": str(task)}
    job = subprocess.Popen(["bash", "-c", f"sleep 0.5; bash {copy}"], stdout=subprocess.DEVNULL, stderr=log, start_new_session=True,
                           env=os.environ | mine | {"SLURM_LOCALID": "0", "SLURM_PROCID": "0"})
    open("jobs", "a").write(f"{number}{'' if task is None else f'_{task}'} {job.pid}\\n")
print(f"Submitted batch job {number}")
""",
    "srun": """
import os, sys
command = sys.argv[next(n for n, word in enumerate(sys.argv) if "python" in os.path.basename(word) and n):]
os.execv(command[0], command)
""",
    "sacct": """
import os, sys
print("JobID|State|NodeList")
for line in open("jobs"):
    number, process = line.split()
    status = f"/proc/{process}/stat"
    running = os.path.exists(status) and open(status).read().rpartition(")")[2].split()[0] != "Z"
    print(f"{number}|{'RUNNING' if running else 'NODE_FAIL'}|here")
""",
    "scancel": """
import os, signal, sys
open("cancelled", "a").write(" ".join(sys.argv[1:]) + "\\n")
for line in open("jobs"):
    number, process = line.split()
    if number.partition("_")[0] in sys.argv[1:]:
        os.killpg(int(process), signal.SIGKILL)
""",
}
"""Slurm for one machine: every job begins at once."""


@pytest.fixture
def jobs(configured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Do runs of a small model with these seeds as jobs."""
    monkeypatch.setenv("PLACE_OF_TEST", str(tmp_path))

    def run(engine: Any, *seeds: int, **settings: Any) -> Batch:
        compute = Compute(**{"name": "slurm", "scheduler": "local", "runs_per_job": 2, "retries": 1} | settings)
        with Runner(load_engine=engine, who=fake_model.WHO) as runner:
            return runner.run([configured(seed=seed, compute=compute) for seed in seeds], Lines())

    return run


@pytest.fixture
def slurm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The stand-in for Slurm on the path."""
    for name, text in COMMANDS.items():
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!{sys.executable}{text}")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setattr("sim.runs.slurm.LOOK_S", {"slurm": 0.2, "local": 0.2})
    monkeypatch.setattr("sim.runs.slurm.LATE_S", {"slurm": 0.5, "local": 0.0})
    return tmp_path


def attempts(seed: int) -> int:
    return len(Path(f"attempts-{seed}").read_text().splitlines())


def test_the_real_model_gives_the_same_results_as_on_processes_of_this_machine() -> None:
    def digests(*compute: str) -> list[str]:
        with Runner() as runner:
            batch = runner.run([compose([f"seed={seed}", "population.scale=0.001", "until=2023-12", *compute]) for seed in (1, 2)])
        assert batch.failures == []
        return [record.digest for record in batch.records]

    here = digests("compute.processes=1", "runs_dir=here")
    there = digests("compute=slurm", "compute.scheduler=local", "compute.runs_per_job=2", "runs_dir=there")
    assert there == here
    assert len(set(there)) == 2


def test_jobs_do_some_runs_each_and_a_run_with_an_error_is_not_repeated(jobs, capsys: pytest.CaptureFixture[str]) -> None:
    batch = jobs(cluster_engines.mortal, 1, 2, fake_model.BAD_SEED, 3, 4)
    assert [record.ok for record in batch.records] == [True, True, False, True, True]
    assert [attempts(seed) for seed in (1, 2, fake_model.BAD_SEED, 3, 4)] == [1] * 5
    assert len(list(Path("runs/.jobs").glob("[0-9]*"))) == 3
    out, error = capsys.readouterr()
    assert out == ""
    assert len([line for line in error.splitlines() if line.startswith("[")]) == 5


def test_failed_run_of_an_earlier_command_is_done_again(jobs) -> None:
    assert len(jobs(cluster_engines.mortal, fake_model.BAD_SEED, 1).failures) == 1
    Path("mended").touch()
    assert jobs(cluster_engines.mortal, fake_model.BAD_SEED, 1).failures == []


def test_runs_of_a_job_that_ended_without_them_are_submitted_again_then_have_failed(jobs, capsys: pytest.CaptureFixture[str]) -> None:
    batch = jobs(cluster_engines.loses_its_job, 1, TWICE_UNLUCKY, LUCKLESS, runs_per_job=1)
    assert [record.ok for record in batch.records] == [True, True, False]
    assert "its job ended without it" in batch.failures[0]["error"]
    assert (attempts(1), attempts(TWICE_UNLUCKY), attempts(LUCKLESS)) == (1, 2, 2)
    assert "ended without 1 of its runs" in capsys.readouterr().err


def test_slurm_gets_arrays_with_the_settings_of_the_configuration(slurm: Path, jobs) -> None:
    batch = jobs(cluster_engines.mortal, 1, 2, 3, 4, 5, scheduler="slurm", partition="short", minutes=30, cores_per_job=2, processes=4)
    assert batch.failures == []
    assert [store.finished(folder) for folder in batch.folders] == list(batch.records)
    assert [line.split()[1] for line in Path("submitted").read_text().splitlines()] == ["2"]  # one array, 0 to 2
    script = next(Path("runs/.jobs").rglob("*.sh")).read_text()
    for setting in ("--array=0-2%2", "--partition=short", "--time=30", "--cpus-per-task=2", "--mem=2GB"):
        assert setting in script, script


def test_lost_node_of_slurm_has_its_runs_submitted_again(slurm: Path, jobs) -> None:
    batch = jobs(cluster_engines.loses_its_job, TWICE_UNLUCKY, scheduler="slurm")
    assert [record.ok for record in batch.records] == [True]
    assert len(Path("submitted").read_text().splitlines()) == 2


SCRIPT = """
from sim.config.schema import Compute
from sim.config.compose import compose
from sim.runs.batch import Interrupted, Runner
from sim.runs.progress import Lines
import fake_model
import sim.runs.slurm
sim.runs.slurm.LOOK_S = {"slurm": 0.2}
config = compose(["until=2023-12", "population.scale=0.001", "compute=slurm", "compute.runs_per_job=2"])
try:
    with Runner(load_engine=fake_model.engine) as runner:
        runner.run([config.model_copy(update={"seed": seed}) for seed in (1, 777, 778, 779)], Lines())
except Interrupted as stop:
    print(stop)
"""


def test_ctrl_c_cancels_the_jobs_within_two_seconds(slurm: Path) -> None:
    Path("script.py").write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, "script.py"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    while "seed 1" not in (line := process.stderr.readline()):
        assert line, "ended before its first run"
    began = time.perf_counter()
    os.killpg(process.pid, signal.SIGINT)
    out, error = process.communicate(timeout=20)
    assert time.perf_counter() - began < 2
    assert out.strip() == "Interrupted. 1 of 4 runs are finished and kept.", error
    until = time.perf_counter() + 5
    while time.perf_counter() < until and not Path("cancelled").exists():
        time.sleep(0.05)
    assert Path("cancelled").read_text().split() == [line.split()[0] for line in Path("submitted").read_text().splitlines()]


def test_machine_without_slurm_says_so(jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UserError, match="no sbatch and srun on this machine"):
        jobs(cluster_engines.mortal, 1, 2, scheduler="slurm")
