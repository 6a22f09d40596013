"""The same seed gives the same bytes: again, on more threads, and as plain Python."""

import os
import subprocess
import sys

import numba
import pytest

TINY = """
from sim.config.compose import compose
from sim.model import simulate
from sim.world import build_world
config = compose(["population.scale=0.001", "until=2023-11", "scenarios=job_bridge", "policies.job_bridge.start=2023-10"])
world = build_world(scale=0.001, start="2023-10", until="2023-11", demand_growth_per_year=0.003)
print(simulate(config, world).digest)
"""


def _digest_in_a_new_process(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TINY], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_the_same_seed_gives_the_same_bytes(run, world, configure):
    from sim.model import simulate

    assert simulate(configure(), world).digest == run().digest


def test_another_seed_gives_another_history(run):
    assert run("seed=2").digest != run().digest


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="LOUD: this machine has one core; thread independence is not tested here")
def test_two_threads_give_the_same_bytes_as_one(run):
    assert run("threads=2").digest == run().digest


def test_plain_python_gives_the_same_bytes_as_the_compiled_kernels():
    assert _digest_in_a_new_process(NUMBA_DISABLE_JIT="1") == _digest_in_a_new_process()
