"""compute=ray on a real Ray cluster: two nodes of one core, on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

ray = pytest.importorskip(
    "ray", reason="NOT TESTED: Ray clusters need the extra ray: uv run --extra ray --extra slurm pytest tests/clusters"
)

import cluster_engines  # noqa: E402
import fake_model  # noqa: E402
from cluster_engines import LUCKLESS, TWICE_UNLUCKY  # noqa: E402

from sim.config.compose import compose  # noqa: E402
from sim.config.errors import UserError  # noqa: E402
from sim.config.schema import Compute  # noqa: E402
from sim.runs import claim, store  # noqa: E402
from sim.runs.batch import Batch, Runner  # noqa: E402
from sim.runs.execute import task_of  # noqa: E402
from sim.runs.identity import identity  # noqa: E402
from sim.runs.progress import Silent  # noqa: E402
from sim.runs.record import RunRecord  # noqa: E402


@pytest.fixture
def on_cluster(cluster: Any, configured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Do runs of a small model with these seeds on the cluster."""
    monkeypatch.setenv("PLACE_OF_TEST", str(tmp_path))

    def run(engine: Any, *seeds: int, threads: int = 0, progress: Silent | None = None, **settings: Any) -> Batch:
        # the nodes have an environment of their own: the place goes there with the engine
        compute = Compute(**{"name": "ray", "address": cluster.address, "ship_code": False} | settings)
        with Runner(load_engine=InPlace(engine, str(tmp_path)), who=fake_model.WHO) as runner:
            return runner.run([configured(seed=seed, compute=compute, threads=threads) for seed in seeds], progress)

    return run


class InPlace:
    """An engine that knows the folder of its test, wherever it is loaded."""

    def __init__(self, load: Any, folder: str) -> None:
        self.load, self.folder = load, folder

    def __call__(self) -> Any:
        os.environ["PLACE_OF_TEST"] = self.folder
        return self.load()


def attempts(seed: int) -> int:
    return len(Path(f"attempts-{seed}").read_text().splitlines())


def test_the_real_model_gives_the_same_results_as_on_processes_of_this_machine(cluster: Any) -> None:
    settings = ["population.scale=0.001", "until=2024-02"]

    def digests(*compute: str) -> dict[tuple[str, int], str]:
        configs = [
            compose([f"scenarios={scenario}", f"seed={seed}", *settings, *compute])
            for seed in (1, 2)
            for scenario in ("baseline", "job_bridge")
        ]
        with Runner() as runner:
            batch = runner.run(configs)
        assert batch.failures == []
        stored = [store.finished(folder) for folder in batch.folders]
        assert stored == list(batch.records)
        assert all((folder / "panel.parquet").stat().st_size > 0 for folder in batch.folders)
        return {(record.scenario, record.seed): record.digest for record in batch.records}

    here = digests("compute.processes=2", "runs_dir=here")
    there = digests("compute=ray", f"compute.address='{cluster.address}'", "compute.ship_code=false", "runs_dir=there")
    assert there == here
    assert len(set(there.values())) == 4


def test_all_nodes_do_runs_also_one_that_joins_later_with_the_threads_they_may_use(cluster: Any, on_cluster) -> None:
    joined = []

    class Join(Silent):
        def done(self, record: RunRecord) -> None:
            if not joined:
                joined.append(cluster.add_node(**cluster.of_a_node))

    batch = on_cluster(cluster_engines.telling, *range(101, 131), progress=Join())
    cluster.remove_node(joined[0])
    assert batch.failures == []
    told = [record.digest.split("|") for record in batch.records]
    assert len({node for node, *_ in told}) == 3
    assert {(numba, polars) for _, numba, polars, _ in told} == {("1", "1")}
    assert {record.platform for record in batch.records} == {identity().platform}


def test_run_that_loses_its_process_is_done_again_then_has_failed_and_one_with_an_error_is_not_repeated(on_cluster) -> None:
    batch = on_cluster(cluster_engines.mortal, LUCKLESS, 1, fake_model.BAD_SEED, TWICE_UNLUCKY, 2, retries=1)
    assert [record.ok for record in batch.records] == [False, True, False, True, True]
    lost, wrong = batch.failures
    assert "the process of this run ended unexpectedly, 2 times" in lost["error"]
    assert wrong["error"] == "ZeroDivisionError: no luck with 13"
    assert (attempts(LUCKLESS), attempts(TWICE_UNLUCKY), attempts(fake_model.BAD_SEED)) == (2, 2, 1)
    assert [store.finished(folder) for folder in batch.folders] == [record for record in batch.records if record.ok]
    assert all((Path(failure["run_dir"]) / "run.json").is_file() for failure in batch.failures)


