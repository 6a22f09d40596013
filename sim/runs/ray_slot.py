"""A slot of a Ray cluster: the process that does one run at a time, and stays, so that it builds the world once."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace

from sim.runs import store
from sim.runs.execute import Engine, Task, do
from sim.runs.identity import Identity, identity
from sim.runs.node import compile_once, host
from sim.runs.parcel import Parcel, pack


@dataclass(frozen=True)
class Facts:
    """What a slot says of itself before it gets runs."""

    host: str
    process: int
    identity: Identity
    is_warm: bool


class Slot:
    """A Ray actor. Its thread settings stand in the environment before anything heavy is imported (`sim.runs.ray_cluster`).

    Parameters
    ----------
    load_engine : gives the model
    who : the installation of the driver, which records are made out to
    shared : whether this process writes to the store itself
    """

    def __init__(self, load_engine: Callable[[], Engine], who: Identity, shared: bool) -> None:
        self.load_engine, self.shared = load_engine, shared
        self.who = replace(who, platform=identity().platform)

    def facts(self) -> Facts:
        """Load the model; say which one it is, where, and whether its kernels are compiled."""
        self.engine = self.load_engine()
        return Facts(host(), os.getpid(), identity(), self.engine.is_warm())

    def warm_up(self) -> None:
        """Compile the kernels, once for all slots of this machine."""
        compile_once(self.engine)

    def do(self, task: Task) -> Parcel:
        """Do a run, which the driver has claimed; the files come along unless the store can be reached from here."""
        if self.shared:
            return Parcel(store.finished(task.folder) or do(task, self.who, self.engine, None), {})
        return pack(task, self.who, self.engine)
