"""Which runs belong to a sweep: ``<runs_dir>/sweeps/<name>.json``, with the command and the keys of its runs in order.

A note is written before the first run, so that what a killed sweep left behind can be looked at as well. It never says anything that the
run folders do not hold; without it, runs are only found by their settings.
"""

from __future__ import annotations

import datetime as dt
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from sim.config.errors import UserError, unknown
from sim.config.reading import json_of
from sim.config.schema import SimConfig
from sim.runs import disk
from sim.runs.identity import Identity, digest_of, run_key

FOLDER = "sweeps"
NAME_LENGTH = 40


class Sweep(BaseModel):
    """A sweep that was begun."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    """Name of the file without ``.json``."""
    command: str
    """What was typed; the same command does what is missing."""
    created: str
    """UTC, when the command was last given."""
    keys: tuple[str, ...]
    """Keys of its runs, in the order they were asked for."""


def note(configs: Sequence[SimConfig], who: Identity, command: Sequence[str]) -> Sweep:
    """Write down which runs a command asks for; the same command for the same runs overwrites its own note.

    Raises
    ------
    UserError
        The folder cannot be written.
    """
    keys = tuple(dict.fromkeys(run_key(config, who) for config in configs))
    sweep = Sweep(name=name_of(command, keys), command=shlex.join(command), created=dt.datetime.now(dt.UTC).isoformat(), keys=keys)
    disk.write_whole(Path(configs[0].runs_dir) / FOLDER / f"{sweep.name}.json", sweep.model_dump_json(indent=1) + "\n")
    return sweep


def name_of(command: Sequence[str], keys: Sequence[str]) -> str:
    """A name that tells the command, and differs when the runs do: ``weak_evidence-3f2a91``."""
    words = [word for word in command if word not in ("sim", "sweep", "python", "-m", "--multirun")]
    text = re.sub(r"[^a-zA-Z0-9_.]+", "-", "-".join(words)).strip("-.")[:NAME_LENGTH].strip("-.")
    return f"{text or 'sweep'}-{digest_of([list(command), list(keys)])[:6]}"


def read_all(root: Path) -> list[Sweep]:
    """The sweeps noted in a runs folder, oldest first; a file that is none is passed over, since the runs do not depend on it."""
    found = []
    for path in sorted((root / FOLDER).glob("*.json")):
        try:
            found.append(Sweep.model_validate(json_of(path, "the note of a sweep")))
        except (ValidationError, UserError, OSError):
            continue
    return sorted(found, key=lambda sweep: sweep.created)


def named(roots: Sequence[Path], name: str) -> Sweep:
    """The sweep of a name; the beginning is enough when it fits one only.

    Raises
    ------
    UserError
        There is none in these folders, or several fit.
    """
    sweeps = {sweep.name: sweep for root in roots for sweep in read_all(root)}
    if name in sweeps:
        return sweeps[name]
    fitting = [sweep for known, sweep in sweeps.items() if known.startswith(name)]
    if len(fitting) > 1:
        raise UserError(f"Several sweeps begin with '{name}': {', '.join(sweep.name for sweep in fitting)}.")
    if not fitting:
        raise unknown("sweep", name, sweeps)
    return fitting[0]


def that_hold(root: Path, keys: set[str]) -> list[Sweep]:
    """The sweeps of a runs folder that all of `keys` belong to, oldest first."""
    return [sweep for sweep in read_all(root) if keys <= set(sweep.keys)]
