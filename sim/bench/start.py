"""From pressing enter to the answer: ``sim run`` at 1:100 in a fresh process, with the kernels compiled or not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

SCALE = 0.01


@dataclass(frozen=True)
class Start:
    """Seconds of one ``sim run``.

    total_s : the whole command. build_s : the world in it. simulate_s : the months in it. start_s : the rest (imports, kernels, files).
    """

    total_s: float
    build_s: float
    simulate_s: float
    start_s: float


def measure_start(*, cold: bool, settings: Sequence[str] = ()) -> Start:
    """Time one ``sim run``; with `cold`, kernels go to an empty folder, so all are compiled.

    Parameters
    ----------
    settings : ``key=value`` on top, for a smaller measurement.

    Raises
    ------
    RuntimeError : the command failed; its message is in the error.
    """
    with tempfile.TemporaryDirectory(prefix="loopbrug-bench-") as folder:
        environment = os.environ | ({"XDG_CACHE_HOME": folder} if cold else {})
        command = [sys.executable, "-m", "sim.cli", "run", "--json", f"population.scale={SCALE}", f"runs_dir={folder}/runs", *settings]
        began = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        total_s = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"sim run failed with exit code {done.returncode}: {done.stderr.strip()[-2000:]}")
    run = json.loads(done.stdout)
    return Start(total_s, run["build_s"], run["wall_s"], total_s - run["build_s"] - run["wall_s"])
