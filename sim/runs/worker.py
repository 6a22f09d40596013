"""What a worker process does: import the model once, then runs until told to stop. It imports neither Hydra nor Plotly."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from multiprocessing.connection import Connection
from typing import Any

ORPHANED = 70
"""Exit code of a process whose parent is gone."""


def serve(connection: Connection) -> None:
    """Answer the messages of the parent; see `sim.runs.pool` for the protocol.

    Everything heavy is imported after the terminal was left to the parent.
    """
    leave_terminal()
    try:
        load_engine, identity = receive(connection)
        from sim.runs.claim import Claimed
        from sim.runs.execute import execute

        engine = load_engine()
        connection.send(("ready", engine.is_warm()))
        while True:
            kind, task = receive(connection)
            if kind == "stop":
                return
            if kind == "warm":
                engine.warm_up()
                connection.send(("ready", True))
                continue
            try:
                answer: tuple[str, Any] = "done", execute(task, identity, engine)
            except Claimed:
                answer = "claimed", None
            connection.send(answer)
    except (EOFError, BrokenPipeError):  # the parent is gone
        return
    except Exception as error:  # not a failed run, which is a record, but a fault of ours or a folder that cannot be written
        try:
            connection.send(("broken", (error, traceback.format_exc())))
        except OSError:  # the parent is gone
            return


def receive(connection: Connection) -> Any:
    """The next message; EOFError when the other side is gone, also in the middle of a message."""
    try:
        return connection.recv()
    except OSError as error:
        raise EOFError from error


def leave_terminal() -> None:
    """Leave Ctrl-C to the parent, and end when the parent ends.

    Ignoring the signal is not enough, since Polars listens to it while it writes a file; so the process leaves the group of processes that
    a terminal sends it to. A kill of the parent closes our connection, but who compiles or simulates does not look at it: so a thread
    waits for the end of the parent, and ends the process there and then. What was being written has no name yet, and a claim ends with us.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setsid"):
        os.setsid()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=end_after, args=(parent,), daemon=True, name="parent").start()


def end_with_input() -> None:
    """End this process when its standard input ends: a pipe that its parent holds, and that closes whatever ends the parent."""

    def wait() -> None:
        while os.read(0, 1):  # not sys.stdin, whose lock would be held when the process ends by itself
            pass
        os._exit(ORPHANED)

    threading.Thread(target=wait, daemon=True, name="parent").start()


def end_after(parent: Any) -> None:
    """Wait for a process, then end this one at once."""
    parent.join()
    os._exit(ORPHANED)
