"""``sim baseline init``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Words, split
from sim.cli.baseline import baseline


@baseline.command()
def init(
    words: Words = None,
    folder: Annotated[Path, typer.Option("--dir", help="Where the baseline goes.")] = Path("baseline"),
    github: Annotated[bool, typer.Option("--github", help="Also write .github/workflows/loopbrug.yml.")] = False,
    gitlab: Annotated[bool, typer.Option("--gitlab", help="Also write .gitlab-ci.yml.")] = False,
) -> None:
    """A baseline for scenarios of your own, in a repository that needs to hold nothing else.

    Measures the scenarios that are named, or all of ./scenarios, in three tiers: exact (every byte, at 1:1000), statistical (levels, ten
    seeds at 1:100; seeds=N changes that) and effects (compared with the baseline, seed by seed); other settings hold for all of them.
    Writes DIR/baseline.yaml and what it found, to be committed. With --github or --gitlab a workflow that checks it at every push; where
    there is a baseline already, only that. Nothing is ever written over.
    """
    from sim.baseline import init as making
    from sim.baseline import store, workflow
    from sim.config import shipped
    from sim.config.errors import UserError

    hosts: list[workflow.Host] = [host for host, wanted in (("github", github), ("gitlab", gitlab)) if wanted]  # type: ignore[misc]
    workflow.refuse_taken(hosts)
    for host in hosts:  # a name that no workflow can hold is said before anything is measured
        workflow.text(host, folder, workflow.Source())
    names, settings = split(words)
    is_there = bool(hosts) and (folder / store.FILE_NAME).is_file()
    if is_there and words:
        raise UserError(f"there is a baseline in {folder} already, so {' '.join(words or ())} would say nothing: leave it out.")
    made = None if is_there else making.init(folder, names, settings, lambda text: print(text, file=sys.stderr, flush=True))
    came_from = workflow.source()
    written = [workflow.write(host, folder, came_from) for host in hosts]
    for path in written:
        print(f"Written: {shipped.shown(path.resolve())}")
    if made:
        print(making.next_steps(made, written))
    if written and came_from.missing:
        print(
            f"Fill in {' and '.join(came_from.missing)} in {', '.join(map(str, written))}: where Loopbrug is cloned from, and which commit."
        )
