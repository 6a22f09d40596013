"""How many cores there are for us, and how runs and their threads share them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MEMORY_GB = 0.5
"""Memory of a worker with a tiny population: interpreter, libraries, kernels, tables. Measured: 0.46 GB."""
MEMORY_GB_WHOLE_COUNTRY = 2.5
"""Extra memory of a worker with everybody in it; scales with the population. Measured: 1.7 GB in the first half year, plus a margin."""
MEMORY_GB_HISTORY = 1.1
"""Extra memory of a history that is kept for the next scenario, with everybody in it. Measured at 1:100: 10 MB."""
SCALE_FOR_THREADS = 0.03
"""Below this share of the people a second thread costs as much as it brings: 400,000 people (`sim.numerics.jit.PEOPLE_PER_THREAD`)."""
CGROUPS, OF_THIS_PROCESS = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


@dataclass(frozen=True)
class Share:
    """How many runs at a time, and threads of each: never more together than there are cores."""

    processes: int
    threads: int


def cores() -> int:
    """Cores this process may use: its affinity (or ``PYTHON_CPU_COUNT``), and the processor time that a container allows; at least 1."""
    return max(1, min([allowed(), *(int(quota) for quota in quotas())]))


def allowed() -> int:
    """Cores of the affinity of this process, or what ``PYTHON_CPU_COUNT`` says."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def quotas() -> Iterator[float]:
    """Processor time in cores that the control groups of this process allow it (Linux; versions 1 and 2); none where there is no limit."""
    try:
        lines = OF_THIS_PROCESS.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        roots = [CGROUPS, CGROUPS / "unified"] if not controllers else [CGROUPS / controllers, CGROUPS / "cpu"]
        if controllers and "cpu" not in controllers.split(","):
            continue
        # In a container the path may be that of the host, of which only the end is there; then the root holds our own limits.
        inside = PurePosixPath(path.lstrip("/"))
        for root in roots:
            for group in [inside, *inside.parents]:
                if (found := quota_of(root / group)) is not None:
                    yield found


def quota_of(group: Path) -> float | None:
    """Cores that one control group allows; None without a limit."""
    try:
        if (group / "cpu.max").is_file():
            quota, period = (group / "cpu.max").read_text(encoding="ascii").split()
        else:
            quota, period = ((group / f"cpu.cfs_{name}_us").read_text(encoding="ascii").strip() for name in ("quota", "period"))
        return float(quota) / float(period) if quota not in ("max", "-1") else None
    except (OSError, ValueError):
        return None


def share(n_runs: int, scale: float, *, processes: int = 0, threads: int = 0, keeps_history: bool = False) -> Share:
    """How `n_runs` runs share cores and memory.

    Parameters
    ----------
    processes, threads : what the user asked for; 0: as many processes as cores and memory allow, and what cores are left as threads, where
        a run is large enough for them. Who asks for more than there are cores gets fewer threads first, then fewer processes.
    """
    have = cores()
    n = max(1, min(n_runs, useful_processes(processes, 1 if processes else threads or 1, scale, keeps_history=keeps_history)))
    return Share(n, max(1, min(threads or threads_of(scale, have), have // n)))


def useful_processes(asked: int, threads: int, scale: float, *, keeps_history: bool = False) -> int:
    """Runs of `threads` threads at a time: what the user asked for, or what memory allows; no more than there are cores."""
    most = max(1, cores() // threads)
    if asked:
        return min(asked, most)
    whole_country = MEMORY_GB_WHOLE_COUNTRY + MEMORY_GB_HISTORY * keeps_history
    return max(1, min(most, int(min(free_memory_gb(), 1e6) / (MEMORY_GB + whole_country * scale))))


def threads_of(scale: float, most: int) -> int:
    """Threads that help a run with this share of the people, up to `most`."""
    return most if scale >= SCALE_FOR_THREADS else 1


def free_memory_gb() -> float:
    """Memory that can be had without swapping; plenty where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            available = next(line for line in file if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return float("inf")
    return int(available.split()[1]) * 1024 / 1e9


def limit_threads(most: int) -> None:
    """Let kernels of this process use `most` threads at most: Numba counts cores itself, and knows nothing of a container's share.

    A smaller number that the user set (``NUMBA_NUM_THREADS``) stays.
    """
    given = os.environ.get("NUMBA_NUM_THREADS", "")
    if (int(given) if given.isdigit() else allowed()) > most:
        os.environ["NUMBA_NUM_THREADS"] = str(most)
    if "numba" in sys.modules:  # it has read the environment already
        from numba import config

        config.NUMBA_NUM_THREADS = min(config.NUMBA_NUM_THREADS, most)  # type: ignore[attr-defined]
