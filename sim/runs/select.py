"""Which of the runs in a folder belong together: the newest set that can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.config.errors import UserError
from sim.runs import record, store
from sim.runs.record import RunRecord


@dataclass(frozen=True)
class Selection:
    """Finished runs with the same settings, code and data, one per scenario and seed; and what was left out."""

    folders: list[Path]
    failures: list[dict[str, Any]]
    left_out: int


def newest_set(roots: list[Path]) -> Selection:
    """The set of comparable runs that the newest run in `roots` belongs to.

    Runs with other settings (sample, months, economy, parameters) or of another version of the model are left out; of a scenario whose
    policy was changed in between, the newest version counts.

    Raises
    ------
    UserError
        There is no finished run.
    """
    found: list[tuple[Path, RunRecord]] = []
    for root in roots:
        if not root.exists():
            raise UserError(f"There is no folder {root}. Make runs with `sim compare`, or name the folder they are in.")
        found += [(folder, read) for folder in store.folders(root) if (read := record.read(folder)) is not None]
    finished = [pair for pair in found if pair[1].ok]
    if not finished:
        failed = f"; {len(found)} failed, see error in {found[0][0] / record.FILE_NAME}" if found else ""
        raise UserError(f"No finished run in {', '.join(map(str, roots))}{failed}. Make some with `sim compare`.")
    newest = max(finished, key=lambda pair: pair[1].created)[1]
    mine = [pair for pair in finished if _set_of(pair[1]) == _set_of(newest)]
    current: dict[tuple[str, str], RunRecord] = {}
    for _, run in sorted(mine, key=lambda pair: pair[1].created):
        current[run.scenario, run.evidence] = run
    chosen = [pair for pair in mine if pair[1].config_digest == current[pair[1].scenario, pair[1].evidence].config_digest]
    failures = [run.failure_for_machines(folder) for folder, run in found if not run.ok and _set_of(run) == _set_of(newest)]
    return Selection([folder for folder, _ in chosen], failures, len(finished) - len(chosen))


def _set_of(run: RunRecord) -> tuple[str, str, str, bool]:
    return run.settings_digest, run.code_digest, run.data_digest, run.draw is None
