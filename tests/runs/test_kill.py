"""kill -9 at any moment, the same command again: exactly the missing runs are done, nothing is lost, nothing is half."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.config.compose import compose
from sim.runs import record, store

KILLS, SEED, SEEDS = 25, 20261122, 60
HERE = Path(__file__).parent


class Zygote:
    """A process that starts sweeps by forking, so that a start costs milliseconds."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", "import fake_sweep; fake_sweep.main()"],
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, asked: dict[str, Any]) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def wait(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def sweep(self, asked: dict[str, Any]) -> int:
        self.start(asked)
        return self.wait()


@pytest.fixture(scope="module")
def asked() -> dict[str, Any]:
    settings = ["population.scale=0.001", "until=2023-12"]
    both = [compose([*settings, f"scenarios={name}"]).model_dump(mode="json") for name in ("baseline", "job_bridge")]
    return {"configs": both, "processes": 2, "seeds": SEEDS}


@pytest.fixture
def zygotes(in_empty_folder: Path) -> Iterator[list[Zygote]]:
    made = [Zygote(), Zygote()]
    yield made
    for zygote in made:
        zygote.process.kill()
        zygote.process.communicate()


def children(process: int) -> list[int]:
    """Worker processes of a sweep (Linux)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[1]) == process and b"spawn_main" in (path.parent / "cmdline").read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def contents(runs: str) -> dict[str, str]:
    """Digest of every table, by path in the runs folder."""
    return {str(path.relative_to(runs)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(Path(runs).rglob("*.parquet"))}


def check_whole_or_absent() -> set[str]:
    """Every folder with a final name is whole; returns the keys that are there."""
    found = set()
    for folder in Path("runs").glob("scenario=*/key=*"):
        there = record.read(folder)
        assert there is not None, folder
        assert there.ok, folder
        assert store.fault(folder, there.files) is None
        found.add(there.key)
    return found


def rubbish() -> list[str]:
    return [path.name for path in Path("runs").glob("scenario=*/*") if not path.name.startswith("key=")]


def begun() -> Counter[str]:
    """How often each run was begun."""
    log = Path("log")
    return Counter(line.split()[1] for line in (log.read_text().splitlines() if log.exists() else []) if line.startswith("begin"))


def await_a_moment(luck: random.Random) -> None:
    """A random moment: while the sweep starts, or in the middle of a run (which is mostly the writing of its folder)."""
    if luck.random() < 0.25:
        time.sleep(luck.uniform(0.0, 0.3))
        return
    until, lines = time.monotonic() + 20, sum(begun().values()) + luck.randint(1, 3)
    while sum(begun().values()) < lines:
        assert time.monotonic() < until, "the sweep does not go on"
        time.sleep(0.005)
    time.sleep(luck.uniform(0.0, 0.02))


def kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="LOUD: looks for worker processes in /proc, which only Linux has")


@linux
def test_killed_25_times_at_random_moments_and_nothing_is_lost_or_done_twice(zygotes: list[Zygote], asked: dict[str, Any]) -> None:
    print("seed of the kills:", SEED)
    luck = random.Random(SEED)
    zygote = zygotes[0]
    kills, rounds, finished, workers = Counter[str](), 0, set[str](), set[int]()
    while kills.total() < KILLS:
        rounds += 1
        processes = luck.choice((1, 1, 1, 2))
        sweep = zygote.start(asked | {"processes": processes})
        for _ in range(luck.choice((1, 3)) if processes == 2 else 0):  # the sweep goes on without a worker
            await_a_moment(luck)
            workers.update(alive := children(sweep))
            if alive:
                kill(luck.choice(alive))
                kills["worker"] += 1
        await_a_moment(luck)
        workers.update(alive := children(sweep))
        everybody = luck.random() < 0.4
        kill(sweep)
        for worker in alive if everybody else []:
            kill(worker)
        kills["all" if everybody else "parent"] += 1
        assert zygote.wait() == -signal.SIGKILL, f"the sweep ended before it was killed, in round {rounds}"
        now = check_whole_or_absent()
        assert finished <= now
        finished = now
    assert 0 < len(finished) < 2 * SEEDS
    assert zygote.sweep(asked) == 0  # the last time: nobody kills it
    print(dict(kills), f"in {rounds} rounds; {len(finished)} runs before the last; {sum(begun().values())} begun")

    assert "twice" not in Path("log").read_text()
    assert len(check_whole_or_absent()) == len(begun()) == 2 * SEEDS
    assert sum(begun().values()) - 2 * SEEDS <= 2 * kills.total()  # a kill costs the runs under way, no more
    assert rubbish() == []
    assert not any(map(store.alive, workers))

    assert zygote.sweep(asked | {"runs_dir": "undisturbed", "result": "undisturbed.json"}) == 0
    assert Path("result.json").read_text() == Path("undisturbed.json").read_text()
    assert contents("runs") == contents("undisturbed")


@linux
def test_two_sweeps_at_once_share_the_work(zygotes: list[Zygote], asked: dict[str, Any]) -> None:
    asked = asked | {"seeds": 30}
    for number, zygote in enumerate(zygotes):
        zygote.start(asked | {"result": f"result{number}.json", "processes": 1 + number})
    assert [zygote.wait() for zygote in zygotes] == [0, 0]
    assert set(begun().values()) == {1}
    assert len(check_whole_or_absent()) == len(begun()) == 60
    assert rubbish() == []
    assert Path("result0.json").read_text() == Path("result1.json").read_text()


@linux
def test_a_sweep_takes_over_what_another_was_doing_when_it_was_killed(zygotes: list[Zygote], asked: dict[str, Any]) -> None:
    asked = asked | {"seeds": 4}
    one, two = zygotes
    first = one.start(asked | {"processes": 1, "slow": True})
    until = time.monotonic() + 10
    while not Path("log").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    two.start(asked | {"processes": 1})
    while len(check_whole_or_absent()) < 7:  # all but the one that the first one holds
        assert time.monotonic() < until
        time.sleep(0.01)
    time.sleep(0.1)
    assert len(begun()) == 8
    kill(first)
    assert (one.wait(), two.wait()) == (-signal.SIGKILL, 0)
    assert len(check_whole_or_absent()) == 8
    assert sorted(begun().values()) == [1] * 7 + [2]
    assert rubbish() == []


@linux
def test_the_real_model_killed_twice_gives_what_it_gives_undisturbed() -> None:
    from sim.runs import jobs

    settings = ["population.scale=0.001", "until=2024-01", "seeds=6"]
    command = [sys.executable, "-m", "sim.cli", "compare", "job_bridge", *settings, "compute.processes=2", "--json"]
    environment = os.environ | {"PYTHONPATH": str(HERE.parents[1])}
    luck, before = random.Random(SEED), 0
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
        assert process.stderr is not None
        while "1/" not in process.stderr.readline():
            assert process.poll() is None
        time.sleep(luck.uniform(0.0, 0.05))
        process.kill()
        process.communicate()
        now = len(check_whole_or_absent())
        assert before < now < 12
        before = now
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=True)
    assert f"{12 - before} runs to do, {before} already there" in done.stderr
    found = json.loads(done.stdout)
    whole = jobs.compare("job_bridge", overrides=[*settings, "compute.processes=1", "runs_dir=undisturbed"]).to_json()
    assert [run["digest"] for run in found["runs"]] == [run["digest"] for run in whole["runs"]]
    assert found["scenarios"] == json.loads(json.dumps(whole["scenarios"]))
    assert contents("runs") == contents("undisturbed")
    assert rubbish() == []
