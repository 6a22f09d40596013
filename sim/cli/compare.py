"""``sim compare``."""

from __future__ import annotations

from typing import Any

import typer

from sim.cli.app import DryRun, Json, Language, Open, Out, Words, app, check_language, open_in_browser, print_json, print_results, split
from sim.runs.ending import FAILED


@app.command()
def compare(
    words: Words = None, as_json: Json = False, dry_run: DryRun = False, out: Out = None, lang: Language = None, open_it: Open = False
) -> None:
    """Baseline and scenarios, paired seeds, one dashboard: start here.

    Without names: the programmes that this is about, one by one. With all: every scenario there is, also your own (sim list scenarios).
    What a scenario is compared with goes along.
    """
    from sim.runs import jobs
    from sim.runs.progress import for_stream

    check_language(lang)
    names, settings = split(words)
    if dry_run:
        report_plan(jobs.paired(names, settings), as_json)
        return
    done = jobs.compare(*names, overrides=settings, out=out, language=lang, progress=for_stream())
    report_comparison(done, as_json, open_it)


def report_plan(configs: list[Any], as_json: bool) -> None:
    """Print what runs would need."""
    from sim.runs.plan import plan, text

    found = plan(configs)
    if as_json:
        print_json(found.to_json())
        return
    print(f"{text(found)}\nNext: the same command without --dry-run.")


def report_comparison(done: Any, as_json: bool, open_it: bool) -> None:
    """Print what `compare` or `sweep` found; leaves with 1 when a run failed."""
    if as_json:
        print_results(done.to_json())
    else:
        tell_comparison(done)
    if open_it and done.dashboard:
        open_in_browser(done.dashboard)
    if done.batch.failures:
        raise typer.Exit(FAILED)


def tell_comparison(done: Any) -> None:
    """The ranking for people."""
    from sim.runs import failures as failed
    from sim.runs import tell
    from sim.runs.progress import plural

    batch = done.batch
    finished = [record for record in batch.records if record.ok]
    if finished:
        seconds = sorted(record.wall_s for record in finished)[len(finished) // 2]
        print(f"{plural(len(finished), 'run')}: {tell.setting(finished[0])}, {tell.seeds(finished)}; {seconds:.1f} s per run.")
    if done.comparison:
        print(f"\n{tell.ranking(done.comparison)}\n\n{tell.finding(done.comparison)}")
    for warning in dict.fromkeys(text for record in finished for text in record.warnings):
        print(f"Warning: {warning}")
    failures = batch.failures
    print(tell.made())
    if failures:
        print(f"\n{failed.table(failures)}\n")
    if done.dashboard:
        print(f"Dashboard: {done.dashboard}")
    if failures:
        print(f"Next: {failed.how_to_retry(failures)}")
    else:
        print(f"Next: open {done.dashboard} in a browser.")
