"""Many runs at a time, on processes of this machine.

Each worker is a fresh interpreter (spawn: a copy of a process that has used threads may hang) with as many threads as one run
should use. It builds the world once. The parent hands out one run at a time over a pipe, so that it notices a worker that dies,
records the run as failed and goes on with the others.

Protocol. The parent first sends ``(load_engine, identity)``. Worker to parent: ``("ready", warm)``, ``("done", record)``,
``("broken", (error, traceback))``. Parent to worker: ``("warm", None)``, ``("run", task)``, ``("stop", None)``. While the kernels are
not compiled, one worker compiles and the others wait.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import ModuleType, TracebackType
from typing import Any, Self

from sim.config.errors import UserError
from sim.runs import store
from sim.runs.execute import Engine, Task, execute, failure, fill, loopbrug
from sim.runs.executor import OnDone
from sim.runs.identity import Identity
from sim.runs.record import RunRecord

THREAD_SETTINGS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
PATIENCE_S = 1.0
"""How long a worker may take to end before it is killed."""


class WorkerLost(RuntimeError):
    """A worker process ended in the middle of a run."""


@dataclass(eq=False)
class Worker:
    """A process, our end of its pipe, the run it is doing, and the history it has in memory (`sim.runs.history`)."""

    process: SpawnProcess
    pipe: Connection
    task: Task | None = None
    idle: bool = False
    history: bytes = b""


class Pool:
    """A context manager around worker processes; start it early, since a worker needs a second to import the model.

    Parameters
    ----------
    processes, threads
        Number of workers, and threads of each.
    load_engine
        Module-level function that a worker calls to get the model; tests pass a small one.
    """

    def __init__(self, processes: int, threads: int, identity: Identity, load_engine: Callable[[], Engine] = loopbrug) -> None:
        self.threads, self.identity, self.load_engine = threads, identity, load_engine
        self.warm = False
        self.on_cold: Callable[[], None] = lambda: None
        self.warming: Worker | None = None
        self.workers: list[Worker] = []
        for _ in range(processes):
            self.hire()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close(gently=kind is None)

    def hire(self) -> None:
        """Start one more worker."""
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        from sim.runs.worker import serve

        process = context.Process(target=serve, args=(theirs,), daemon=True, name="loopbrug-run")
        with environment(self.threads), without_main():
            process.start()
        theirs.close()
        ours.send((self.load_engine, self.identity))
        self.workers.append(Worker(process, ours))

    def run(self, tasks: Sequence[Task], on_done: OnDone = lambda record: None) -> list[RunRecord]:
        """Do all tasks; returns their records in the order of `tasks`.

        Raises
        ------
        UserError
            The run folders cannot be written.
        RuntimeError
            The model cannot be loaded: a fault of ours.
        """
        waiting, records = deque(tasks), dict[str, RunRecord]()
        while len(self.workers) > max(1, len(tasks)):
            self.dismiss(self.workers[-1])
        while len(records) < len(tasks):
            self.hand_out(waiting)
            for ready in connection.wait([worker.pipe for worker in self.workers]):
                worker = next(worker for worker in self.workers if worker.pipe is ready)
                record = self.listen(worker)
                if record is not None:
                    records[record.key] = record
                    on_done(record)
            if not self.workers:
                self.hire()
        return [records[task.key] for task in tasks]

    def hand_out(self, waiting: deque[Task]) -> None:
        """Give every idle worker something to do: a run, or the compiling that must come first."""
        for worker in self.workers:
            if not worker.idle:
                continue
            if self.warm and waiting:
                worker.task, worker.idle = self.choose(worker, waiting), False
                worker.history = worker.task.history
                worker.pipe.send(("run", worker.task))
            elif not self.warm and self.warming is None:
                self.warming, worker.idle = worker, False
                self.on_cold()
                worker.pipe.send(("warm", None))

    def choose(self, worker: Worker, waiting: deque[Task]) -> Task:
        """Take the next run for a worker: one of the history it has, else the first of a history that no other has, else the first."""
        taken = {other.history for other in self.workers if other is not worker and other.history}
        free = [task for task in waiting if task.history not in taken]
        task = next((task for task in waiting if task.history == worker.history), (free or waiting)[0])
        waiting.remove(task)
        return task

    def listen(self, worker: Worker) -> RunRecord | None:
        """Take one message of a worker; returns the record when it ends a run."""
        try:
            kind, content = worker.pipe.recv()
        except (EOFError, ConnectionResetError):
            return self.bury(worker)
        if kind == "broken":
            error, trace = content
            raise error if isinstance(error, UserError) else RuntimeError(f"a worker process failed:\n{trace}")
        worker.idle = True
        if kind == "ready":
            self.warm = self.warm or content
            self.warming = None if worker is self.warming else self.warming
            return None
        worker.task = None
        record: RunRecord = content
        return record

    def bury(self, worker: Worker) -> RunRecord:
        """A worker is gone: its run failed, another worker takes its place."""
        worker.process.join(PATIENCE_S)
        code, task = worker.process.exitcode, worker.task
        self.workers.remove(worker)
        worker.pipe.close()
        if task is None:
            raise RuntimeError(f"a worker process ended with code {code} before it did a run")
        reason = (
            "killed, probably for want of memory: try a smaller population.scale or compute.processes=1"
            if code == -9
            else f"exit code {code}"
        )
        record = failure(task, self.identity, WorkerLost(f"the process of this run ended unexpectedly ({reason})"), 0.0)
        store.write(task.folder, lambda folder: fill(folder, task.config, record, None))
        self.hire()
        return record

    def dismiss(self, worker: Worker) -> None:
        """End a worker that is not needed."""
        self.workers.remove(worker)
        worker.process.terminate()
        worker.pipe.close()

    def close(self, gently: bool) -> None:
        """End all workers; at once when something went wrong or the user pressed Ctrl-C."""
        for worker in self.workers:
            if gently and worker.idle:
                worker.pipe.send(("stop", None))
            else:
                worker.process.terminate()
        for worker in self.workers:
            worker.process.join(PATIENCE_S)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.pipe.close()
        self.workers.clear()


def run_here(tasks: Sequence[Task], identity: Identity, engine: Engine, on_done: OnDone = lambda record: None) -> list[RunRecord]:
    """Do all tasks in this process, one after the other."""
    records = []
    for task in tasks:
        if not engine.is_warm():
            engine.warm_up()
        records.append(execute(task, identity, engine))
        on_done(records[-1])
    return records


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def useful_processes(asked: int, threads: int, scale: float, *, keeps_history: bool = False) -> int:
    """Runs at a time: what the user asked for, else as many as cores and free memory allow."""
    if asked:
        return asked
    whole_country = MEMORY_GB_WHOLE_COUNTRY + MEMORY_GB_HISTORY * keeps_history
    by_memory = int(free_memory_gb() / (MEMORY_GB + whole_country * scale))
    return max(1, min(cores() // threads, by_memory))


MEMORY_GB = 0.5
"""Memory of a worker with a tiny population: interpreter, libraries, kernels, tables. Measured: 0.46 GB."""
MEMORY_GB_WHOLE_COUNTRY = 2.5
"""Extra memory of a worker with everybody in it; scales with the population. Measured: 1.7 GB in the first half year, plus a margin."""

MEMORY_GB_HISTORY = 1.1
"""Extra memory of a history that is kept for the next scenario, with everybody in it. Measured at 1:100: 10 MB."""


def free_memory_gb() -> float:
    """Memory that can be had without swapping; plenty where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            available = next(line for line in file if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return float("inf")
    return int(available.split()[1]) * 1024 / 1e9


@contextmanager
def environment(threads: int) -> Iterator[None]:
    """Start processes that use `threads` threads each."""
    before = {name: os.environ.get(name) for name in THREAD_SETTINGS}
    os.environ.update(dict.fromkeys(THREAD_SETTINGS, str(threads)))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def without_main() -> Iterator[None]:
    """Start processes that do not import the user's script or our command line again.

    A spawned process imports the main module of its parent, which costs time and, in a script without
    ``if __name__ == "__main__"``, starts everything anew. Our workers need nothing of it.
    """
    main: Any = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
