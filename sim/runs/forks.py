"""A forked process has no threads: a parallel kernel would kill it (OpenMP) or wait for ever. Better to say so first.

Python's `multiprocessing` forks on Linux up to Python 3.13 unless told otherwise; `sim.runs` starts fresh processes everywhere.
"""

from __future__ import annotations

import os

import numba

from sim.config.errors import UserError

_lost_threads = False


def _after_fork() -> None:
    global _lost_threads
    try:
        numba.threading_layer()
    except ValueError:  # no parallel kernel has run yet: the child starts threads of its own
        return
    _lost_threads = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def check_threads() -> None:
    """Raise UserError in a process that was forked after a model had started threads."""
    if _lost_threads:
        raise UserError(
            "this process was forked from one in which a model had run, and has lost its threads; start processes afresh: "
            "multiprocessing.get_context('spawn'), or sim.compare and sim.sweep, which do so"
        )
