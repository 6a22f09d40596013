"""Many runs at a time, on a Ray cluster (`compute=ray`).

The driver asks Ray for slots: actors of `compute.threads` cores and the memory of a run, as many as the cluster has room for and as there
are runs. A slot stays and does one run after the other, so it builds the world once, as a process of `sim.runs.pool` does. Machines that
join are used from the next look at the cluster on. When a slot is lost - killed, out of memory, machine gone - another takes its place and
its run is done again, `compute.retries` times; after that it is recorded as failed. Ray itself repeats nothing, so every run is counted.

Results travel to the driver, which writes them, unless `compute.shared_folder` says that the slots can. The driver claims a run before it
hands it out (`sim.runs.claim`), so two sweeps in one folder do not do a run twice; what another has claimed is looked at again at the end.

The model: a cluster that is started here uses this installation. To another one this copy of the package is sent (`compute.ship_code`),
the libraries must be there. Either way a slot first tells what it would run, and the driver refuses another model.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.config.errors import UserError
from sim.config.schema import Compute
from sim.runs import claim, store
from sim.runs.claim import Claim, Claimed
from sim.runs.cores import cores
from sim.runs.execute import Engine, Task, loopbrug
from sim.runs.executor import OnDone
from sim.runs.identity import PACKAGE, Identity, identity
from sim.runs.losses import Losses, record_loss
from sim.runs.node import differences, memory_of_a_run
from sim.runs.parcel import Parcel
from sim.runs.pool import THREAD_SETTINGS
from sim.runs.ray_connection import SETTINGS, in_one_line, reach, shut_down_at_once
from sim.runs.ray_slot import Facts, Slot
from sim.runs.record import RunRecord
from sim.runs.waiting import Shared, Waiting, shared_by

LOOK_S = 2.0
"""Seconds between two looks at the size of the cluster."""
PATIENCE_S = 20.0
"""Seconds without any slot after which the user is told that the cluster gives none."""
STILLBORN = 3
"""Slots lost in a row before they said what they are, after which there is no use in asking for more."""
FOLDER_S = 60.0
"""How long a folder that another machine wrote may take to appear here."""
OBJECTS = 256 * 2**20
"""Memory of the store of objects of a Ray that is started here, bytes: room for some hundred results under way."""


@dataclass(eq=False)
class Place:
    """A slot as the driver sees it: its actor, the run it is doing, and the world and history that it has in memory."""

    actor: Any
    task: Task | None = None
    has: Shared | None = None


class RayCluster:
    """The executor of compute=ray; see `sim.runs.executor`. It connects when it gets its first runs.

    Parameters
    ----------
    compute, threads
        Settings; threads of one run.
    who
        The installation that records are made out to.
    load_engine
        Module-level function that a slot calls to get the model; tests pass a small one.
    say
        Told what takes long.
    """

    def __init__(
        self,
        compute: Compute,
        threads: int,
        who: Identity,
        load_engine: Callable[[], Engine] = loopbrug,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.compute, self.threads, self.who, self.load_engine, self.say = compute, threads, who, load_engine, say
        self.ray: Any = None
        self.is_mine = False
        self.environment: dict[str, str] = {}
        self.secret: dict[str, str] = {}
        self.places: list[Place] = []
        self.busy: dict[Any, Place] = {}
        self.idle: list[Place] = []
        self.waiting, self.claimed = Waiting(()), deque[Task]()
        self.claims: dict[str, Claim] = {}
        self.hosts: set[str] = set()
        self.losses = Losses(compute.retries + 1)
        self.stillborn, self.looked, self.told = 0, -LOOK_S, False

    def run(self, tasks: Sequence[Task], on_done: OnDone = lambda record: None) -> None:
        """Do all tasks; see `Executor`.

        Raises
        ------
        UserError
            Ray is not installed, the cluster cannot be reached or has another version of the model, or the run folders cannot be written.
        RuntimeError
            The model cannot be loaded on the cluster: a fault of ours.
        """
        self.connect()
        began, left = time.monotonic(), len(tasks)
        self.waiting, self.claimed = Waiting([replace(task, folder=task.folder.absolute()) for task in tasks]), deque()
        memory = memory_of_a_run(tasks[0].config)
        while left:
            self.staff(left, memory)
            for record in [*self.answers(), *self.hand_out()]:
                left -= 1
                on_done(record)
            if not self.told and not self.hosts and time.monotonic() - began > PATIENCE_S:
                self.told = True
                self.say(f"Waiting for the cluster: a run asks for {self.threads} core(s) and {memory / 1e9:.2f} GB on one machine ...")

    def staff(self, left: int, memory: float) -> None:
        """Ask for slots: as many as the cluster has room for, and as there are runs left."""
        if time.monotonic() - self.looked < LOOK_S:
            return
        self.looked = time.monotonic()
        wanted = min(left, self.compute.processes or self.room(memory))
        actor = self.ray.remote(Slot).options(num_cpus=self.threads, memory=int(memory), max_restarts=0, max_task_retries=0)
        if self.environment:
            actor = actor.options(runtime_env={"env_vars": self.environment})
        while len(self.places) < wanted:
            place = Place(actor.remote(self.load_engine, self.who, self.compute.shared_folder))
            self.places.append(place)
            self.busy[place.actor.facts.remote()] = place

    def room(self, memory: float) -> int:
        """Runs that fit on the machines that are there now, at least one, so that a cluster that grows on demand gets some demand."""
        resources = [node["Resources"] for node in self.ray.nodes() if node["Alive"]]
        return max(1, sum(int(min(there.get("CPU", 0) // self.threads, there.get("memory", 0) // memory)) for there in resources))

    def answers(self) -> Iterator[RunRecord]:
        """Records of the runs that ended; waits a while for the first call that ends."""
        calls = list(self.busy)
        if not calls:
            time.sleep(LOOK_S / 10)
            return
        ready, _ = self.ray.wait(calls, num_returns=len(calls), timeout=0)
        for ref in ready or self.ray.wait(calls, num_returns=1, timeout=LOOK_S)[0]:
            record = self.listen(ref)
            if record is not None:
                yield record

    def listen(self, ref: Any) -> RunRecord | None:
        """Take the answer of one slot; returns the record when a run has ended for good."""
        place = self.busy.pop(ref)
        try:
            answer = self.ray.get(ref)
        except self.ray.exceptions.RayTaskError as error:  # the model or the store, not the slot
            raise fault(error) from None
        except self.ray.exceptions.RayError as error:
            return self.bury(place, error)
        if isinstance(answer, Facts):
            self.stillborn, is_new = 0, answer.host not in self.hosts
            self.hosts.add(answer.host)
            self.refuse_another_model(answer)
            if not answer.is_warm:
                from sim.runs.batch import COMPILING

                if is_new:
                    self.say(f"{answer.host}: {COMPILING}")
                self.busy[place.actor.warm_up.remote()] = place
                return None
        self.idle.append(place)
        if not isinstance(answer, Parcel) or place.task is None:
            return None
        task, place.task = place.task, None
        return self.receive(task, answer)

    def hand_out(self) -> Iterator[RunRecord]:
        """Give every idle slot a run, or give it back to the cluster when none waits; records of runs that another command has finished."""
        while self.idle:
            first = bool(self.waiting)
            if not first and not self.claimed:
                place = self.idle.pop()
                self.places.remove(place)
                self.ray.kill(place.actor, no_restart=True)
                continue
            place = self.idle[-1]
            others = {other.has for other in self.places if other is not place}
            task = self.waiting.take(place.has, others) if first else self.claimed.popleft()
            try:
                self.claims[task.key] = claim.take(task.folder)
            except Claimed:
                self.claimed.append(task)
                if not first:  # all that is left: look again after a while
                    return
                continue
            if (done := store.finished(task.folder)) is not None:
                self.claims.pop(task.key).release()
                yield done
                continue
            place.task, place.has = task, shared_by(task)
            self.busy[self.idle.pop().actor.do.remote(task)] = place

    def receive(self, task: Task, parcel: Parcel) -> RunRecord:
        """See that a run stands in the store, and let go of it."""
        parcel.unpack(task.folder)
        if not parcel.files:
            until = time.monotonic() + FOLDER_S  # other machines see a new folder of a network file system some seconds later
            while parcel.record.ok and store.finished(task.folder) is None:
                if time.monotonic() > until:
                    raise UserError(f"a run is finished, but {task.folder} is not here: compute.shared_folder=true needs a runs_dir that "
                                    "all machines reach under the same path. With false, results are sent here.")  # fmt: skip
                time.sleep(0.1)
        self.claims.pop(task.key).release()
        return parcel.record

    def bury(self, place: Place, error: Exception) -> RunRecord | None:
        """A slot is gone: its run waits again, or has failed when that happened too often."""
        self.places.remove(place)
        self.looked = -LOOK_S
        self.ray.kill(place.actor, no_restart=True)  # it may be out of reach only; its run is not to be done twice at a time
        if place.task is None:
            self.stillborn += 1
            if self.stillborn >= STILLBORN:
                raise UserError(f"compute=ray: the cluster cannot start a process for runs: {in_one_line(error)}")
            return None
        task = place.task
        if self.losses.once_more(task):
            self.claims.pop(task.key).release()
            self.waiting.put_back(task)
            return None
        record = record_loss(task, self.who, in_one_line(error), self.losses.tries)
        self.claims.pop(task.key).release()
        return record

    def refuse_another_model(self, facts: Facts) -> None:
        """Raise UserError when a slot would run another model than this installation."""
        found = differences(identity(), facts.identity)
        if found:
            remedy = "install the same libraries there" if self.compute.ship_code else "install the same version there"
            raise UserError(f"compute=ray: {facts.host} would give other results than this machine: {'; '.join(found)}. Please {remedy}"
                            + ("." if self.compute.ship_code else ", or send this one along with compute.ship_code=true."))  # fmt: skip

    def connect(self) -> None:
        """Reach the cluster, or start one here, unless that is done.

        Raises
        ------
        UserError
            No Ray, no cluster there, or one of another version.
        """
        if self.ray is not None:
            return
        for name, value in SETTINGS.items():
            os.environ.setdefault(name, value)
        if self.compute.address is None and "RAY_AUTH_MODE" not in os.environ:  # else Ray leaves a key in the user's home
            self.secret = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
            os.environ |= self.secret
        try:
            import ray
        except ImportError:
            raise UserError("compute=ray needs Ray: uv run --extra ray sim sweep ... (or pip install 'loopbrug[ray]')") from None
        self.ray = ray
        threads = dict.fromkeys(THREAD_SETTINGS, str(self.threads))
        if ray.is_initialized():  # the caller's own session, with the code that it has there
            self.environment = threads
            return
        self.is_mine = True
        environment: dict[str, Any] = {"env_vars": threads}
        address = self.compute.address
        if address is not None and self.compute.ship_code:
            environment["py_modules"] = [str(PACKAGE)]
        settings: dict[str, Any] = {"runtime_env": environment, "logging_level": logging.ERROR, "log_to_driver": False}
        if address is None:
            settings |= {"num_cpus": max(cores(), self.threads), "include_dashboard": False, "object_store_memory": OBJECTS}
        else:
            reach(address)
        before = signal.getsignal(signal.SIGTERM)
        try:
            ray.init(address=address or "local", **settings)
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGTERM, before)  # which Ray has taken (`sim.runs.stop`)
        except ImportError as error:
            raise UserError(f"compute.address={address} needs more than plain Ray: uv run --extra ray --with 'ray[client]' ... "
                            f"({in_one_line(error)})") from None  # fmt: skip
        except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            raise UserError(f"compute.address={address}: no Ray cluster that can be used: {in_one_line(error)}") from None

    def close(self, gently: bool) -> None:
        """Give back the slots, and leave the cluster; one that was started here ends. A run under way is given up."""
        places, self.places, self.busy, self.idle = self.places, [], {}, []
        while self.claims:
            self.claims.popitem()[1].release()
        if self.ray is None:
            return
        if self.compute.address is not None or not self.is_mine:
            for place in places:
                self.ray.kill(place.actor, no_restart=True)
        if self.is_mine and self.compute.address is None and not gently:
            shut_down_at_once(self.ray)
        elif self.is_mine:
            self.ray.shutdown()
        for name in self.secret:
            os.environ.pop(name, None)
        self.ray, self.secret = None, {}


def fault(error: Any) -> Exception:
    """What a slot raised: a mistake of the user as such, all else as a fault of ours."""
    cause = getattr(error, "cause", None)
    return cause if isinstance(cause, UserError) else RuntimeError(f"a process on the cluster failed:\n{error}")
