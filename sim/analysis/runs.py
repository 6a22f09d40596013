"""A finished run as the analysis sees it: its folder and the record in ``run.json``; and which runs may be compared at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.analysis.settings import Setting, names_of, values_of
from sim.config.draws import central
from sim.config.errors import UserError
from sim.config.plain_yaml import values_of as plain_values_of
from sim.config.reading import json_of, text_of
from sim.config.shipped import shown
from sim.runs.record import BrokenRun
from sim.runs.store import broken, check_whole

RECORD = "run.json"
CONFIG = "config.yaml"
BASELINE = "baseline"
CENTRAL = "central"
"""Runs with the central values of the evidence; others (``low``, ``high``) are scenarios of their own."""
Pair = tuple[int, int | None]
"""What makes two runs a pair: the seed and the parameter draw (None: central values)."""


@dataclass(frozen=True)
class Run:
    """One finished run folder.

    ``setting``: what its setting is called beside those of the other runs (`sim.analysis.settings`); empty for the plain one.
    """

    path: Path
    record: dict[str, Any]
    setting: str = ""

    @property
    def scenario(self) -> str:
        """Name of the scenario; with other than central evidence, or under another setting, a scenario of its own.

        ``job_bridge (low evidence)``, ``job_bridge (economy = low)``, ``job_bridge (low evidence, economy = low)``.
        """
        evidence = "" if self.evidence == CENTRAL else f"{self.evidence} evidence"
        return marked(str(self.record["scenario"]), evidence, self.setting)

    @property
    def of(self) -> str:
        """Name of the scenario under its setting, whatever the evidence."""
        return marked(str(self.record["scenario"]), self.setting)

    @property
    def evidence(self) -> str:
        """Which end of the evidence the policies were given: central, low or high."""
        return str(self.record.get("evidence") or CENTRAL)

    @property
    def against(self) -> str:
        """Name of the scenario that it is compared with, under the same setting."""
        return marked(str(self.record.get("against") or BASELINE), self.setting)

    @property
    def pair(self) -> Pair:
        """Seed and parameter draw."""
        draw = self.record.get("draw")
        return int(self.record["seed"]), None if draw is None else int(draw)

    @property
    def is_ok(self) -> bool:
        """Whether the run finished."""
        return self.record.get("status") == "ok"


def marked(name: str, *marks: str) -> str:
    """A name with what is special about it in brackets.

    >>> marked("job_bridge", "low evidence", ""), marked("baseline", "")
    ('job_bridge (low evidence)', 'baseline')
    """
    said = ", ".join(mark for mark in marks if mark)
    return f"{name} ({said})" if said else name


def read_runs(run_dirs: Iterable[Path]) -> list[Run]:
    """Read the records of run folders, sorted by scenario and pair; raises UserError for a folder that is not a run."""
    runs = [Run(Path(path), _read_record(Path(path))) for path in run_dirs]
    if not runs:
        raise UserError("No run folders given. Make some with `sim compare`.")
    for run in runs:
        if run.is_ok:
            check_whole(run.path, run.record.get("files") or {})
    return sorted(with_settings(runs), key=lambda run: (run.scenario, run.pair[0], run.pair[1] or 0))


def with_settings(runs: list[Run]) -> list[Run]:
    """The runs with the names of their settings; one configuration is read for each setting."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(str(run.record.get("settings_digest") or ""), []).append(run)
    if len(groups) < 2:
        return runs
    settings = [
        Setting(digest, values_of(central(read_config(members[0]))), min(str(run.record.get("created") or "") for run in members))
        for digest, members in groups.items()
    ]
    names = names_of(settings)
    return [replace(run, setting=names[digest]) for digest, members in groups.items() for run in members]


def _read_record(path: Path) -> dict[str, Any]:
    file = path / RECORD
    if not file.is_file():
        raise UserError(f"{path} is not a run folder: it has no {RECORD}. Give folders such as runs/scenario=baseline/key=0123abcd.")
    try:
        record = json_of(file, "the record of a run")
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}.") from error
    except UserError as error:
        raise UserError(f"{str(error).removesuffix('.')}: the run was probably cut off; run it again.") from None
    if not isinstance(record, dict):
        raise UserError(f"{file} is no record of a run: it was not written by this program; run it again.")
    missing = [key for key in ("scenario", "seed", "status") if key not in record]
    if missing:
        raise UserError(f"{file} lacks {', '.join(missing)}: it was not written by this program; run it again.")
    return dict(record)


def read_config(run: Run) -> dict[str, Any]:
    """Read the resolved configuration of a run."""
    file = run.path / CONFIG
    if not file.is_file():
        raise BrokenRun(f"{run.path} has no {CONFIG}: it was not written by this program; run it again.", run.path)
    return config_in(run.path)


def config_in(folder: Path) -> dict[str, Any]:
    """The configuration in a run folder as plain values; raises `BrokenRun` when that is no configuration."""
    file = folder / CONFIG
    try:
        found = plain_values_of(text_of(file, "the configuration of a run"), shown(file), interpolations=True)
    except UserError as error:
        raise broken(folder, f"{file} is no YAML ({error})") from None
    if not isinstance(found, dict):
        raise broken(folder, f"{file} is no YAML of settings")
    return found


def check_comparable(runs: list[Run]) -> None:
    """Raise UserError when the runs differ in model version, start, horizon or sample, or when one pair occurs twice in a scenario."""
    for key, meaning in (
        ("version", "model versions"),
        ("code_digest", "states of the code"),
        ("start", "start months"),
        ("until", "last months"),
        ("weight", "sample sizes (persons per simulated person)"),
    ):
        values: dict[str, Run] = {}
        for run in runs:
            values.setdefault(str(run.record.get(key)), run)
        if len(values) > 1:
            seen = "; ".join(f"{value} ({run.path})" for value, run in values.items())
            raise UserError(f"These runs have different {meaning} and cannot be compared: {seen}. Run them again with the same settings.")
    first: dict[tuple[str, Pair], Run] = {}
    for run in runs:
        twin = first.setdefault((run.scenario, run.pair), run)
        if twin is not run:
            raise UserError(
                f"Scenario '{run.scenario}' has two runs with seed {run.pair[0]}: {twin.path} and {run.path}. "
                "They differ in settings or input data; give only one of them."
            )


def by_scenario(runs: list[Run]) -> dict[str, list[Run]]:
    """Group runs by the name of their scenario, in the order given."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(run.scenario, []).append(run)
    return groups
