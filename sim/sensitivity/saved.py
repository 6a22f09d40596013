"""A finished sensitivity study as one JSON file beside its page and its CSV, so that a dashboard of the same scenarios can show it."""

from __future__ import annotations

import datetime as dt
import json
import shlex
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sim.config.errors import UserError
from sim.config.reading import json_of
from sim.evidence.parameters import Parameter, load_parameters
from sim.runs import disk
from sim.sensitivity.design import FOLDER
from sim.sensitivity.findings import Findings, Table


@dataclass(frozen=True)
class Study:
    """What a page needs of a study, without its runs.

    Attributes
    ----------
    experiment, command : its name, and what was typed. created : UTC. method, groups : as asked (`sim.sensitivity.design`).
    seeds, points, runs, failed : how many. version, code_digest, data_digest : of its runs.
    paths : numbers that were varied. labels : of scenarios and references, by name and language.
    configs : central configuration of every scenario and reference, by name. tables : one of indices for every scenario and outcome.
    """

    experiment: str
    command: str
    created: str
    method: str
    groups: str
    seeds: int
    points: int
    runs: int
    failed: int
    version: str
    code_digest: str
    data_digest: str
    paths: tuple[str, ...]
    labels: dict[str, dict[str, str]]
    configs: dict[str, dict[str, Any]]
    tables: tuple[Table, ...]

    @property
    def rows(self) -> dict[str, Parameter]:
        """Rows of the evidence table that were varied, by path."""
        table = load_parameters()
        return {path: table[path] for path in self.paths if path in table}


def study(found: Findings) -> Study:
    """The study of an analysis with at least one finished run."""
    design, batch = found.design, found.batch
    record = next(record for record in batch.records if record.ok)
    configs = {config.scenario.name: config for pair in design.pairs for config in (pair.scenario, pair.reference)}
    return Study(
        experiment=design.name,
        command=shlex.join(["sim", "sweep", design.name, *design.settings]),
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        method=design.asked.method,
        groups=design.asked.groups,
        seeds=len(design.seeds),
        points=found.points,
        runs=len(batch.tasks),
        failed=len(batch.failures),
        version=record.version,
        code_digest=record.code_digest,
        data_digest=record.data_digest,
        paths=tuple(factor.path for factor in design.factors),
        labels={name: config.scenario.label.model_dump() for name, config in configs.items()},
        configs={name: config.model_dump(mode="json") for name, config in configs.items()},
        tables=found.tables,
    )


def write(made: Study, path: Path) -> Path:
    """Write a study, whole or not at all, and return `path`; UserError when it cannot be written."""
    disk.write_whole(path, json.dumps(asdict(made), ensure_ascii=False, indent=1) + "\n")
    return path


def read(path: Path) -> Study | None:
    """The study in a file; None when the file is none of this version of the format."""
    try:
        return _ADAPTER.validate_python(json_of(path, "a study"))
    except (ValidationError, UserError, OSError):
        return None


def beside(roots: Iterable[Path]) -> list[Study]:
    """The studies kept in some folders of runs, newest first."""
    found = (read(path) for root in roots for path in sorted((root / FOLDER).glob("*.json")))
    return sorted((made for made in found if made is not None), key=lambda made: made.created, reverse=True)


_ADAPTER: TypeAdapter[Study] = TypeAdapter(Study)
