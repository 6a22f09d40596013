"""Where runs are done: the interface of what does them, and which one a configuration asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from sim.config.schema import SimConfig
from sim.runs.execute import Engine, Task
from sim.runs.identity import Identity
from sim.runs.record import RunRecord

OnDone = Callable[[RunRecord], None]


class Executor(Protocol):
    """Does runs somewhere: on processes of this machine (`sim.runs.pool.Pool`), or on a cluster.

    Whatever happens to a run - an error, a dead process, a lost machine - ends in a record; the others go on.
    """

    def run(self, tasks: Sequence[Task], on_done: OnDone) -> object:
        """Do all tasks; calls `on_done` once for each, as soon as its folder stands in the store.

        Raises
        ------
        UserError
            The run folders cannot be written, or there is no such place to run.
        RuntimeError
            The model cannot be loaded there: a fault of ours.
        """

    def close(self, gently: bool) -> None:
        """End what was started; at once unless `gently`."""


def is_local(config: SimConfig) -> bool:
    """Whether the runs are done on this machine."""
    return config.compute.name == "laptop"


def elsewhere(config: SimConfig, who: Identity, load_engine: Callable[[], Engine], say: Callable[[str], None]) -> Executor:
    """The executor of the cluster that a configuration asks for; nothing is connected yet."""
    threads = config.threads or 1
    if config.compute.name == "ray":
        from sim.runs.ray_cluster import RayCluster

        return RayCluster(config.compute, threads, who, load_engine, say)
    from sim.runs.slurm import Jobs

    return Jobs(config.compute, threads, who, load_engine, say)
