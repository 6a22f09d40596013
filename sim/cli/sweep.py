"""``sim sweep``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.cli.app import DryRun, Json, Language, Open, Out, app, check_language, print_json, split
from sim.cli.compare import report_comparison, report_plan
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
    An experiment with pilots prints a table, and has no dashboard.
    """
    from sim.pilots.design import asks_for_pilots
    from sim.runs import jobs
    from sim.runs.progress import for_stream

    check_language(lang)
    names, settings = split(words)
    if len(names) > 1:
        raise UserError(f"'{names[1]}' is not a setting: sim sweep takes one experiment, then key=value.")
    experiment = names[0] if names else None
    if experiment and asks_for_pilots(experiment):
        if out or lang or open_it or dry_run:
            raise UserError(f"{experiment} has pilots, which have no dashboard: leave out -o, --lang, --open and --dry-run.")
        report_pilots(*jobs.pilots(experiment, overrides=settings, progress=for_stream()), as_json)
        return
    if dry_run:
        report_plan(jobs.asked_in_sweep(experiment, settings), as_json)
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
