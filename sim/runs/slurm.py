"""Many runs as jobs of Slurm (`compute=slurm`), through submitit.

A job does some runs, `compute.runs_per_job`, on the cores that it gets, with the same pool of processes as `compute=laptop`; so it builds
the world once per core. It writes to the store itself: runs_dir must be on a file system that the nodes and this machine share, under the
same path, as must the installation. The driver looks at the folders, run by run. When a job has ended -
done, timed out, out of memory, node lost - without a record of some of its runs, those are submitted again, `compute.retries` times, and
recorded as failed after that.

Ctrl-C cancels the jobs. When the driver is killed instead they go on, and the next command uses what they have finished.

Source: submitit, https://github.com/facebookincubator/submitit. Tested with its local executor (`compute.scheduler=local`) and with a
stand-in for Slurm's commands; a real Slurm was not available.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import batched
from pathlib import Path
from typing import Any

from sim.config.errors import UserError
from sim.config.schema import Compute
from sim.runs import record as records
from sim.runs.execute import Engine, Task, loopbrug
from sim.runs.executor import OnDone
from sim.runs.identity import Identity, identity
from sim.runs.losses import Losses, record_loss
from sim.runs.node import compile_once, differences, host, memory_of_a_run
from sim.runs.pool import Pool
from sim.runs.record import RunRecord

LOGS = ".jobs"
"""Folder in runs_dir for what submitit and Slurm write: scripts, logs, results of jobs."""
LOOK_S = {"slurm": 5.0, "local": 0.2}
"""Seconds between two looks at the folders."""
ARRAY = 1000
"""Jobs of one array; Slurm takes 1001 unless told otherwise (MaxArraySize)."""
LATE_S = {"slurm": 60.0, "local": 0.0}
"""How long a folder written by an ended job may take to appear: network file systems remember for a while what was not there."""


@dataclass(frozen=True)
class Chunk:
    """The runs of one job. It is called on the node, by submitit."""

    tasks: tuple[Task, ...]
    who: Identity
    here: Identity
    load_engine: Callable[[], Engine]
    processes: int
    threads: int

    def __call__(self) -> None:
        """Do the runs, one or more at a time; finished ones are left alone.

        Raises
        ------
        UserError
            This machine has another version of the model.
        """
        there = identity()
        found = differences(self.here, there)
        if found:
            raise UserError(f"{host()} would give other results than the machine that submitted: {'; '.join(found)}")
        compile_once(self.load_engine())
        with Pool(min(self.processes, len(self.tasks)), self.threads, replace(self.who, platform=there.platform), self.load_engine) as pool:
            pool.run(self.tasks)


@dataclass(eq=False)
class Submitted:
    """A job and the runs that it has not ended yet, in the order in which it does them."""

    job: Any
    tasks: list[Task]
    ended_at: float = math.inf


class Jobs:
    """The executor of compute=slurm; see `sim.runs.executor`. Parameters as of `sim.runs.ray_cluster.RayCluster`."""

    def __init__(
        self,
        compute: Compute,
        threads: int,
        who: Identity,
        load_engine: Callable[[], Engine] = loopbrug,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.compute, self.threads, self.who, self.load_engine, self.say = compute, threads, who, load_engine, say
        self.submitted: list[Submitted] = []
        self.losses = Losses(compute.retries + 1)
        self.before: dict[str, int] = {}
        self.executor: Any = None

    def run(self, tasks: Sequence[Task], on_done: OnDone = lambda record: None) -> None:
        """Do all tasks; see `Executor`.

        Raises
        ------
        UserError
            submitit or Slurm is not there, or the nodes have another version of the model.
        """
        tasks = [replace(task, folder=task.folder.absolute()) for task in tasks]
        self.before = {task.key: stamp(task.folder) for task in tasks}  # a failed run of an earlier command is no answer
        self.executor = self.prepare(tasks[0])
        self.submit(tasks)
        while self.submitted:
            for submitted in list(self.submitted):
                for record in self.look(submitted):
                    on_done(record)
            if self.submitted:
                time.sleep(LOOK_S[self.compute.scheduler])

    def prepare(self, first: Task) -> Any:
        """The executor of submitit with our settings."""
        try:
            import submitit
        except ImportError:
            raise UserError("compute=slurm needs submitit: uv run --extra slurm sim sweep ... (or pip install 'loopbrug[slurm]')") from None
        compute = self.compute
        if compute.scheduler == "slurm" and not (shutil.which("sbatch") and shutil.which("srun")):
            raise UserError("compute=slurm: no sbatch and srun on this machine; start the command on a login node of the cluster, "
                            "or try it out with compute.scheduler=local")  # fmt: skip
        runs_dir = first.folder.parent.parent
        executor = submitit.AutoExecutor(folder=runs_dir / LOGS / "%j", cluster=compute.scheduler)
        at_a_time = self.processes_of_a_job()
        executor.update_parameters(
            name="loopbrug",
            timeout_min=compute.minutes,
            cpus_per_task=compute.cores_per_job,
            mem_gb=math.ceil(memory_of_a_run(first.config) * (at_a_time + 1) / 2**30),  # and the process that watches them
        )
        if compute.scheduler == "slurm":
            executor.update_parameters(slurm_array_parallelism=max(1, compute.processes // at_a_time) if compute.processes else 10_000)
            if compute.partition:
                executor.update_parameters(slurm_partition=compute.partition)
        return executor

    def processes_of_a_job(self) -> int:
        """Runs that one job does at a time."""
        return max(1, self.compute.cores_per_job // self.threads)

    def submit(self, tasks: Sequence[Task]) -> None:
        """Submit runs as one array of jobs; those of one simulated history go to the same job as far as it can hold them."""
        ordered = sorted(tasks, key=lambda task: task.history) if any(task.history for task in tasks) else tasks
        parts = list(batched(ordered, self.compute.runs_per_job))
        at_a_time = self.processes_of_a_job()
        chunks = [Chunk(part, self.who, identity(), self.load_engine, at_a_time, self.threads) for part in parts]
        jobs = [job for some in batched(chunks, ARRAY) for job in self.executor.submit_array(some)]
        self.submitted += [Submitted(job, list(part)) for job, part in zip(jobs, parts, strict=True)]

    def look(self, submitted: Submitted) -> Iterator[RunRecord]:
        """Records of the runs of a job that ended since the last look; what an ended job left undone is submitted again or has failed."""
        is_over = submitted.job.done()
        if is_over:
            submitted.ended_at = min(submitted.ended_at, time.monotonic())
        for task in submitted.tasks[: None if is_over else 2 * self.processes_of_a_job()]:  # a job takes them in this order
            if stamp(task.folder) != self.before[task.key] and (found := records.read(task.folder)) is not None:
                submitted.tasks.remove(task)
                yield found
        if submitted.tasks and time.monotonic() - submitted.ended_at < LATE_S[self.compute.scheduler]:
            return
        if is_over or not submitted.tasks:
            self.submitted.remove(submitted)
        if is_over and submitted.tasks:
            yield from self.again(submitted)

    def again(self, submitted: Submitted) -> Iterator[RunRecord]:
        """Submit the undone runs of an ended job once more; yields records of those that have been done too often."""
        why = reason(submitted.job)
        repeat = []
        for task in submitted.tasks:
            if self.losses.once_more(task):
                repeat.append(task)
            else:
                yield record_loss(task, self.who, f"its job ended without it: {why}; log: {submitted.job.paths.stderr}", self.losses.tries)
        if repeat:
            self.say(f"job {submitted.job.job_id} ended without {len(repeat)} of its runs ({why}); they are submitted again")
            self.submit(repeat)

    def close(self, gently: bool) -> None:
        """Cancel the jobs that are left."""
        jobs, self.submitted = [submitted.job for submitted in self.submitted], []
        if not jobs:
            return
        if self.compute.scheduler == "local":
            for job in jobs:
                job.cancel()
            return
        arrays = sorted({job.job_id.partition("_")[0] for job in jobs})
        subprocess.Popen(["scancel", *arrays], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def stamp(folder: Path) -> int:
    """When the record of a run was written, nanoseconds; 0 when there is none."""
    try:
        return (folder / records.FILE_NAME).stat().st_mtime_ns
    except (FileNotFoundError, NotADirectoryError):
        return 0


def reason(job: Any) -> str:
    """Why a job ended, in one line; a mistake of the user is raised as such."""
    if not job.paths.result_pickle.exists():  # submitit would wait for it
        return f"state {job.state}"
    error = job.exception()
    text = str(error)
    if "UserError" in text:
        line = next((line for line in reversed(text.splitlines()) if "UserError" in line), text)
        raise UserError(f"compute=slurm: {line.partition('UserError: ')[2] or line}")
    return text.strip().splitlines()[-1] if text.strip() else f"state {job.state}"
