"""The same seed gives the same bytes: again, on any number of threads and any processor, compiled or not, straight or restarted.

One new process per cell of the matrix. Threads, ways to start a process, and processors are the list of `sim.baseline.ways`, on which
`sim baseline check --every-way` does the whole exact tier; here a short run, of which it compares every column.
"""

import multiprocessing
import os
import subprocess
import sys
from functools import lru_cache

import pytest

from sim.baseline import ways
from sim.baseline.store import TierSettings

TINY = """
import sys
from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.model import LabourMarket, simulate
from sim.world import build_world
threads, stop, *more = sys.argv[1:]
config = compose(["population.scale=0.001", "until=2023-12", "scenarios=job_bridge", "policies.job_bridge.start=2023-10",
                  "policies.job_bridge.places_per_year=60000", f"threads={threads}", *more])
world = build_world(scale=0.001, start="2023-10", until="2023-12", outlook=Outlook(0.003))
if stop == "straight":
    digest = simulate(config, world).digest
else:
    model = LabourMarket(config, world)
    model.step()
    model.save(stop)
    model = LabourMarket.restore(stop, config, world)
    model.run_for(2)
    digest = model.digest()
print(world.digest, digest)
"""


@lru_cache
def digests(*settings, threads=1, stop="straight", **environment):
    """Digests of world and result from a new process with these variables of the environment."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TINY, str(threads), stop, *settings],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    print(f"{done.stdout.strip()}  {threads} threads, {stop.rpartition('/')[2]} {' '.join(settings)} {environment}")
    return done.stdout.split()


def test_the_same_seed_gives_the_same_bytes(run, world, configure):
    from sim.model import simulate

    assert simulate(configure(), world).digest == run().digest


def test_another_seed_gives_another_history(run):
    assert run("seed=2").digest != run().digest
    assert digests("seed=2")[1] != digests()[1]


SHORT = TierSettings(
    scenarios=("job_bridge",), settings=("population.scale=0.001", "until=2023-12", "policies.job_bridge.start=2023-10",
                                         "policies.job_bridge.places_per_year=60000"),
)  # fmt: skip
FIRST, *OTHERS = ways.WAYS
ELSEWHERE = {
    ways.EMPTY_CACHE: "it compiles all kernels, which each CI job does once anyway",
    "plain Python": "tested below with both generators",
}


@lru_cache
def first_way():
    return ways.digests(FIRST, SHORT)


@pytest.mark.parametrize("way", [*(way for way in OTHERS if way.name not in ELSEWHERE), ways.Way("7 threads", "seven", threads=7)],
                         ids=lambda way: way.name)  # fmt: skip
def test_any_way_gives_the_same_bytes(way):
    """Any number of threads, spawned or forked; the plainest processor of this kind, which compiles all kernels once more (about 40 s; kept
    beside the others); NumPy without vector instructions, whose exp and log differ in the last bit."""
    if way.start and way.start not in multiprocessing.get_all_start_methods():
        pytest.skip(f"LOUD: this system cannot {way.start}; that way is not tested here")
    if "{vectors}" in way.environment.values():
        assert ways.vector_instructions(), "this NumPy dispatches to nothing, so nothing is tested here"
    found = ways.digests(way, SHORT)
    assert len(found) > 100
    assert found == first_way()


@pytest.mark.parametrize("generator", ["fast", "philox"])
def test_plain_python_gives_the_same_bytes_as_the_compiled_kernels(generator):
    assert digests(f"rng={generator}", NUMBA_DISABLE_JIT="1") == digests(f"rng={generator}")


def test_a_restart_gives_the_same_bytes(tmp_path):
    assert digests(stop=str(tmp_path / "here.npz")) == digests()


FORK = """
import os, sys
from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.config.errors import UserError
from sim.model import LabourMarket
from sim.world import build_world
config = compose(["population.scale=0.001", "until=2023-11"])
world = build_world(scale=0.001, start="2023-10", until="2023-11", outlook=Outlook(0.003))
used = sys.argv[1] == "used"
model = LabourMarket(config, world) if used else None
if used:
    model.step()
child = os.fork()
if child == 0:
    try:
        for use in (model.step, lambda: LabourMarket(config, world)) if used else (lambda: LabourMarket(config, world).step(),):
            try:
                use()
                print("fine", flush=True)
            except UserError as error:
                print(error, flush=True)
    finally:
        os._exit(0)
os.waitpid(child, 0)
if used:
    model.step()
print("parent goes on")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="LOUD: this system has no fork; its message is not tested here")
@pytest.mark.parametrize("used", [True, False])
def test_a_model_in_a_forked_process_says_what_to_do_instead_of_hanging(used):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK, "used" if used else "unused"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *child, parent = done.stdout.splitlines()
    assert parent == "parent goes on"
    if used:
        assert len(child) == 2, done.stdout + done.stderr[-500:]
        assert all("was forked" in line and "spawn" in line for line in child)
    else:
        assert child == ["fine"]


def test_bookings_at_many_desks_give_the_same_bytes(run, world, configure, monkeypatch):
    """Small worlds have one desk; here a few people open another, so that threads do share employers and books."""
    from sim import model as models
    from sim.numerics import desks

    opened = []
    monkeypatch.setattr(desks, "FEWEST_ROWS", 16)
    monkeypatch.setattr(models, "get_num_threads", lambda: 5)
    pool = desks._pool()
    monkeypatch.setattr(desks, "_pool", lambda: opened.append(1) or pool)
    result = models.simulate(configure(), world)
    assert len(opened) > 100, "other desks were at work"
    assert result.digest == run().digest
