"""A set of runs: use what is finished, do the rest, gather the failures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.config.errors import UserError
from sim.config.schema import SimConfig
from sim.runs import claim, failures, record, stop, store
from sim.runs.cores import cores, limit_threads, share
from sim.runs.execute import Engine, Task, execute, loopbrug, task_of
from sim.runs.executor import Executor, elsewhere, is_local
from sim.runs.identity import Identity, identity
from sim.runs.pool import Pool, run_here
from sim.runs.progress import Silent, plural
from sim.runs.record import RunRecord

KEPT = "{} of {} runs are finished and kept."


class Interrupted(Exception):
    """The user pressed Ctrl-C; finished runs are kept."""

    def __init__(self, finished: int, total: int) -> None:
        super().__init__(f"Interrupted. {KEPT.format(finished, total)}")


@dataclass(frozen=True)
class Batch:
    """Runs and their records, in the order they were asked for."""

    tasks: tuple[Task, ...]
    records: tuple[RunRecord, ...]

    @property
    def folders(self) -> list[Path]:
        """Folders of the runs that finished."""
        return [task.folder for task, record in zip(self.tasks, self.records, strict=True) if record.ok]

    @property
    def failures(self) -> list[dict[str, Any]]:
        """The runs that failed, as ``--json`` shows them."""
        return failures.documents(self.tasks, self.records)

    def runs_for_machines(self) -> list[dict[str, Any]]:
        """The finished runs, as ``--json`` shows them."""
        return [record.for_machines(task.folder) for task, record in zip(self.tasks, self.records, strict=True) if record.ok]


class Runner:
    """Does batches of runs. Worker processes start when it is made, so that they import the model while the configuration is read.

    Parameters
    ----------
    early : start workers now; wrong guesses about their number are mended later
    load_engine : gives the model; tests pass a small one
    """

    def __init__(self, *, early: bool = False, load_engine: Callable[[], Engine] = loopbrug, who: Identity | None = None) -> None:
        self.load_engine = load_engine
        self.who = who or identity()
        self.pool = Pool(cores(), 1, self.who, load_engine) if early and cores() > 1 else None
        self.cluster: Executor | None = None

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.close(gently=kind is None)

    def close(self, gently: bool = True) -> None:
        """End the worker processes."""
        if self.pool is not None:
            self.pool.close(gently)
            self.pool = None
        if self.cluster is not None:
            self.cluster.close(gently)
            self.cluster = None

    def run(self, configs: Sequence[SimConfig], progress: Silent | None = None) -> Batch:
        """Do every run that is not finished yet.

        Raises
        ------
        Interrupted
            Ctrl-C; within two seconds, whatever the workers are doing.
        UserError
            The run folders cannot be written.
        """
        progress = progress or Silent()
        records = dict[str, RunRecord]()
        places = {Path(config.runs_dir) for config in configs}
        tasks: tuple[Task, ...] = ()

        def counted() -> tuple[int, int]:
            return sum(record.ok for record in records.values()), len(tasks)

        def keep(record: RunRecord) -> None:
            records[record.key] = record
            progress.done(record)

        stop.keeps(lambda: KEPT.format(*counted()) if tasks else "What is finished is kept.")
        try:
            tasks = tuple({task.key: task for task in (task_of(config, self.who) for config in configs)}.values())
            for runs_dir in places:
                store.clean(runs_dir)
            for task in tasks:
                if (found := self.found(task, progress)) is not None:
                    records[task.key] = found
            todo = [task for task in tasks if task.key not in records]
            progress.begin(len(todo), len(records))
            if todo:
                if not all(claim.works(runs_dir) for runs_dir in places):
                    progress.note(claim.NONE_HERE)
                self.do(todo, keep, progress)
                for runs_dir in places:  # workers of a command that was killed may have outlived our first cleaning by a moment
                    store.clean(runs_dir)
        except BaseException as error:
            self.close(gently=False)
            for runs_dir in places:  # what our own workers were writing
                store.clean(runs_dir)
            if isinstance(error, KeyboardInterrupt):
                raise Interrupted(*counted()) from None
            raise
        finally:
            progress.end()
        return Batch(tasks, tuple(records[task.key] for task in tasks))

    def found(self, task: Task, progress: Silent) -> RunRecord | None:
        """The record of a run that is there already; one with a half file is named, and counts as missing."""
        try:
            there = record.read(task.folder)
        except UserError:  # written by another version under the same key: it is done again
            return None
        if there is None or not there.ok:
            return None
        wrong = store.fault(task.folder, there.files)
        if wrong is not None:
            progress.note(f"{wrong}: this run is done again.")
            return None
        return there

    def do(self, tasks: list[Task], on_done: Callable[[RunRecord], None], progress: Silent) -> None:
        """Do tasks where the configuration says: here when there is one, else on processes of this machine, or on a cluster."""

        def on_claimed(runs: int) -> None:
            progress.note(f"{plural(runs, 'run')} being done by another command in this folder; waiting for the results ...")

        first = tasks[0].config
        if not is_local(first):
            self.close()
            self.cluster = elsewhere(first, self.who, self.load_engine, progress.note)
            self.cluster.run(tasks, on_done)
            return
        compute, scale = first.compute, first.population.scale
        shares = share(len(tasks), scale, processes=compute.processes, threads=first.threads, keeps_history=bool(tasks[0].history))
        processes, threads = shares.processes, shares.threads
        if processes == 1:
            self.close()
            limit_threads(cores())
            engine = self.load_engine()
            if not engine.is_warm():
                progress.note(COMPILING)
            if len(tasks) == 1:
                if not engine.is_warm():
                    engine.warm_up()
                on_done(execute(replace(tasks[0], is_last=True), self.who, engine, progress.month))
            else:
                run_here(tasks, self.who, engine, on_done, on_claimed)
            return
        if self.pool is None or self.pool.threads != threads:
            self.close(gently=False)
            self.pool = Pool(processes, threads, self.who, self.load_engine)
        while len(self.pool.workers) > processes:
            self.pool.dismiss(self.pool.workers[-1])
        while len(self.pool.workers) < processes:
            self.pool.hire()
        self.pool.on_claimed = once(on_claimed)
        self.pool.on_cold = lambda: progress.note(COMPILING)
        self.pool.run(tasks, on_done)


def once(say: Callable[[int], None]) -> Callable[[int], None]:
    """`say`, but only the first time."""
    said = list[int]()

    def maybe(runs: int) -> None:
        if not said:
            said.append(runs)
            say(runs)

    return maybe


COMPILING = "Compiling the model for this machine, once (about a minute) ..."
