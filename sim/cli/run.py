"""``sim run``."""

from __future__ import annotations

import sys

import typer

from sim.cli.app import Json, Words, app, print_results, split
from sim.config.errors import UserError
from sim.runs.ending import FAILED


@app.command()
def run(words: Words = None, as_json: Json = False) -> None:
    """One scenario (default: baseline) with one seed."""
    from sim.runs import jobs, tell
    from sim.runs.progress import for_stream

    names, settings = split(words)
    if len(names) > 1:
        raise UserError(f"sim run does one scenario; for several: sim compare {' '.join(names)}")
    batch = jobs.run(*(names or ["baseline"]), *settings, progress=for_stream())
    (record,), (task,) = batch.records, batch.tasks
    if not record.ok:
        print(
            f"FAILED: {record.error}\n{record.traceback}Next: mend the cause and repeat the same command. Kept in {task.folder}",
            file=sys.stderr,
        )
        raise typer.Exit(FAILED)
    if as_json:
        print_results(record.for_machines(task.folder))
        return
    print(f"{record.label['en']}, seed {record.seed}: {tell.setting(record)}; {record.wall_s:.1f} s.\n\n{tell.summary(record)}\n")
    for warning in record.warnings:
        print(f"Warning: {warning}")
    name = "" if record.scenario == "baseline" else f" {record.scenario}"
    print(f"{tell.made()}\nDigest of the results: {record.digest}")
    print(f"Run folder: {task.folder}\nNext: compare with doing nothing: sim compare{name}")
