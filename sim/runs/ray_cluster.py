"""Many runs at a time, on a Ray cluster (`compute=ray`).

The driver asks Ray for slots: actors of `compute.threads` cores and the memory of a run, as many as the cluster has room for and as there
are runs. A slot stays and does one run after the other, so it builds the world once, as a process of `sim.runs.pool` does. Machines that
join are used from the next look at the cluster on. When a slot is lost - killed, out of memory, machine gone - another takes its place and
its run is done again, `compute.retries` times; after that it is recorded as failed. Ray itself repeats nothing, so every run is counted.

Results travel to the driver, which writes them, unless `compute.shared_folder` says that the slots can.

The model: a cluster that is started here uses this installation. To another one this copy of the package is sent (`compute.ship_code`),
the libraries must be there. Either way a slot first tells what it would run, and the driver refuses another model.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sim.config.errors import UserError
from sim.config.schema import Compute
from sim.runs import store
from sim.runs.execute import Engine, Task, failure, fill, loopbrug
from sim.runs.executor import OnDone
from sim.runs.identity import PACKAGE, Identity, identity
from sim.runs.node import differences, memory_of_a_run
from sim.runs.parcel import Parcel
from sim.runs.pool import THREAD_SETTINGS, WorkerLost, cores
from sim.runs.ray_slot import Facts, Slot
from sim.runs.record import RunRecord
from sim.runs.waiting import Waiting

LOOK_S = 2.0
"""Seconds between two looks at the size of the cluster."""
PATIENCE_S = 20.0
"""Seconds without any slot after which the user is told that the cluster gives none."""
REACH_S = 5.0
"""How long an address may take to answer."""
STILLBORN = 3
"""Slots lost in a row before they said what they are, after which there is no use in asking for more."""
FOLDER_S = 60.0
"""How long a folder that another machine wrote may take to appear here."""
OBJECTS = 256 * 2**20
"""Memory of the store of objects of a Ray that is started here, bytes: room for some hundred results under way."""
CLIENT_PORT = 10001
SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_get_check_signal_interval_milliseconds": "100",
}
"""Settings of Ray, unless the user has set them: nothing is reported to its makers; ``uv run`` is not repeated on every worker, which would
send along the whole working directory with its runs; no advice about graphics cards; Ctrl-C is noticed after 0.1 s instead of 1 s."""


@dataclass(eq=False)
class Place:
    """A slot as the driver sees it: its actor, the run it is doing, and the history it has in memory."""

    actor: Any
    is_known: bool = False
    task: Task | None = None
    history: bytes = b""


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
        self.lost: Counter[str] = Counter()
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
        waiting = Waiting(self.for_the_cluster(task) for task in tasks)
        memory = memory_of_a_run(tasks[0].config)
        while left:
            self.staff(left, memory)
            for ref in self.ended():
                record = self.listen(ref, waiting)
                if record is not None:
                    left -= 1
                    on_done(record)
            if not self.told and time.monotonic() - began > PATIENCE_S and not any(place.is_known for place in self.places):
                self.told = True
                self.say(f"Waiting for the cluster: a run asks for {self.threads} core(s) and {memory / 1e9:.2f} GB on one machine ...")

    def for_the_cluster(self, task: Task) -> Task:
        """The task with a folder that means the same on another machine."""
        return Task(task.config, task.key, task.folder.absolute(), task.is_last, task.history)

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

    def ended(self) -> list[Any]:
        """Calls that have ended; waits a while for the first."""
        calls = list(self.busy)
        if not calls:
            time.sleep(LOOK_S / 10)
            return []
        ready, _ = self.ray.wait(calls, num_returns=len(calls), timeout=0)
        return list(ready or self.ray.wait(calls, num_returns=1, timeout=LOOK_S)[0])

    def listen(self, ref: Any, waiting: Waiting) -> RunRecord | None:
        """Take the answer of one slot and give it something to do; returns the record when a run has ended for good."""
        place, record = self.busy.pop(ref), None
        try:
            answer = self.ray.get(ref)
        except self.ray.exceptions.RayTaskError as error:  # the model or the store, not the slot
            raise fault(error) from None
        except self.ray.exceptions.RayError as error:
            return self.bury(place, error, waiting)
        if isinstance(answer, Facts):
            place.is_known, self.stillborn = True, 0
            self.refuse_another_model(answer)
            if not answer.is_warm:
                from sim.runs.batch import COMPILING

                self.say(f"{answer.host}: {COMPILING}")
                self.busy[place.actor.warm_up.remote()] = place
                return None
        elif isinstance(answer, Parcel):
            assert place.task is not None
            record = self.receive(place.task, answer)
            place.task = None
        self.hand_out(place, waiting)
        return record

    def hand_out(self, place: Place, waiting: Waiting) -> None:
        """Give a slot a run, or give it back to the cluster when none waits."""
        if not len(waiting):
            self.places.remove(place)
            self.ray.kill(place.actor, no_restart=True)
            return
        taken = {other.history for other in self.places if other is not place}
        place.task = waiting.take(place.history, taken)
        place.history = place.task.history
        self.busy[place.actor.do.remote(place.task)] = place

    def receive(self, task: Task, parcel: Parcel) -> RunRecord:
        """See that a run stands in the store."""
        parcel.unpack(task.folder)
        if not parcel.files:
            until = time.monotonic() + FOLDER_S  # other machines see a new folder of a network file system some seconds later
            while parcel.record.ok and store.finished(task.folder) is None:
                if time.monotonic() > until:
                    raise UserError(f"a run is finished, but {task.folder} is not here: compute.shared_folder=true needs a runs_dir that "
                                    "all machines reach under the same path. With false, results are sent here.")  # fmt: skip
                time.sleep(0.1)
        return parcel.record

    def bury(self, place: Place, error: Exception, waiting: Waiting) -> RunRecord | None:
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
        self.lost[task.key] += 1
        if self.lost[task.key] <= self.compute.retries:
            waiting.put_back(task)
            return None
        times = self.lost[task.key]
        end = "once" if times == 1 else f"{times} times, the last time"
        record = failure(task, self.who, WorkerLost(f"the process of this run ended unexpectedly {end}: {in_one_line(error)}"), 0.0)
        store.write(task.folder, lambda folder: fill(folder, task.config, record, None))
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
            slots = self.compute.processes * self.threads or cores()
            settings |= {"num_cpus": slots, "include_dashboard": False, "object_store_memory": OBJECTS}
        else:
            reach(address)
        try:
            ray.init(address=address or "local", **settings)
        except ImportError as error:
            raise UserError(f"compute.address={address} needs more than plain Ray: uv run --extra ray --with 'ray[client]' ... "
                            f"({in_one_line(error)})") from None  # fmt: skip
        except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            raise UserError(f"compute.address={address}: no Ray cluster that can be used: {in_one_line(error)}") from None

    def close(self, gently: bool) -> None:
        """Give back the slots, and leave the cluster; one that was started here ends. A run under way is given up."""
        places, self.places, self.busy = self.places, [], {}
        if self.ray is None:
            return
        if self.compute.address is not None or not self.is_mine:
            for place in places:
                self.ray.kill(place.actor, no_restart=True)
        elif not gently:
            end_at_once(self.ray)
        if self.is_mine:
            self.ray.shutdown()
        for name in self.secret:
            os.environ.pop(name, None)
        self.ray, self.secret = None, {}


def end_at_once(ray: Any) -> None:
    """Kill the processes of a Ray that was started here, which `ray.shutdown` would give a second each to end by themselves."""
    inside = ray._private.worker
    node = inside._global_node
    if node is not None:
        inside.disconnect()  # first: without its processes, it would wait for them
        node.kill_all_processes(check_alive=False, allow_graceful=False)


def reach(address: str) -> None:
    """Raise UserError unless something answers at an address of a cluster; Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").partition(":")
    if address == "auto":
        return
    number = port or (str(CLIENT_PORT) if address.startswith("ray://") else "")
    if not host or not number.isdigit():
        raise UserError(f"compute.address={address} is not an address: auto, host:port, or ray://host:{CLIENT_PORT}")
    try:
        socket.create_connection((host, int(number)), timeout=REACH_S).close()
    except OSError as error:
        raise UserError(f"compute.address={address}: nothing answers at {host} port {number} ({error.strerror or error}). Is the cluster "
                        "up (`ray status` there), and may this machine reach it?") from None  # fmt: skip


def fault(error: Any) -> Exception:
    """What a slot raised: a mistake of the user as such, all else as a fault of ours."""
    cause = getattr(error, "cause", None)
    return cause if isinstance(cause, UserError) else RuntimeError(f"a process on the cluster failed:\n{error}")


def in_one_line(error: BaseException, most: int = 400) -> str:
    """The message of an error of Ray, which has many lines, as one."""
    text = " ".join(str(error).split())
    return text if len(text) <= most else f"{text[:most]} ..."
