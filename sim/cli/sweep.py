"""``sim sweep``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.cli.app import Json, Language, Open, Out, app, check_language, print_json, split
from sim.cli.compare import report_comparison
from sim.config.errors import UserError


@app.command()
def sweep(
    experiment: Annotated[str, typer.Argument(help="Name of a file in experiments/: sim list experiments")],
    words: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", show_default=False)] = None,
    as_json: Json = False,
    out: Out = None,
    lang: Language = None,
    open_it: Open = False,
) -> None:
    """All runs of an experiment file.

    Scenarios or named variants of them, times seeds, the strength of evidence and parameters of policies. Finished runs are used again,
    failed ones are tried again. An experiment with pilots prints a table, and has no dashboard.
    """
    from sim.pilots.design import asks_for_pilots
    from sim.runs import jobs
    from sim.runs.progress import for_stream

    check_language(lang)
    names, settings = split(words)
    if names:
        raise UserError(f"'{names[0]}' is not a setting: sim sweep takes one experiment, then key=value.")
    if asks_for_pilots(experiment):
        if out or lang or open_it:
            raise UserError(f"{experiment} has pilots, which have no dashboard: leave out -o, --lang and --open.")
        report_pilots(*jobs.pilots(experiment, overrides=settings, progress=for_stream()), as_json)
        return
    done = jobs.sweep(experiment, overrides=settings, out=out, language=lang, progress=for_stream())
    report_comparison(done, as_json, open_it)


def report_pilots(asked: Any, found: list[Any], as_json: bool) -> None:
    """Print what the pilots say."""
    if as_json:
        print_json({"experiment": asked.name, "repetitions": asked.repetitions, "pilots": [finding.to_json() for finding in found]})
        return
    from sim.pilots.tell import text

    print(f"{text(asked, found)}\nNext: sim compare")
