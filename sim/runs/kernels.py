"""Whether the compiled kernels of this version are in the cache; a marker file in the cache folder says so."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from sim.runs.identity import PACKAGE


def cache_folder() -> Path:
    """Folder of the compiled kernels of this version and these compilers."""
    from sim.numerics import jit

    return jit.cache_folder()


def marker() -> Path:
    """The file that says that `warm_up` finished for this copy of the package; the cache holds every copy apart."""
    return cache_folder() / f"warm-{hashlib.sha256(str(PACKAGE).encode()).hexdigest()[:16]}"


def is_warm() -> bool:
    """Whether a process that starts now finds the kernels compiled."""
    return marker().is_file()


def warm_up() -> None:
    """Compile all kernels, on all cores, and leave the marker; a quarter of a minute on two cores when the cache is cold."""
    from sim.runs.cores import cores
    from sim.runs.stop import undisturbed

    shares = max(1, min(cores(), 8))
    command = [sys.executable, "-m", "sim.runs.kernels"]
    with undisturbed():  # Ctrl-C is for us alone; their standard input ends when we do, and so do they
        others = [subprocess.Popen([*command, str(share), str(shares)], stdin=subprocess.PIPE) for share in range(1, shares)]
    compile_share(0, shares)
    failed = [process.args for process in others if process.wait() != 0]
    if failed:
        raise RuntimeError(f"{len(failed)} of the processes that compile kernels failed")
    path = marker()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def compile_share(share: int, shares: int) -> None:
    """Compile every `shares`-th kernel, the longest first, so that each process has about as much to do."""
    import sim.model
    import sim.world  # noqa: F401
    from sim.numerics.jit import KERNELS

    longest_first = sorted(KERNELS, key=lambda kernel: (-len(kernel.py_func.__code__.co_code), kernel.name))
    for kernel in longest_first[share::shares]:
        kernel.compile()


if __name__ == "__main__":
    from sim.runs.worker import end_with_input

    end_with_input()
    compile_share(*map(int, sys.argv[1:]))
