"""The only place that knows Numba's options.

Kernels are pure: arrays in, arrays out, no globals but small constants, no Python objects, integer decisions. They give the same bits
compiled or as plain Python, on one thread or many.

* `scan`: loops over everybody in fixed blocks (`BLOCK` rows) with ``prange``; each block writes only its own rows, so the number of
  threads cannot change a result. Arrays that a scan writes are arguments of their own: written through a tuple of arrays they crash the
  process (Numba 0.68). ``prange`` kernels also run 2x faster on one thread than plain ones, because Numba marks their
  arguments as not overlapping.
* `serial`: loops over the few rows that something happens to.
* `inline`: small functions that both use.

Compiled kernels are kept between runs. Numba notices a change in a kernel's own file only, not in a helper it imports; so the cache
folder is named by the digest of all sources that hold kernels and of the versions of the compiler.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np

BLOCK = 4096
"""Rows of one block of a scan; fixed, so that results do not depend on the number of threads."""

KERNEL_FOLDERS = ("numerics", "phases", "policies", "state")


def cache_folder() -> Path:
    """``<user cache>/loopbrug/kernels/<digest of kernel sources and compiler versions>``."""
    digest = hashlib.sha256(f"{sys.version}{numba.__version__}{llvmlite.__version__}{np.__version__}".encode())
    package = Path(__file__).parent.parent
    for folder in KERNEL_FOLDERS:
        for path in sorted((package / folder).glob("*.py")):
            digest.update(path.read_bytes())
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "loopbrug" / "kernels" / digest.hexdigest()[:16]


numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]


def scan(function: Any) -> Any:
    """Compile a kernel that walks over all rows in blocks, in parallel."""
    return numba.njit(parallel=True, nogil=True, cache=True, error_model="numpy")(function)


def serial(function: Any) -> Any:
    """Compile a kernel that walks over few rows, or whose order matters."""
    return numba.njit(nogil=True, cache=True, error_model="numpy")(function)


def inline(function: Any) -> Any:
    """Compile a small function into every kernel that calls it."""
    return numba.njit(inline="always", nogil=True, error_model="numpy")(function)


def n_blocks(n_rows: int) -> int:
    """Number of blocks of a scan over `n_rows` rows."""
    return (n_rows + BLOCK - 1) // BLOCK
