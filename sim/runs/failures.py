"""Runs that failed, for people and machines: which, why, where the traceback is, how to try again. The same error is told once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sim.runs.execute import Task
from sim.runs.identity import flat
from sim.runs.progress import plural
from sim.runs.record import RunRecord
from sim.runs.tell import columns

VARIED = {"until", "population", "economy", "policies", "evidence", "parameters", "structure"}
"""Settings that a sweep may vary."""
LONGEST = 100
"""Characters of an error that are shown."""
NAMED = 2
"""Runs of one error that are named."""
NUMBER = re.compile(r"\d+(\.\d+)?")


def documents(tasks: Sequence[Task], records: Sequence[RunRecord]) -> list[dict[str, Any]]:
    """The failed runs as ``--json`` shows them, each with the settings that tell it from other runs of its scenario."""
    failed = [(task, record) for task, record in zip(tasks, records, strict=True) if not record.ok]
    settings = varied(tasks) if failed else {}
    return [record.failure_for_machines(task.folder) | {"settings": settings[task.key]} for task, record in failed]


def varied(tasks: Sequence[Task]) -> dict[str, dict[str, Any]]:
    """Settings that differ between runs with the same scenario and parameter draw, by key of the run; seeds apart."""
    settings = {task.key: flat(task.config.model_dump(mode="json", include=VARIED)) for task in tasks}
    values: dict[tuple[str, str], set[str]] = {}
    for task in tasks:
        group = f"{task.config.scenario.name} {getattr(task.config, 'draw', None)}"
        for name, value in settings[task.key].items():
            values.setdefault((group, name), set()).add(json.dumps(value))
    names = {name for (_, name), found in values.items() if len(found) > 1}
    return {key: {name: value for name, value in found.items() if name in names} for key, found in settings.items()}


def alike(error: str | None) -> str:
    """What errors that differ in numbers only have in common.

    >>> alike("person 17 is 12.5 years old") == alike("person 4 is 80 years old")
    True
    """
    return NUMBER.sub("0", error or "")


def shortened(error: str | None) -> str:
    """The first line of an error, cut."""
    line = next(iter((error or "unknown error").splitlines()), "")
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 4]} ..."


def name_of(failure: Mapping[str, Any]) -> str:
    """``job_bridge seed 3 draw 2 until=2030-12``."""
    draw = "" if failure.get("draw") is None else f" draw {failure['draw']}"
    settings = "".join(f" {name}={value}" for name, value in (failure.get("settings") or {}).items())
    return f"{failure['scenario']} seed {failure['seed']}{draw}{settings}"


def table(failures: Sequence[Mapping[str, Any]]) -> str:
    """One line per error: how many runs, which ones, where to read more."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for failure in failures:
        groups.setdefault(alike(failure["error"]), []).append(failure)
    rows = [("failed runs", "error", "which", "traceback" if len(groups) == len(failures) else "traceback of the first")]
    for group in sorted(groups.values(), key=len, reverse=True):
        which = "; ".join(map(name_of, group[:NAMED])) + (f"; and {len(group) - NAMED} more" if len(group) > NAMED else "")
        rows.append((str(len(group)), shortened(group[0]["error"]), which, group[0]["traceback"]))
    return columns(rows, right=(0,))


def how_to_retry(failures: Sequence[Mapping[str, Any]]) -> str:
    """What to do next."""
    runs = plural(len(failures), "failed run")
    return f"mend the cause and repeat the same command; only {runs} will be done again, the others are kept."
