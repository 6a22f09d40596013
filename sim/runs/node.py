"""What a machine of a cluster must have before it does runs: the same model, and compiled kernels."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sim.config.schema import SimConfig
from sim.runs.cores import MEMORY_GB, MEMORY_GB_HISTORY, MEMORY_GB_WHOLE_COUNTRY
from sim.runs.execute import Engine
from sim.runs.identity import Identity


def differences(here: Identity, there: Identity) -> list[str]:
    """What makes the results of two installations differ, or may do so: code, data, versions of the libraries. Empty when they agree."""
    found = [
        f"{what} {theirs} instead of {ours}"
        for what, ours, theirs in (
            ("version", here.version, there.version),
            ("code", here.code_digest, there.code_digest),
            ("data", here.data_digest, there.data_digest),
        )
        if ours != theirs
    ]
    for name in sorted(here.packages.keys() | there.packages.keys()):
        ours, theirs = here.packages.get(name, "none"), there.packages.get(name, "none")
        if ours != theirs:
            found.append(f"{name} {theirs} instead of {ours}")
    return found


def memory_of_a_run(config: SimConfig) -> float:
    """Memory of one process that does runs of this size, in bytes: as asked for, else as measured (`sim.runs.cores`)."""
    if config.compute.memory_gb:
        return config.compute.memory_gb * 1e9
    keeps = config.population.start == "history"
    return 1e9 * (MEMORY_GB + (MEMORY_GB_WHOLE_COUNTRY + MEMORY_GB_HISTORY * keeps) * config.population.scale)


def host() -> str:
    """Name of this machine."""
    return socket.gethostname()


def compile_once(engine: Engine) -> None:
    """Compile the kernels unless they are; of all processes that ask on one machine, one compiles and the others wait for it."""
    if engine.is_warm():
        return
    with one_at_a_time():
        if not engine.is_warm():
            engine.warm_up()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold a lock of this user on this machine; it is free again when the process ends, however it ends. Windows: no lock."""
    if os.name == "nt":
        yield
        return
    import fcntl
    import tempfile

    path = os.path.join(tempfile.gettempdir(), f"loopbrug-compiling-{os.getuid()}.lock")
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
