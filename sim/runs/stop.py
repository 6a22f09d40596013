"""Stopping a command: Ctrl-C, or SIGTERM of a scheduler, ends it within two seconds, says what is kept and how to go on.

Finished work is safe at any time (`sim.runs.store`), so stopping is only a matter of leaving quickly and without a traceback. The first
signal becomes a KeyboardInterrupt, further ones are ignored. Where that is not seen in time, because the main thread is inside a library
(compiling, waiting for a thread at exit), a thread that the signal wakes ends the process.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

PATIENCE_S = 1.0
"""Time for leaving in order."""
GO_ON = "Repeat the same command to go on where it stopped."
CODE = 128
"""A command that a signal ended has this exit code plus the number of the signal: 130 after Ctrl-C, 143 after SIGTERM."""


class _State:
    """What the process knows about its end."""

    number: int | None = None
    told: bool = False
    kept: Callable[[], str] | None = None
    sockets: tuple[socket.socket, ...] = ()


def keeps(kept: Callable[[], str]) -> None:
    """Say from now on what is kept with `kept`, e.g. ``13 of 40 runs are finished and kept.``"""
    _State.kept = kept


def asked() -> bool:
    """Whether somebody asked this process to stop."""
    return _State.number is not None


def exit_code() -> int:
    """Exit code of a command that was stopped."""
    return CODE + (_State.number or signal.SIGINT)


def message(kept: str | None = None) -> str:
    """What to tell the user."""
    word = "Terminated" if _State.number == signal.SIGTERM else "Interrupted"
    return f"{word}. {kept or (_State.kept() if _State.kept else 'What is finished is kept.')} {GO_ON}"


def tell(kept: str | None = None) -> None:
    """Say on standard error, once, what is kept and how to go on."""
    if not _State.told:
        _State.told = True
        print(message(kept), file=sys.stderr, flush=True)


def leave(kept: str | None = None) -> NoReturn:
    """Say what is kept, and end the process here and now: worker processes follow, and what was being written has no name yet."""
    tell(kept)
    sys.stdout.flush()
    os._exit(exit_code())


@contextmanager
def listening() -> Iterator[None]:
    """Stop in time while the body goes on, and after it; signals that this process was started to ignore stay ignored."""
    _State.number, _State.told, _State.kept = None, False, None  # of a command before this one in the same process
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    taken = {}
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
        if signal.getsignal(number) is usual:
            taken[number] = signal.signal(number, _on_signal)
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    _State.sockets = ours, theirs
    before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_last_resort, args=(ours, frozenset(taken)), daemon=True, name="stop").start()
    try:
        yield
    finally:
        if not asked():
            signal.set_wakeup_fd(before)
            for number, handler in taken.items():
                signal.signal(number, handler)
            theirs.close()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Start processes that a Ctrl-C in the terminal does not reach, not even before their first line; ours waits until they are started."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _on_signal(number: int, frame: FrameType | None) -> None:
    if not asked():
        _State.number = number
        raise KeyboardInterrupt


def _last_resort(ours: socket.socket, numbers: frozenset[int]) -> None:
    """Wait for the first signal, then end the process when it is still there after a while."""
    try:
        while (got := ours.recv(1)) and got[0] not in numbers:
            pass
    except OSError:
        return
    if not got:
        return
    time.sleep(PATIENCE_S)
    _State.number = _State.number or got[0]
    if sys.stderr.isatty():
        sys.stderr.write("\x1b[?25h")  # a progress bar hides the cursor
    leave()
