"""The only place that knows Numba's options.

Kernels are pure: arrays in, arrays out, no globals but small constants, no Python objects, integer decisions. They give the same bits
compiled or as plain Python, on one thread or many.

* `scan`: loops over everybody in fixed blocks (`BLOCK` rows) with ``prange``; each block writes only its own rows, so the number of
  threads cannot change a result. Arrays that a scan writes are arguments of their own: written through a tuple they are lost, or crash the
  process (Numba 0.68). ``prange`` kernels also run 2x faster on one thread than plain ones, because Numba marks their
  arguments as not overlapping.
* `serial`: loops over the few rows that something happens to.
* `inline`: small functions that both use and that take tuples of columns. `shared`: functions of numbers; they compile faster that way.

A kernel declares the types of its arguments (`sim.numerics.types`), so a column of another width is an error and never a second version.

Compiled kernels are kept between runs. Numba notices a change in a kernel's own file only, not in a helper it imports; so the cache
folder is named by the digest of all sources that hold kernels and of the versions of the compiler.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np

from sim.numerics.types import CHOICES, declared

BLOCK = 4096
"""Rows of one block of a scan; fixed, so that results do not depend on the number of threads."""

KERNEL_FOLDERS = ("numerics", "phases", "policies", "state")
CODES = "codes.py"
"""The constants that kernels are compiled with."""


def cache_folder() -> Path:
    """``<user cache>/loopbrug/kernels/<digest of kernel sources and compiler versions>``."""
    digest = hashlib.sha256(f"{sys.version}{numba.__version__}{llvmlite.__version__}{np.__version__}".encode())
    package = Path(__file__).parent.parent
    for path in (package / CODES, *(path for folder in KERNEL_FOLDERS for path in sorted((package / folder).glob("*.py")))):
        source = path.read_bytes()
        if path.parent.name != "policies" or b"sim.numerics.jit" in source:  # a new policy holds no kernel, and need not wait for them
            digest.update(source)
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "loopbrug" / "kernels" / digest.hexdigest()[:16]


os.environ.setdefault("OMP_WAIT_POLICY", "passive")
"""Threads that wait must sleep: between the scans other threads book (`sim.numerics.desks`), and other programs want to work too."""
numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]


class Kernel:
    """A function that is compiled, or loaded from the cache, at its first call, for the types that its annotations declare and no other.

    Raises
    ------
    TypeError
        When called with an argument of another type; names the kernel, the argument, its type and the right one.
    """

    def __init__(self, function: Callable[..., Any], **options: Any) -> None:
        self.py_func, self.options, self.__doc__ = function, options, function.__doc__
        self.name = f"{function.__module__}.{function.__name__}"
        self.__name__, self.__module__ = function.__name__, function.__module__
        self.__signature__ = inspect.signature(function)
        self._call: Callable[..., Any] | None = None
        KERNELS.append(self)

    def __call__(self, *arguments: Any) -> Any:
        """Call it with `arguments`."""
        try:
            return (self._call or self.compile())(*arguments)
        except TypeError as error:
            if "No matching definition" not in str(error):
                raise
            if not self._admits(arguments):
                raise TypeError(self._mismatch(arguments)) from None
        return self._call(*arguments)  # type: ignore[misc]

    def __reduce__(self) -> str:
        """Pickled by name, as functions are."""
        return self.__name__

    def _admits(self, arguments: tuple[Any, ...]) -> bool:
        """Compile for `arguments` when they are of the second of two declared types (``AnyKey``); the first is compiled by itself."""
        kernel: Any = self._call
        for choice in range(1, CHOICES):
            types = tuple(declared(self.py_func, choice).values())
            if types not in kernel.signatures and tuple(map(numba.typeof, arguments)) == types:
                kernel.disable_compile(False)
                kernel.compile(types)
                kernel.disable_compile()
                return True
        return False

    def compile(self) -> Callable[..., Any]:
        """Have it ready; returns the compiled function (with ``NUMBA_DISABLE_JIT=1`` the plain one)."""
        if self._call is None:
            types = tuple(declared(self.py_func).values())
            self._call = numba.njit(types, nogil=True, error_model="numpy", **self.options)(self.py_func)
        return self._call

    def _mismatch(self, arguments: tuple[Any, ...]) -> str:
        wanted = declared(self.py_func)
        if len(arguments) != len(wanted):
            return f"{self.name} takes {len(wanted)} arguments, got {len(arguments)}"
        wrong = [
            f"{name} is {found}, must be {right}"
            for (name, right), found in zip(wanted.items(), map(numba.typeof, arguments), strict=True)
            if not found.can_convert_to(numba.core.typing.Context(), right) and found != right
        ]
        return f"{self.name}: {'; '.join(wrong)}"


KERNELS: list[Kernel] = []
"""All kernels of the modules imported so far."""


def scan(function: Callable[..., Any]) -> Kernel:
    """Compile a kernel that walks over all rows in blocks, in parallel."""
    return Kernel(function, parallel=True, cache=True)


def serial(function: Callable[..., Any]) -> Kernel:
    """Compile a kernel that walks over few rows, or whose order matters."""
    return Kernel(function, cache=True)


def inline(function: Any) -> Any:
    """Compile a small function into every kernel that calls it; called from Python it is compiled, or loaded, by itself."""
    return numba.njit(inline="always", nogil=True, error_model="numpy", cache=True)(function)


def shared(function: Any) -> Any:
    """Compile a function on its own, for kernels to call."""
    return numba.njit(nogil=True, error_model="numpy", cache=True)(function)


PEOPLE_PER_THREAD = 200_000
"""With fewer people another thread costs as much as it brings."""


def use_threads(asked: int, n_people: int) -> int:
    """Let scans use `asked` threads, or when that is 0 as many as help for `n_people`; returns their number."""
    n = asked or max(1, n_people // PEOPLE_PER_THREAD)
    numba.set_num_threads(min(n, numba.config.NUMBA_NUM_THREADS))  # type: ignore[attr-defined]
    return numba.get_num_threads()


def plain(function: Any) -> Callable[..., Any]:
    """The Python function behind an `inline` one; without branches in it, it takes whole columns."""
    return getattr(function, "py_func", function)


def n_blocks(n_rows: int) -> int:
    """Number of blocks of a scan over `n_rows` rows."""
    return (n_rows + BLOCK - 1) // BLOCK
