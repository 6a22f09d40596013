"""Which of the runs in a folder belong together: the newest set that can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.config.errors import UserError
from sim.runs import record, store, sweeps
from sim.runs.record import RunRecord
from sim.runs.sweeps import Sweep


@dataclass(frozen=True)
class Selection:
    """Finished runs with the same settings, code and data, one per scenario and seed; and what was left out."""

    folders: list[Path]
    failures: list[dict[str, Any]]
    left_out: int


def newest_set(roots: list[Path], sweep: str | None = None) -> Selection:
    """The set of comparable runs that the newest run in `roots` belongs to, or the runs of one sweep.

    Runs with other settings (sample, months, economy, parameters) or of another version of the model are left out, unless the newest run
    was asked for together with them, in one sweep over settings; of a scenario whose policy was changed in between, the newest version
    counts.

    Parameters
    ----------
    roots : folders with runs.
    sweep : name of a sweep (`sim.runs.sweeps`), or the beginning of it: exactly its finished runs.

    Raises
    ------
    UserError
        There is no finished run, or no such sweep.
    """
    found: list[tuple[Path, RunRecord]] = []
    for root in roots:
        if not root.exists():
            raise UserError(f"There is no folder {root}. Make runs with `sim compare`, or name the folder they are in.")
        found += [(folder, read) for folder in store.folders(root) if (read := record.read(folder)) is not None]
    finished = [pair for pair in found if pair[1].ok]
    if sweep is not None:
        return of_sweep(sweeps.named(roots, sweep), found)
    if not finished:
        failed = f"; {len(found)} failed, see error in {found[0][0] / record.FILE_NAME}" if found else ""
        raise UserError(f"No finished run in {', '.join(map(str, roots))}{failed}. Make some with `sim compare`.")
    newest = max(finished, key=lambda pair: pair[1].created)[1]
    together = {key for root in roots for noted in sweeps.that_hold(root, {newest.key})[-1:] for key in noted.keys}
    sets = {_set_of(newest), *(_set_of(run) for _, run in finished if run.key in together)}
    mine = [pair for pair in finished if _set_of(pair[1]) in sets]
    current: dict[tuple[str, str, str], RunRecord] = {}
    for _, run in sorted(mine, key=lambda pair: pair[1].created):
        current[_scenario_of(run)] = run
    chosen = [pair for pair in mine if pair[1].config_digest == current[_scenario_of(pair[1])].config_digest]
    failures = [run.failure_for_machines(folder) for folder, run in found if not run.ok and _set_of(run) in sets]
    return Selection([folder for folder, _ in chosen], failures, len(finished) - len(chosen))


def of_sweep(sweep: Sweep, found: list[tuple[Path, RunRecord]]) -> Selection:
    """The runs of a sweep that are there."""
    mine = {run.key: (folder, run) for folder, run in found if run.key in set(sweep.keys)}
    folders = [mine[key][0] for key in sweep.keys if key in mine and mine[key][1].ok]
    if not folders:
        raise UserError(f"None of the {len(sweep.keys)} runs of the sweep {sweep.name} is finished. It goes on with: {sweep.command}")
    return Selection(folders, [run.failure_for_machines(folder) for folder, run in mine.values() if not run.ok], 0)


def _scenario_of(run: RunRecord) -> tuple[str, str, str]:
    return run.scenario, run.evidence, run.settings_digest


def _set_of(run: RunRecord) -> tuple[str, str, str, bool]:
    return run.settings_digest, run.code_digest, run.data_digest, run.draw is None
