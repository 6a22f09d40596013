"""``sim sweep``."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.app import Json, Language, Open, Out, app, check_language, split
from sim.cli.compare import report_comparison
from sim.cli.kinds import OF_KIND
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
    failed ones are tried again. An experiment with pilots prints a table, and has no dashboard; one with a sensitivity analysis has a page
    of its own.
    """
    from sim.config.kinds import kind_of
    from sim.runs import jobs
    from sim.runs.progress import for_stream

    check_language(lang)
    names, settings = split(words)
    if names:
        raise UserError(f"'{names[0]}' is not a setting: sim sweep takes one experiment, then key=value.")
    if (kind := kind_of(experiment)) is not None:
        OF_KIND[kind](experiment, settings, as_json, out, lang, open_it)
        return
    done = jobs.sweep(experiment, overrides=settings, out=out, language=lang, progress=for_stream())
    report_comparison(done, as_json, open_it)
