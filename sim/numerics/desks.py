"""Desks: a serial kernel carried out by several threads, each on its own stretch of rows.

What happens to people is booked one person after the other, with random access to employers: half the time is waiting for memory. People
of different stretches never touch each other's rows. What they share, they share in two ways, and in integers, so neither the number of
threads nor their order can change a bit: the books keep one set of sums per desk (`sim.state.ledger`), and counters of employers and
institutes are changed by `add`, which the processor does in one piece.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numba
import numpy as np
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from sim.numerics.jit import inline

FEWEST_ROWS = 8192
"""Fewer rows are not worth waking another thread (30 microseconds)."""


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="desk")


def at_desks(desks: Sequence[Any], n_rows: int, kernel: Callable[..., Any], *arguments: Any, people_per_row: int = 1) -> None:
    """Call ``kernel(books, first, end, *arguments)`` so that the stretches ``first .. end`` cover `n_rows` rows, one desk after another.

    Parameters
    ----------
    desks : the books of each desk; one thread each. kernel : a serial kernel. arguments : passed on as they are.
    people_per_row : how many people a row stands for.
    """
    n = max(1, min(len(desks), n_rows * people_per_row // FEWEST_ROWS))
    ends = [n_rows * desk // n for desk in range(n + 1)]
    others = [_pool().submit(kernel, desks[desk], ends[desk], ends[desk + 1], *arguments) for desk in range(1, n)]
    kernel(desks[0], ends[0], ends[1], *arguments)
    for other in others:
        other.result()


@intrinsic
def _atomic_add(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = make_array(array)(context, builder, arguments[0])
        place = cgutils.get_item_pointer(context, builder, array, view, [arguments[1]], wraparound=False)
        builder.atomic_rmw("add", place, context.cast(builder, arguments[2], value, array.dtype), "monotonic")
        return context.get_dummy_value()

    return types.void(array, index, value), generate


if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]

    def add(array: np.ndarray, index: Any, value: Any) -> None:
        """Add `value` to one number of a one-dimensional integer array, in one piece."""
        array[index] += value

else:

    @inline
    def add(array, index, value):
        """Add `value` to one number of a one-dimensional integer array, in one piece (x86: lock add; 5 ns)."""
        _atomic_add(array, np.int64(index), value)
