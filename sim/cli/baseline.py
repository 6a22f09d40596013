"""``sim baseline``: check, update, explain, init."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Json, app, print_json

baseline = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Results against a stored baseline: check, update, explain, init.")
app.add_typer(baseline, name="baseline")

Folder = Annotated[
    Path | None,
    typer.Option("--dir", help="Folder of the baseline.", show_default="baseline, when it is here; else the one that comes with Loopbrug"),
]
Tiers = Annotated[
    list[str] | None,
    typer.Option("--tier", help="exact (10 s), statistical (40 s) or effects (several minutes); may be repeated.", show_default=False),
]


@baseline.command()
def check(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE]...", show_default=False, help="seeds (fewer than stored), runs_dir, compute, threads."),
    ] = None,
    tier: Tiers = None,
    all_tiers: Annotated[bool, typer.Option("--all", help="All three tiers.")] = False,
    folder: Folder = None,
    report: Annotated[Path | None, typer.Option("--report", help="Also write a page, x.html.", show_default=False)] = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="Also write JUnit, x.xml, for a CI service.", show_default=False)] = None,
    github: Annotated[bool, typer.Option("--github", help="Also print annotations, and add to the summary, of GitHub Actions.")] = False,
    everything: Annotated[bool, typer.Option("--everything", help="List what did not move too.")] = False,
    every_way: Annotated[
        bool, typer.Option("--every-way", help="Instead: the exact runs in every way that may not matter; says which differs.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Is every result still the stored one? Exact and statistical, under a minute.

    exact: digests of every table of tiny runs, about 10 s. statistical: each target of the calibrated world within 3 combined standard
    errors of the stored value, about 40 s. effects: the paired net effect of every scenario inside its stored interval, several minutes:
    with --tier effects or --all.

    --every-way does the exact runs in new processes: on 1, 2 and 16 threads, started by spawn and by fork, with an empty cache of kernels,
    compiled and as plain Python, for the plainest processor. Several minutes.

    Fewer seeds than stored, for a quicker check: sim baseline check --all seeds=4; they are held against the same seeds.

    Leaves with 0: same, 1: moved, 2: wrong input, 3: no baseline, or none that can be compared with.
    """
    from sim.baseline import store
    from sim.baseline.item import TIERS

    where = store.find(folder)
    if every_way:
        raise typer.Exit(print_every_way(where, as_json))
    from sim.baseline import check as checks
    from sim.baseline import github as annotations
    from sim.baseline import junit as xml
    from sim.baseline import report as page
    from sim.baseline import tell

    tiers = [name for name in TIERS if name in store.load(where).tiers] if all_tiers else tier or []
    verdict = checks.check(where, tiers, progress, words or ())
    if as_json:
        print_json(verdict.document())
    else:
        print(tell.text(verdict, everything))
    if report is not None:
        print(f"Report: {page.write(verdict, report)}", file=sys.stderr)
    if junit is not None:
        print(f"JUnit: {xml.write(verdict, junit)}", file=sys.stderr)
    if github:
        print(annotations.tell(verdict), file=sys.stderr if as_json else sys.stdout)
    raise typer.Exit(verdict.exit_code)


@baseline.command()
def update(
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why results change, for the history and its reviewer.", show_default=False)
    ] = None,
    tier: Tiers = None,
    folder: Folder = None,
) -> None:
    """Measure anew and store it, with a reason: so a change of results shows in review.

    All tiers of the baseline, unless some are named; prints what moved, and keeps it in the history of baseline.yaml. An update that is
    interrupted leaves the old baseline as it was; one that finds nothing changed writes nothing.
    """
    from sim.baseline import store
    from sim.baseline import update as updates
    from sim.runs import stop

    where = store.find(folder)
    stop.keeps(lambda: f"The baseline {where} is whole: as it was, or all new.")
    print(updates.text(updates.update(where, reason, tier or (), progress), where))


@baseline.command()
def explain(
    target: Annotated[str | None, typer.Argument(metavar="[ITEM]", show_default=False)] = None,
    folder: Folder = None,
    only_stored: Annotated[bool, typer.Option("--stored", help="Only its history; nothing is measured.")] = False,
    as_json: Json = False,
) -> None:
    """An item through all updates, and where the stored and the present run part.

    ITEM is an id of `sim baseline check`, or how one ends: people.wage_cents. Shows its value at every update with the reason, and now; and
    the first month, line of the month, column and person in which the stored and the present exact run differ. Without ITEM, only that.
    """
    from sim.baseline import explain as explains
    from sim.baseline import store

    found = explains.explain(store.find(folder), target, progress, only_stored=only_stored)
    if as_json:
        print_json(explains.document(found))
    else:
        print(explains.text(found))


def print_every_way(folder: Path, as_json: bool) -> int:
    """Do the exact runs in every way; returns the exit code."""
    from sim.baseline import ways

    found = ways.every_way(folder, progress)
    if as_json:
        print_json(ways.document(found))
    else:
        print(ways.text(found))
    return ways.exit_code(found)


def progress(line: str) -> None:
    """How far it is, on standard error."""
    print(line, file=sys.stderr, flush=True)
