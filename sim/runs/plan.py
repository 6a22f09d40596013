"""What a sweep would cost, before it is run: runs, time, disk. Nothing is built, compiled or written.

Time and disk are those of finished runs of the same size in the same folder; without any, of the rough figures below, and the plan says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sim.config.schema import HISTORY, SimConfig
from sim.runs import disk, store
from sim.runs.cores import share
from sim.runs.execute import task_of
from sim.runs.executor import is_local
from sim.runs.identity import Identity, digest_of, identity, shared_settings
from sim.runs.record import RunRecord

PEOPLE = 13_400_000
"""People of 15 to 74 in the country, for the size of a run that was not done yet."""
S_PER_PERSON_MONTH, S_PER_MONTH = 9e-8, 0.003
"""Seconds of one run on one core, per simulated person and month, and per month of any size. Measured on a quiet machine: 83 ns per
person and month at 1:100 (`sim bench`), and what recording and the smallest sample need."""
DISK_BYTES_PER_MONTH, DISK_GROWTH = 27_000, 0.29
"""Bytes of a run folder per month at 1:100, and the power of the sample size by which they grow: sums by group, of which fewer are zero in
a larger sample. Measured: 87 months at 1:1000 and at 1:100, 1.2 and 2.4 MB."""
MONTHS_OF_HISTORY = 105
"""Months that a run from the end of the simulated history lives before the first one on record (2015-01 to 2023-09)."""
ENOUGH = 20
"""Finished runs that are looked at for time and disk."""


@dataclass(frozen=True)
class Plan:
    """What a set of runs needs.

    Attributes
    ----------
    runs, finished : how many there are, and how many of them need not be done again.
    scenarios : runs by scenario. seeds, settings : how many different ones there are.
    processes : runs at a time.
    seconds, disk_mb : of what is left to do.
    measured_on : finished runs of the same size that time and disk come from; 0 when both are rough figures.
    """

    runs: int
    finished: int
    scenarios: dict[str, int]
    seeds: int
    settings: int
    processes: int
    seconds: float
    disk_mb: float
    measured_on: int

    def to_json(self) -> dict[str, Any]:
        """The document that ``--dry-run --json`` prints."""
        return asdict(self)


def plan(configs: Sequence[SimConfig], who: Identity | None = None) -> Plan:
    """What `configs` need, given what is finished already."""
    who = who or identity()
    tasks = list({task.key: task for task in (task_of(config, who) for config in configs)}.values())
    todo = [task for task in tasks if store.finished(task.folder) is None]
    like = alike(tasks[0].config)
    seconds = median(run.wall_s for _, run in like) if like else None
    size = median(disk.size_of(folder) for folder, _ in like) if like else None
    first = tasks[0].config
    compute, scale, keeps = first.compute, first.population.scale, bool(tasks[0].history)
    shares = share(len(todo), scale, processes=compute.processes, threads=first.threads, keeps_history=keeps)
    processes = shares.processes if is_local(first) else compute.processes or 1
    busy = sum(seconds_of(task.config) if seconds is None else seconds for task in todo)
    size_mb = sum(bytes_of(task.config) if size is None else size for task in todo)
    return Plan(
        runs=len(tasks),
        finished=len(tasks) - len(todo),
        scenarios=dict(Counter(task.config.scenario.name for task in tasks)),
        seeds=len({task.config.seed for task in tasks}),
        settings=len({digest_of(shared_settings(task.config)) for task in tasks}),
        processes=processes,
        seconds=busy / processes,
        disk_mb=size_mb / 1e6,
        measured_on=len(like),
    )


def alike(config: SimConfig) -> list[tuple[Path, RunRecord]]:
    """Finished runs in the runs folder that are as long and as large, with their folders; the newest few."""
    found = []
    for folder in store.folders(Path(config.runs_dir)):
        run = store.finished(folder)
        if run is not None and (run.months, run.start, run.weight) == (
            config.months,
            config.population.first_month,
            1.0 / config.population.scale,
        ):
            found.append((folder, run))
    return sorted(found, key=lambda pair: pair[1].created)[-ENOUGH:]


def seconds_of(config: SimConfig) -> float:
    """Rough seconds of one run on one core."""
    months = config.months + (MONTHS_OF_HISTORY if config.population.start == HISTORY else 0)
    return months * (S_PER_MONTH + S_PER_PERSON_MONTH * PEOPLE * config.population.scale)


def bytes_of(config: SimConfig) -> float:
    """Rough size of one run folder."""
    return config.months * DISK_BYTES_PER_MONTH * (100 * config.population.scale) ** DISK_GROWTH


def text(found: Plan) -> str:
    """The plan for people."""
    from sim.runs.progress import plural

    settings = f", {plural(found.settings, 'setting')}" if found.settings > 1 else ""
    processes = "1 process" if found.processes == 1 else f"{found.processes} processes"
    source = (
        f"measured on {plural(found.measured_on, 'finished run')} of the same size"
        if found.measured_on
        else "rough figures, for want of a finished run of this size in the folder; a first run also compiles the model, about a minute"
    )
    lines = [
        f"{plural(found.runs, 'run')}: {plural(len(found.scenarios), 'scenario')}, {plural(found.seeds, 'seed')}{settings}",
        *(f"  {count:5d}  {name}" for name, count in found.scenarios.items()),
        f"Already finished: {found.finished}; to do: {found.runs - found.finished}",
        f"About {duration(found.seconds)} with {processes}, and {found.disk_mb:,.0f} MB of disk ({source})",
    ]
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """Seconds in words.

    >>> duration(42.0), duration(600.0), duration(9000.0)
    ('42 seconds', '10 minutes', '2.5 hours')
    """
    if seconds < 90:
        return f"{max(seconds, 2):.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
