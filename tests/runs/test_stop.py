"""Ctrl-C and SIGTERM end a command within two seconds in any phase, with one line that says what is kept and how to go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TIME_S = 2.0
SIM = """
import sys
import time
sys.path.insert(0, {tests!r})
{before}
from sim.cli import main
sys.argv = ["sim", *{arguments!r}]
main()
"""
"""The command ``sim`` with a fake model, and something that takes long in one of its phases."""
FAKE = """
import fake_model, sim.runs.jobs as jobs
jobs.compare.__kwdefaults__["load_engine"] = fake_model.{engine}
"""
SLEEPS = """
def long(*arguments, **more):
    print("LONG", file=sys.stderr, flush=True)
    time.sleep(30)
"""
FEW = ["compare", "job_bridge", "population.scale=0.001", "until=2023-12", "seeds=2"]
SLOW = [*FEW, "seed=776"]
"""Seed 777 takes half a minute in the fake model."""
STUCK = """
import numpy, threading, ctypes
def stuck(*arguments, **more):
    print("LONG", file=sys.stderr, flush=True)
    ctypes.CDLL(None).sleep(30)  # as a library that looks at no signal
"""
PHASES = {
    "composing": (SLEEPS + "import sim.config.compose as c\nc.compose = long", FEW, "LONG", "What is finished is kept."),
    "workers run": (FAKE.format(engine="engine"), [*SLOW, "compute.processes=2"], "[2/4]", "2 of 4 runs are finished and kept."),
    "one process runs": (FAKE.format(engine="engine"), [*SLOW, "compute.processes=1"], "[2/4]", "2 of 4 runs are finished and kept."),
    "workers compile": (
        FAKE.format(engine="slow_to_compile"), [*FEW, "compute.processes=2"], "Compiling", "0 of 4 runs are finished and kept."),
    "analysis": (
        FAKE.format(engine="engine") + SLEEPS + "import sim.analysis.contrast as c\nc.load = long",
        [*FEW, "compute.processes=2"], "LONG", "4 of 4 runs are finished and kept."),
    "a library that does not listen": (
        FAKE.format(engine="engine") + STUCK + "import sim.analysis.contrast as c\nc.load = stuck",
        [*FEW, "compute.processes=1"], "LONG", "4 of 4 runs are finished and kept."),
    "validate": (
        SLEEPS + "import sim.calibration.validate as v\nv.compile_first = long",
        ["validate", "population.scale=0.001", "seeds=2"], "LONG", "What is finished is kept."),
    "calibrate policies": (
        SLEEPS + "import sim.calibration.policies.solve as s\ns.count = long",
        ["calibrate", "--policies", "job_bridge"], "LONG", "What is finished is kept."),
}  # fmt: skip


def started(before: str, arguments: list[str]) -> subprocess.Popen[str]:
    """The command in a group of its own, with the signals of a terminal (a background job of a shell ignores SIGINT)."""
    script = Path("script.py")
    script.write_text(SIM.format(tests=str(Path(__file__).parent), before=before, arguments=arguments))
    return subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip


def stopped(process: subprocess.Popen[str], sign: str, number: int = signal.SIGINT, times: int = 1) -> tuple[float, str]:
    """Send the signal to the group once `sign` is printed; seconds until the end, and what was printed after it."""
    assert process.stderr is not None
    seen = []
    while not seen or sign not in seen[-1]:
        seen.append(process.stderr.readline())
        assert seen[-1], seen
    time.sleep(0.2)
    began = time.perf_counter()
    for _ in range(times):
        os.killpg(process.pid, number)
        time.sleep(0.05 if times > 1 else 0)
    _, error = process.communicate(timeout=20)
    return time.perf_counter() - began, error


@pytest.mark.skipif(os.name == "nt", reason="LOUD: groups of processes are those of POSIX")
@pytest.mark.parametrize("phase", PHASES)
def test_ctrl_c_in_any_phase(phase: str) -> None:
    before, arguments, sign, kept = PHASES[phase]
    process = started(before, arguments)
    seconds, error = stopped(process, sign)
    assert seconds < TIME_S
    assert error.strip().splitlines()[-1] == f"Interrupted. {kept} Repeat the same command to go on where it stopped."
    assert "Traceback" not in error
    assert process.returncode == 130
    assert not list(Path("runs").glob("scenario=*/.*"))
    assert gone_within(process.pid, 2)


@pytest.mark.skipif(os.name == "nt", reason="LOUD: groups of processes are those of POSIX")
def test_sigterm_of_a_scheduler_and_a_hasty_user() -> None:
    before, arguments, sign, kept = PHASES["workers run"]
    process = started(before, arguments)
    seconds, error = stopped(process, sign, signal.SIGTERM, times=3)
    assert seconds < TIME_S
    assert error.strip().splitlines()[-1] == f"Terminated. {kept} Repeat the same command to go on where it stopped."
    assert "Traceback" not in error
    assert process.returncode == 143


def gone_within(group: int, seconds: float) -> bool:
    """Whether all processes of a group end in time."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


