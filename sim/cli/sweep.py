"""``sim sweep``."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.app import DryRun, Json, Language, Open, Out, app, check_language, split
from sim.cli.compare import report_comparison, report_plan
from sim.cli.kinds import OF_KIND
from sim.config.errors import UserError


@app.command()
def sweep(
    words: Annotated[list[str] | None, typer.Argument(metavar="[EXPERIMENT] [KEY=VALUES]...", show_default=False)] = None,
    as_json: Json = False,
    dry_run: DryRun = False,
    out: Out = None,
    lang: Language = None,
    open_it: Open = False,
) -> None:
    """All runs of an experiment file, or of values given here.

    Several values make an axis: scenarios=a,b or 'scenarios=glob(care*)', 'policies.job_bridge.places_per_year=range(2000,8001,2000)',
    economy=low,high. An axis given here replaces that of the file. Every value of a setting that all scenarios share (economy,
    structure.matching, parameters, population.start) gets a baseline of its own. Finished runs are used again, failed ones are tried again.
    An experiment with pilots prints a table, and has no dashboard; one with a sensitivity analysis has a page of its own.
    """
    from sim.config.kinds import kind_of
    from sim.runs import jobs
    from sim.runs.progress import for_stream

    check_language(lang)
    names, settings = split(words)
    if len(names) > 1:
        raise UserError(f"'{names[1]}' is not a setting: sim sweep takes one experiment, then key=value.")
    experiment = names[0] if names else None
    if experiment and (kind := kind_of(experiment)) is not None:
        OF_KIND[kind](experiment, settings, as_json, out, lang, open_it, dry_run)
        return
    if dry_run:
        report_plan(jobs.asked_in_sweep(experiment, settings), as_json)
        return
    done = jobs.sweep(experiment, overrides=settings, out=out, language=lang, progress=for_stream())
    report_comparison(done, as_json, open_it)
