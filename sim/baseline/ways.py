"""The ways in which a run can be done that may not matter: each in a new process, and all must give the same digests.

Machines and settings differ in the number of threads, in how processes are started, in what is compiled already and for which processor.
`sim baseline check --every-way` does the exact tier's runs in every one of them; tests do a short run.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.baseline import store
from sim.baseline.item import Tier
from sim.baseline.store import TierSettings
from sim.baseline.tier import Tell
from sim.config.errors import UserError
from sim.runs.ending import FAILED, FINE

EXACT: Tier = "exact"
EMPTY_CACHE = "empty cache"
Digests = dict[str, str]


@dataclass(frozen=True)
class Way:
    """One way.

    does : in words. threads : of a run; 0: as many as help. start : how another process starts the one that runs (`multiprocessing`);
    empty: as a program. environment : variables; ``{folder}`` stands for an empty one, ``{vectors}`` for `vector_instructions`.
    only_traced : whether only the small traced run is done, because it is slow.
    """

    name: str
    does: str
    threads: int = 1
    start: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    only_traced: bool = False

    def variables(self, folder: str) -> dict[str, str]:
        """The environment of the process."""
        own = {name: value.replace("{folder}", folder) for name, value in self.environment.items()}
        threads = {"NUMBA_NUM_THREADS": str(self.threads)} if self.threads else {}
        return {**os.environ, **threads, **own}


def vector_instructions() -> str:
    """Names of the vector instructions that NumPy uses on this processor, for ``NPY_DISABLE_CPU_FEATURES``."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return " ".join(name for name in __cpu_dispatch__ if __cpu_features__.get(name))


WAYS = (
    Way("1 thread", "compiled, kernels cached, one thread"),
    Way("2 threads", "two threads", threads=2),
    Way("16 threads", "sixteen threads", threads=16),
    Way("spawn", "in a process that multiprocessing spawned", start="spawn"),
    Way("fork", "in a process forked from one in which no model ran", start="fork"),
    Way("plain Python", "without compiling", environment={"NUMBA_DISABLE_JIT": "1"}, only_traced=True),
    Way("no vectors in NumPy", "NumPy without vector instructions", environment={"NPY_DISABLE_CPU_FEATURES": "{vectors}"}),
    Way("plainest processor", "kernels compiled for the plainest processor", environment={"NUMBA_CPU_NAME": "generic"}),
    Way(EMPTY_CACHE, "with an empty cache of kernels", environment={"XDG_CACHE_HOME": "{folder}"}),
)
"""The first is what the others are compared with."""


@dataclass(frozen=True)
class Outcome:
    """How a way did. differs : what is not as in the first way. message : why it could not be done; empty when it could."""

    way: Way
    differs: tuple[str, ...]
    message: str = ""


def every_way(folder: Path, tell: Tell, ways: Sequence[Way] = WAYS) -> list[Outcome]:
    """Do the exact tier of the baseline in `folder` in every way that this system has; first the one that the others are held against.

    Raises
    ------
    UserError : the baseline has no exact tier, or the first way fails. NoBaseline : there is none.
    """
    baseline = store.load(folder)
    if EXACT not in baseline.tiers:
        raise UserError(f"baseline '{baseline.name}' has no exact tier, so there is nothing to do in several ways.")
    settings = baseline.tiers[EXACT]
    possible = [way for way in ways if not way.start or way.start in multiprocessing.get_all_start_methods()]
    outcomes, first = [], Digests()
    for number, way in enumerate(possible, start=1):
        tell(f"{way.name}: {way.does}, {number} of {len(possible)} ways")
        try:
            found = digests(way, settings)
        except UserError as error:
            if not first:
                raise
            outcomes.append(Outcome(way, (), str(error)))
            continue
        first = first or found
        expected = {key: first[key] for key in found if key in first} if way.only_traced else first
        keys = sorted(expected.keys() | found.keys())
        outcomes.append(Outcome(way, tuple(key for key in keys if expected.get(key) != found.get(key))))
    return outcomes


def digests(way: Way, settings: TierSettings) -> Digests:
    """Values of the exact tier with these settings, by id, from a new process; `UserError` with its last words when it fails."""
    with tempfile.TemporaryDirectory() as empty:
        environment = {key: value.replace("{vectors}", vector_instructions()) for key, value in way.variables(empty).items()}
        task = {"settings": settings.model_dump(mode="json"), "threads": way.threads, "start": way.start, "only_traced": way.only_traced}
        command = [sys.executable, "-W", "ignore", "-m", "sim.baseline.ways"]
        done = subprocess.run(command, input=json.dumps(task), env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UserError(f"could not be done: {(done.stderr.strip().splitlines() or ['no message'])[-1][:300]}")
    found: Digests = json.loads(done.stdout.splitlines()[-1])
    return found


def run(task: Mapping[str, Any]) -> Digests:
    """What `digests` asks of the process that it starts."""
    from sim.baseline import exact
    from sim.baseline.store import Baseline

    settings = TierSettings.model_validate(task["settings"])
    more = f"threads={task['threads']}"
    settings = settings.model_copy(update={"settings": (*settings.settings, more)})
    baseline = Baseline(name="ways", tiers={EXACT: settings})
    if task["only_traced"]:
        trace = exact.trace_now(baseline)
        return {exact.id_of((trace.of, exact.TRACE_OF, "")): exact.short(trace.digest())}
    return {item.id: str(item.now) for item in exact.values_of(exact.measure(baseline, lambda line: None))}


def started(task: Mapping[str, Any], do: Callable[[Mapping[str, Any]], Digests] = run) -> Digests:
    """`run` in a process that is started as the task says."""
    if not task["start"]:
        return do(task)
    context = multiprocessing.get_context(task["start"])
    with context.Pool(1) as pool:
        return pool.apply(do, (task,))


def text(outcomes: Sequence[Outcome]) -> str:
    """What the command prints: a line a way, and what to do."""
    width = max(len(outcome.way.name) for outcome in outcomes)
    lines = [f"{outcome.way.name:{width}}  {_verdict(outcome, number == 0)}" for number, outcome in enumerate(outcomes)]
    bad = [outcome.way.name for outcome in outcomes if outcome.differs or outcome.message]
    end = f"Not the same: {', '.join(bad)}." if bad else f"The same in all {len(outcomes)} ways."
    return "\n".join([*lines, end])


def _verdict(outcome: Outcome, is_first: bool) -> str:
    if outcome.message:
        return outcome.message
    if is_first:
        return "what the others are held against"
    if not outcome.differs:
        return "the same"
    more = f" and {len(outcome.differs) - 3} more" if len(outcome.differs) > 3 else ""
    return f"DIFFERS: {', '.join(outcome.differs[:3])}{more}"


def document(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The one document of ``--json``."""
    ways = [{"way": outcome.way.name, "differs": list(outcome.differs), "message": outcome.message} for outcome in outcomes]
    return {"ways": ways, "verdict": "moved" if exit_code(outcomes) else "same"}


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """0: all the same; 1: not."""
    return FAILED if any(outcome.differs or outcome.message for outcome in outcomes) else FINE


if __name__ == "__main__":
    print(json.dumps(started(json.load(sys.stdin))))
