"""Runs on all cores: processes that load the model once, keep their world, and simulate what they are told.

As `sim.runs.pool`, but a run here ends in a vector of moments instead of a folder, and a fit makes thousands of them.
"""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Self

import numpy as np

from sim.runs.pool import PATIENCE_S, environment, without_main
from sim.runs.stop import undisturbed
from sim.runs.worker import leave_terminal, receive

Simulator = Callable[[dict[str, float], int], np.ndarray]
"""Moments of parameter values and a seed."""
Job = tuple[Mapping[str, float], int]
OnDone = Callable[[Job, "np.ndarray | str"], None]
TRIES = 2
"""How often a run may take its process with it before it counts as failed."""


class Workers:
    """A context manager around processes of one thread each; they start at the first job.

    Parameters
    ----------
    count : processes.
    load : picklable function that a process calls once to get its simulator.
    """

    def __init__(self, count: int, load: Callable[[], Simulator]) -> None:
        self.count, self.load = count, load
        self.processes: dict[Connection, SpawnProcess] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def hire(self) -> None:
        """Start one more process."""
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs,), daemon=True, name="loopbrug-fit")
        with environment(1), without_main(), undisturbed():
            process.start()
        theirs.close()
        self.processes[ours] = process
        with suppress(OSError):  # it is gone already: `run` notices
            ours.send(self.load)

    def run(self, jobs: Sequence[Job], on_done: OnDone) -> None:
        """Do all jobs, in any order; `on_done` gets each with its moments, or with what went wrong as text."""
        waiting, busy, lost = deque(jobs), dict[Connection, Job](), dict[int, int]()
        while waiting or busy:
            while waiting and len(busy) < self.count:
                idle = next((pipe for pipe in self.processes if pipe not in busy), None)
                if idle is None:
                    self.hire()
                    continue
                busy[idle] = waiting.popleft()
                with suppress(OSError):  # it is gone: its end of the pipe says so below
                    idle.send(busy[idle])
            for pipe in connection.wait(list(busy)):
                assert isinstance(pipe, Connection)
                job = busy.pop(pipe)
                try:
                    answer = pipe.recv()
                except (EOFError, OSError):
                    code = self.bury(pipe)
                    lost[id(job)] = lost.get(id(job), 0) + 1
                    if lost[id(job)] < TRIES:
                        waiting.append(job)
                        continue
                    answer = f"the process of this run ended with code {code} (-9: probably for want of memory)"
                if isinstance(answer, tuple):
                    raise RuntimeError(f"the model cannot be loaded:\n{answer[1]}")
                on_done(job, answer)

    def bury(self, pipe: Connection) -> int | None:
        """Forget a process that ended; returns its exit code."""
        process = self.processes.pop(pipe)
        process.join(PATIENCE_S)
        pipe.close()
        return process.exitcode

    def close(self) -> None:
        """End all processes at once."""
        for pipe, process in self.processes.items():
            process.terminate()
            pipe.close()
        for process in self.processes.values():
            process.join(PATIENCE_S)
            if process.is_alive():
                process.kill()
                process.join()
        self.processes.clear()


def serve(pipe: Connection) -> None:
    """Answer the parent until it is gone: jobs come, moments or an error as text go. Ctrl-C is for the parent alone, whose end ends us."""
    leave_terminal()
    try:
        simulate = None
        load = receive(pipe)
        while True:
            values, seed = receive(pipe)
            if simulate is None:
                try:
                    simulate = load()
                except Exception:
                    pipe.send(("broken", traceback.format_exc()))
                    return
            try:
                answer: np.ndarray | str = np.asarray(simulate(dict(values), seed), np.float32)
            except Exception as error:
                answer = f"{type(error).__name__}: {error}"
            pipe.send(answer)
    except (EOFError, BrokenPipeError):  # the parent is gone
        return
