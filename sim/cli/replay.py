"""``sim replay``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Json, app, print_json
from sim.runs.ending import FAILED


@app.command()
def replay(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run folder, its run.json, or the key of a run (or how it begins).")],
    runs_dir: Annotated[Path, typer.Option("--runs", help="Where a key is looked for.")] = Path("runs"),
    as_json: Json = False,
) -> None:
    """Do a run again from its run.json and compare the digests.

    run.json is enough: it holds the configuration. Nothing is written. Leaves with 0 when population and results are the same, bit for bit,
    with 1 when they differ, and says then which version, code, data or package is another one; with 2 when it is no run.
    """
    from sim.runs import replay as replays
    from sim.runs import tell

    done = replays.replay(replays.find(run, runs_dir), tell=lambda text: print(text, file=sys.stderr))
    if as_json:
        print_json(done.document())
    else:
        print(tell.replayed(done))
    if not done.same:
        raise typer.Exit(FAILED)
