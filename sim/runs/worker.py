"""What a worker process does: import the model once, then runs until told to stop. It imports neither Hydra nor Plotly."""

from __future__ import annotations

import os
import signal
import traceback
from multiprocessing.connection import Connection


def serve(connection: Connection) -> None:
    """Answer the messages of the parent; see `sim.runs.pool` for the protocol.

    The parent alone handles Ctrl-C. Ignoring the signal is not enough, since Polars listens to it while it writes a file; so the worker
    leaves the group of processes that a terminal sends it to. When the parent is gone the connection ends, and so does the worker.
    Everything heavy is imported after that.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setsid"):
        os.setsid()
    try:
        load_engine, identity = connection.recv()
        from sim.runs.execute import execute

        engine = load_engine()
        connection.send(("ready", engine.is_warm()))
        while True:
            kind, task = connection.recv()
            if kind == "stop":
                return
            if kind == "warm":
                engine.warm_up()
                connection.send(("ready", True))
            else:
                connection.send(("done", execute(task, identity, engine)))
    except (EOFError, BrokenPipeError):  # the parent is gone
        return
    except Exception as error:  # not a failed run, which is a record, but a fault of ours or a folder that cannot be written
        connection.send(("broken", (error, traceback.format_exc())))
