"""Which of the runs in a folder belong together: the newest set that can be compared."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.config.errors import UserError
from sim.runs import record, store, sweeps
from sim.runs.record import BrokenRun, RunRecord
from sim.runs.sweeps import Sweep

if TYPE_CHECKING:
    from sim.analysis.contrast import Comparison


@dataclass(frozen=True)
class Selection:
    """Finished runs with the same settings, code and data, one per scenario and seed; and what was left out.

    ``failures`` : of runs that failed, as the dashboard shows them; of folders that cannot be read, with ``unreadable`` true.
    ``left_out`` : number of finished runs with other settings, or of another version.
    """

    folders: list[Path]
    failures: list[dict[str, Any]]
    left_out: int

    @property
    def unreadable(self) -> list[str]:
        """Why each folder that cannot be read is left out, in a sentence."""
        return [str(failure["error"]) for failure in self.failures if failure.get("unreadable")]


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
        There is no finished run, or no such sweep. A folder that cannot be read is among the failures, and no error.
    """
    found, broken = records(roots)
    finished = [pair for pair in found if pair[1].ok]
    if sweep is not None:
        return of_sweep(sweeps.named(roots, sweep), found, broken)
    if not finished:
        failed = f"; {len(found)} failed, see error in {found[0][0] / record.FILE_NAME}" if found else ""
        failed += f"; {len(broken)} cannot be read: {broken[0]['error']}" if broken else ""
        where = ", ".join(map(str, roots))
        raise UserError(f"No finished run in {where}{failed}{'' if failed.endswith('.') else '.'} Make some with `sim compare`.")
    newest = max(finished, key=lambda pair: pair[1].created)[1]
    together = {key for root in roots for noted in sweeps.that_hold(root, {newest.key})[-1:] for key in noted.keys}
    sets = {_set_of(newest), *(_set_of(run) for _, run in finished if run.key in together)}
    mine = [pair for pair in finished if _set_of(pair[1]) in sets]
    current: dict[tuple[str, str, str], RunRecord] = {}
    for _, run in sorted(mine, key=lambda pair: pair[1].created):
        current[_scenario_of(run)] = run
    chosen = [pair for pair in mine if pair[1].config_digest == current[_scenario_of(pair[1])].config_digest]
    failures = [run.failure_for_machines(folder) for folder, run in found if not run.ok and _set_of(run) in sets]
    return Selection([folder for folder, _ in chosen], failures + broken, len(finished) - len(chosen))


def records(roots: list[Path]) -> tuple[list[tuple[Path, RunRecord]], list[dict[str, Any]]]:
    """The run folders under `roots` with their records, and those whose record cannot be read, as failures.

    Raises
    ------
    UserError
        A root is not there, or no folder.
    """
    found: list[tuple[Path, RunRecord]] = []
    unreadable: list[dict[str, Any]] = []
    for root in roots:
        if not os.path.exists(root):  # also of a name that is too long, where Path.exists raises
            raise UserError(f"There is no folder {root}. Make runs with `sim compare`, or name the folder they are in.")
        if not root.is_dir():
            raise UserError(f"{root} is no folder: name the folder that the runs are in, as `sim dashboard runs`.")
        for folder in store.folders(root):
            try:
                read = record.read(folder)
            except BrokenRun as error:
                unreadable.append(failure_of(error))
            else:
                found += [] if read is None else [(folder, read)]
    return found, unreadable


def failure_of(error: BrokenRun, run: RunRecord | None = None) -> dict[str, Any]:
    """A folder that cannot be read, as a failure."""
    known = {"scenario": run.scenario, "seed": run.seed, "draw": run.draw, "key": run.key} if run else {"scenario": "?", "seed": "?"}
    return known | {"error": str(error), "run_dir": error.folder.as_posix(), "unreadable": True}


def compared(selection: Selection) -> tuple[Comparison, Selection]:
    """The comparison of the selected runs, without those that turn out to be damaged; these join the failures.

    Raises
    ------
    UserError
        No run is left, or they cannot be compared.
    """
    from sim.analysis.contrast import load

    while True:
        try:
            return load(selection.folders), selection
        except BrokenRun as error:
            rest = [folder for folder in selection.folders if folder != error.folder]
            if not rest or len(rest) == len(selection.folders):
                raise
            failure = failure_of(error, _record_of(error.folder))
            selection = replace(selection, folders=rest, failures=[*selection.failures, failure])


def _record_of(folder: Path) -> RunRecord | None:
    try:
        return record.read(folder)
    except BrokenRun:
        return None


def of_sweep(sweep: Sweep, found: list[tuple[Path, RunRecord]], broken: Sequence[dict[str, Any]] = ()) -> Selection:
    """The runs of a sweep that are there."""
    mine = {run.key: (folder, run) for folder, run in found if run.key in set(sweep.keys)}
    folders = [mine[key][0] for key in sweep.keys if key in mine and mine[key][1].ok]
    if not folders:
        raise UserError(f"None of the {len(sweep.keys)} runs of the sweep {sweep.name} is finished. It goes on with: {sweep.command}")
    mine_broken = [failure for failure in broken if Path(failure["run_dir"]).name.removeprefix("key=") in set(sweep.keys)]
    return Selection(folders, [run.failure_for_machines(folder) for folder, run in mine.values() if not run.ok] + mine_broken, 0)


def _scenario_of(run: RunRecord) -> tuple[str, str, str]:
    return run.scenario, run.evidence, run.settings_digest


def _set_of(run: RunRecord) -> tuple[str, str, str, bool]:
    return run.settings_digest, run.code_digest, run.data_digest, run.draw is None
