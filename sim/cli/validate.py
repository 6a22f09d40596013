"""``sim validate``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sim.cli.app import Json, app, print_results, split
from sim.config.errors import UserError


@app.command()
def validate(
    words: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", show_default=False)] = None,
    world: Annotated[
        bool, typer.Option("--world", help="Compare the synthetic population at the start with the published margins instead.")
    ] = False,
    window: Annotated[str, typer.Option("--window", help="both, or fit: 2015-2019 only, the check window stays unseen.")] = "both",
    as_json: Json = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the table of the README.")] = False,
    save: Annotated[bool, typer.Option("--save", help="Write the figures that every dashboard shows into the package.")] = False,
) -> None:
    """Fit of the baseline to 2015-2023, of the population (--world).

    Runs the baseline from 2015 with several seeds (default: 10 at 1:100) and compares every target with what was observed, in the window
    that the parameters were fitted to and in the window kept apart, with 50 and 90 % intervals and three naive forecasts. Measured seeds
    are kept in RUNS_DIR/validation. Leaves with 0 when bars are missed: it is a report.
    """
    names, settings = split(words)
    if names:
        raise UserError(f"'{names[0]}' is not a setting. Usage: sim validate [--world] [--window fit] [KEY=VALUE]...")
    if world:
        validate_world(settings, as_json)
        return
    from sim.calibration import saved, tell
    from sim.calibration.validate import configuration, document
    from sim.calibration.validate import validate as measure
    from sim.runs.tell import made

    if save:
        saved.check(configuration(settings, window), window)
    found = measure(settings, window, lambda line: print(line, file=sys.stderr, flush=True))
    files, config = saved.save(found) if save else [], found.config
    if as_json:
        print_results(document(found))
        return
    print(tell.markdown(found) if as_markdown else tell.text(found))
    if not as_markdown:
        print(f"{made()} Seeds {config.seed} to {config.seed + config.seeds - 1}.")
    for path in files:
        print(f"Saved: {path}")
    if not as_markdown:
        print(tell.next_step(found, saved=save))


def validate_world(settings: list[str], as_json: bool) -> None:
    """Print the fit of the synthetic population."""
    from sim.config.compose import compose
    from sim.runs.margins import document, table
    from sim.runs.tell import made

    margins = document(compose(settings))
    if as_json:
        print_results(margins)
    else:
        print(f"{table(margins)}\n{made()}")
        print("Next: sim compare")