def test_lost_node_has_its_run_done_again_on_another(cluster: Any, on_cluster) -> None:
    doomed = cluster.add_node(**cluster.of_a_node)

    def remove() -> None:
        until = time.monotonic() + 60
        while not Path("doomed").exists() and time.monotonic() < until:
            time.sleep(0.05)
        cluster.remove_node(doomed, allow_graceful=False)

    thread = threading.Thread(target=remove)
    thread.start()
    batch = on_cluster(Doomed(doomed.node_id), 1, 2, 3, 4)
    thread.join()
    assert [record.ok for record in batch.records] == [True] * 4
    lost = Path("doomed").read_text().strip()
    assert attempts(int(lost)) == 2
    assert {seed for seed in (1, 2, 3, 4) if attempts(seed) == 1} == {1, 2, 3, 4} - {int(lost)}


class Doomed:
    """The engine of which a run on one node waits for the end of it, and the others for that run to begin."""

    def __init__(self, node: str) -> None:
        self.node = node

    def __call__(self) -> Any:
        return cluster_engines.doomed(self.node)


def test_kernels_are_compiled_once_on_a_machine(on_cluster) -> None:
    batch = on_cluster(cluster_engines.cold, 1, 2, 3, 4)
    assert batch.failures == []
    assert Path("compiled").read_text() == "once\n"


def test_the_model_can_be_sent_along(on_cluster) -> None:
    batch = on_cluster(cluster_engines.telling, 1, 2, ship_code=True)
    copies = {record.digest.split("|")[3] for record in batch.records}
    assert all("_ray_pkg_" in copy for copy in copies)


def test_machines_that_share_the_folder_write_to_it_themselves(on_cluster) -> None:
    batch = on_cluster(cluster_engines.mortal, 1, fake_model.BAD_SEED, shared_folder=True)
    assert [record.ok for record in batch.records] == [True, False]
    assert [store.finished(folder) for folder in batch.folders] == [batch.records[0]]


def test_run_that_another_command_is_doing_is_waited_for(on_cluster, configured) -> None:
    held = [claim.take(task_of(configured(seed=2), fake_model.WHO).folder)]
    ended = []

    class LetGo(Silent):
        def done(self, record: RunRecord) -> None:
            ended.append(record.seed)
            if len(ended) == 3:
                held.pop().release()

    batch = on_cluster(cluster_engines.mortal, 1, 2, 3, 4, progress=LetGo())
    assert [record.ok for record in batch.records] == [True] * 4
    assert ended[-1] == 2
    assert list(Path("runs").glob("scenario=*/.lock-*")) == []


def test_another_model_is_refused(on_cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = replace(identity(), code_digest="0" * 20, packages=identity().packages | {"numba": "0.1"})
    monkeypatch.setattr("sim.runs.ray_cluster.identity", lambda: mine)
    with pytest.raises(
        UserError, match=r"would give other results .*: code \w+ instead of 0{20}; numba \S+ instead of 0\.1.*ship_code=true"
    ):
        on_cluster(cluster_engines.mortal, 1)


def test_model_that_cannot_be_loaded_is_our_fault(on_cluster) -> None:
    with pytest.raises(RuntimeError, match="the model cannot be loaded"):
        on_cluster(fake_model.broken_engine, 1)


SCRIPT = """
import sys
from sim.config.compose import compose
from sim.runs.batch import Interrupted, Runner
from sim.runs.progress import Lines
import fake_model
config = compose(["until=2023-12", "population.scale=0.001", "compute=ray", "compute.processes=2"])
try:
    with Runner(load_engine=fake_model.engine) as runner:
        runner.run([config.model_copy(update={"seed": seed}) for seed in (1, 777, 778, 779)], Lines())
except Interrupted as stop:
    print(stop)
"""


def test_ctrl_c_stops_within_two_seconds_keeps_what_is_done_and_ends_the_ray_it_started() -> None:
    Path("script.py").write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, "script.py"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    while "seed 1" not in (line := process.stderr.readline()):
        assert line, "ended before its first run"
    time.sleep(0.5)
    mine = {process.pid, *children(process.pid)}
    assert len(mine) > 3  # Ray is there
    began = time.perf_counter()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes of the command
    out, error = process.communicate(timeout=20)
    assert time.perf_counter() - began < 2
    assert out.strip() == "Interrupted. 1 of 4 runs are finished and kept.", error
    assert "Traceback" not in error
    assert len(list(store.folders(Path("runs")))) == 1
    until = time.perf_counter() + 5
    while time.perf_counter() < until and any(alive(number) for number in mine):
        time.sleep(0.05)
    assert [number for number in mine if alive(number)] == []


def children(number: int) -> set[int]:
    """Processes that a process started, and those that these started."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == number:
            found |= {int(folder.name), *children(int(folder.name))}
    return found


def alive(number: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
