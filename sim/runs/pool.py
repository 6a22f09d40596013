"""Many runs at a time, on processes of this machine.

Each worker is a fresh interpreter (spawn: a copy of a process that has used threads may hang) with as many threads as one run
should use. It builds the world once and stays with it (`sim.runs.waiting`). The parent hands out one run at a time over a pipe, so that it
notices a worker that dies, records the run as failed and goes on with the others.

Protocol. The parent first sends ``(load_engine, identity)``. Worker to parent: ``("ready", warm)``, ``("done", record)``,
``("claimed", None)`` (another process is doing that run), ``("broken", (error, traceback))``. Parent to worker: ``("warm", None)``,
``("run", task)``, ``("stop", None)``. While the kernels are not compiled, one worker compiles and the others wait.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import ModuleType, TracebackType
from typing import Any, Self

from sim.config.errors import UserError
from sim.runs import stop
from sim.runs.claim import Claimed
from sim.runs.execute import Engine, Task, execute, loopbrug
from sim.runs.executor import OnDone
from sim.runs.identity import Identity
from sim.runs.losses import Losses, reason_of, record_loss
from sim.runs.record import RunRecord
from sim.runs.waiting import Shared, Waiting, shared_by

THREAD_SETTINGS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
PATIENCE_S = 1.0
"""How long a worker may take to end before it is killed."""
WAIT_S = 1.0
"""How long a worker waits for a run that another command is doing, before it looks at the next one of those."""
STILLBORN = 5
"""So many processes in a row may end before they did a run."""


@dataclass(eq=False)
class Worker:
    """A process, our end of its pipe, the run it is doing, and the world and history that it has in memory."""

    process: SpawnProcess
    pipe: Connection
    task: Task | None = None
    idle: bool = False
    has: Shared | None = None


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
        self.on_claimed: Callable[[int], None] = lambda runs: None
        self.warming: Worker | None = None
        self.waiting, self.claimed = Waiting(()), deque[Task]()
        self.losses, self.stillborn = Losses(), 0
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
        try:
            with environment(self.threads), without_main(), stop.undisturbed():
                process.start()
        except BrokenPipeError:  # it was killed before it had read what it is
            self.count_stillborn(None)
            self.hire()
            return
        theirs.close()
        self.workers.append(Worker(process, ours))
        self.tell(self.workers[-1], (self.load_engine, self.identity))

    def tell(self, worker: Worker, message: object) -> bool:
        """Send a message; False when the worker is gone, which `listen` will notice."""
        try:
            worker.pipe.send(message)
        except OSError:
            return False
        return True

    def run(self, tasks: Sequence[Task], on_done: OnDone = lambda record: None) -> list[RunRecord]:
        """Do all tasks; returns their records in the order of `tasks`.

        Raises
        ------
        UserError
            The run folders cannot be written.
        RuntimeError
            The model cannot be loaded: a fault of ours.
        """
        self.waiting, self.claimed, records = Waiting(tasks), deque[Task](), dict[str, RunRecord]()
        while len(self.workers) > max(1, len(tasks)):
            self.dismiss(self.workers[-1])
        while len(records) < len(tasks):
            self.hand_out()
            for ready in connection.wait([worker.pipe for worker in self.workers]):
                worker = next(worker for worker in self.workers if worker.pipe is ready)
                record = self.listen(worker)
                if record is not None:
                    records[record.key] = record
                    on_done(record)
            if not self.workers:
                self.hire()
        return [records[task.key] for task in tasks]

    def hand_out(self) -> None:
        """Give every idle worker something to do: a run, or the compiling that must come first; at the end runs that others had claimed."""
        for worker in self.workers:
            if not worker.idle:
                continue
            if self.warm and (self.waiting or self.claimed):
                first = bool(self.waiting)
                if not first:
                    self.on_claimed(len(self.claimed))
                others = {other.has for other in self.workers if other is not worker}
                task = self.waiting.take(worker.has, others) if first else self.claimed.popleft()
                if self.tell(worker, ("run", replace(task, patience_s=0.0 if first else WAIT_S))):
                    worker.task, worker.has = task, shared_by(task)
                else:
                    self.waiting.put_back(task)
                worker.idle = False
            elif not self.warm and self.warming is None:
                self.warming, worker.idle = worker, False
                self.on_cold()
                self.tell(worker, ("warm", None))

    def listen(self, worker: Worker) -> RunRecord | None:
        """Take one message of a worker; returns the record when it ends a run."""
        try:
            kind, content = worker.pipe.recv()
        except (EOFError, OSError):
            return self.bury(worker)
        if kind == "broken":
            error, trace = content
            raise error if isinstance(error, UserError) else RuntimeError(f"a worker process failed:\n{trace}")
        worker.idle = True
        if kind == "ready":
            self.warm = self.warm or content
            self.warming = None if worker is self.warming else self.warming
            self.stillborn = 0 if content else self.stillborn
            return None
        task, worker.task, self.stillborn = worker.task, None, 0
        if kind == "claimed" and task is not None:
            self.claimed.append(task)
            return None
        record: RunRecord = content
        return record

    def bury(self, worker: Worker) -> RunRecord | None:
        """A worker is gone: another takes its place, and its run is done once more; the second time it is recorded as failed."""
        worker.process.join(PATIENCE_S)
        code, task = worker.process.exitcode, worker.task
        self.workers.remove(worker)
        worker.pipe.close()
        self.warming = None if worker is self.warming else self.warming
        if task is None:
            self.count_stillborn(code)
            self.hire()
            return None
        self.hire()
        if self.losses.once_more(task):
            self.waiting.put_back(task)
            return None
        return record_loss(task, self.identity, reason_of(code))

    def count_stillborn(self, code: int | None) -> None:
        """Note that a worker ended without a run; RuntimeError when that happens again and again."""
        self.stillborn += 1
        if self.stillborn >= STILLBORN:
            raise RuntimeError(f"{STILLBORN} worker processes ended before they did a run, the last with code {code}")

    def dismiss(self, worker: Worker) -> None:
        """End a worker that is not needed."""
        self.workers.remove(worker)
        worker.process.terminate()
        worker.pipe.close()

    def close(self, gently: bool) -> None:
        """End all workers; at once when something went wrong or the user pressed Ctrl-C."""
        for worker in self.workers:
            if not (gently and worker.idle and self.tell(worker, ("stop", None))):
                worker.process.terminate()
        for worker in self.workers:
            worker.process.join(PATIENCE_S)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.pipe.close()
        self.workers.clear()


def run_here(
    tasks: Sequence[Task],
    identity: Identity,
    engine: Engine,
    on_done: OnDone = lambda record: None,
    on_claimed: Callable[[int], None] = lambda runs: None,
) -> list[RunRecord]:
    """Do all tasks in this process, one after the other; those that another command is doing at the end."""
    waiting, records, patience_s = deque(tasks), dict[str, RunRecord](), dict[str, float]()
    while waiting:
        if not engine.is_warm():
            engine.warm_up()
        task = waiting.popleft()
        try:
            record = execute(replace(task, patience_s=patience_s.get(task.key, 0.0)), identity, engine)
        except Claimed:
            patience_s[task.key] = WAIT_S
            waiting.append(task)
            if len(patience_s) == len(waiting):
                on_claimed(len(waiting))
            continue
        records[task.key] = record
        on_done(record)
    return [records[task.key] for task in tasks]


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
