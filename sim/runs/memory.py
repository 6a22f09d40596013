"""Memory that a process holds."""

from __future__ import annotations

import ctypes
import sys


def return_memory() -> None:
    """Have the C library give back what was freed (glibc keeps 0.3 GB of the building of the whole country); elsewhere do nothing."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