POOL = """
sys.path.insert(0, {tests!r})
import fake_model
from sim.config.compose import compose
from sim.config.schema import Compute
from sim.runs.batch import Runner
config = compose(["until=2023-12", "compute.processes=2"])
Runner(load_engine=fake_model.tells_its_number, who=fake_model.WHO).run([config.model_copy(update={{"seed": seed}}) for seed in (777, 778)])
"""
FIT = """
sys.path.insert(0, {tests!r})
import fake_model
from sim.calibration.workers import Workers
with Workers(2, fake_model.slow_simulator) as workers:
    workers.run([({{}}, 1), ({{}}, 2)], print)
"""
VALIDATE = """
sys.path.insert(0, {tests!r})
import fake_model
from sim.calibration.validate import in_processes
from sim.config.compose import compose
config = compose([])
in_processes({{n: (config, Path(str(n))) for n in (1, 2)}}, 2, 1, fake_model.slow_measure, print)
"""


@pytest.mark.skipif(os.name == "nt", reason="LOUD: kill -9 is POSIX")
@pytest.mark.parametrize("body", [POOL, FIT, VALIDATE], ids=["pool", "fit", "validate"])
def test_workers_end_with_their_parent_though_they_are_busy(body: str) -> None:
    Path("script.py").write_text("import sys\nfrom pathlib import Path\n" + body.format(tests=str(Path(__file__).parent)))
    process = subprocess.Popen([sys.executable, "script.py"], env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])})
    until = time.monotonic() + 30
    while len(workers := list(Path().glob("worker-*"))) < 2:
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    numbers = [int(path.name.removeprefix("worker-")) for path in workers]
    until = time.monotonic() + 3
    while any(map(running, numbers)):
        assert time.monotonic() < until, "workers outlive their parent"
        time.sleep(0.02)


HELPER = """
import os, sys, time
from pathlib import Path
from sim.runs.worker import end_with_input
end_with_input()
Path(f"worker-{os.getpid()}").touch()
time.sleep(30)
"""


@pytest.mark.skipif(os.name == "nt", reason="LOUD: kill -9 is POSIX")
def test_a_process_that_helps_to_compile_ends_with_who_started_it() -> None:
    Path("helper.py").write_text(HELPER)
    parent = "import subprocess, sys\nsubprocess.Popen([sys.executable, 'helper.py'], stdin=subprocess.PIPE).wait()"
    process = subprocess.Popen([sys.executable, "-c", parent], env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])})
    until = time.monotonic() + 20
    while not (workers := list(Path().glob("worker-*"))):
        assert time.monotonic() < until
        time.sleep(0.02)
    process.kill()
    process.wait()
    while running(int(workers[0].name.removeprefix("worker-"))):
        assert time.monotonic() < until, "the helper outlives its parent"
        time.sleep(0.02)


def running(process: int) -> bool:
    """Whether a process is there and no zombie (in a container nobody may collect orphans)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
