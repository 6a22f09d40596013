"""The state of this installation, line by line: the words of `sim doctor`."""

from __future__ import annotations

import time
from collections.abc import Iterator

from sim.config.shipped import FOLDERS, shipped
from sim.runs import kernels
from sim.runs.cores import cores, free_memory_gb
from sim.runs.identity import identity


def report() -> Iterator[str]:
    """Versions, machine, folders; then compile the kernels and say how long that took."""
    who = identity()
    git = (
        f"commit {who.git['commit'] or 'none'}, {'changed since' if who.git['dirty'] else 'clean'}"
        if who.git["dirty"] is not None
        else "not a git checkout"
    )
    yield f"loopbrug   {who.version}, code {who.code_digest}, data {who.data_digest} ({git})"
    yield f"platform   {who.platform}"
    yield f"packages   {', '.join(f'{name} {number}' for name, number in who.packages.items())}"
    yield f"machine    {cores()} cores, {free_memory_gb():.1f} GB free memory"
    yield f"settings   {', '.join(str(shipped(folder)) for folder in FOLDERS)}"
    yield f"kernels    {kernels.cache_folder()} ({'compiled' if kernels.is_warm() else 'not compiled yet: about a minute'})"
    began = time.perf_counter()
    kernels.warm_up()
    yield f"ready      kernels load in {time.perf_counter() - began:.1f} s"
