"""The machine as far as it matters for speed; neither its name nor any path."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import llvmlite.binding

from sim.runs.cores import cores


@dataclass(frozen=True)
class Machine:
    """cpu : model and the instruction set that kernels are compiled for. cores : usable ones. memory_gb : 10^9 bytes, whole."""

    cpu: str
    cores: int
    memory_gb: int


def machine() -> Machine:
    """The machine this runs on."""
    return Machine(f"{cpu_model()} ({llvmlite.binding.get_host_cpu_name()})", cores(), round(memory_bytes() / 1e9))


def cpu_model() -> str:
    """Model of the processor as the system names it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine() or "unknown"


def memory_bytes() -> int:
    """Memory of the machine; 0 where the system does not say."""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 0


class Share:
    """How much of a core this process had while it worked on one thread: processor time over wall-clock time.

    Other work on the machine shows here at once; the system's load average would still count what this process did a minute ago.

    Attributes
    ----------
    value : 1.0 with a core for itself, 0.5 when it had to share it with another; known after the ``with`` block.
    """

    value: float = 1.0

    def __enter__(self) -> Self:
        self._wall, self._processor = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *error: object) -> None:
        self.value = (time.process_time() - self._processor) / (time.perf_counter() - self._wall)


BUSY = 0.9
"""Below this share of a core, times are not to be trusted."""
