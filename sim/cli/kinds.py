"""``sim sweep`` of experiments of a kind of their own (`sim.config.kinds`): do it, print it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from sim.cli.app import open_in_browser, print_results
from sim.cli.compare import report_plan
from sim.config.errors import UserError
from sim.config.kinds import PILOTS, SENSITIVITY
from sim.runs.ending import FAILED


def sweep_pilots(
    experiment: str, settings: list[str], as_json: bool, out: Path | None, lang: str | None, open_it: bool, dry_run: bool
) -> None:
    """Print what the pilots of an experiment say."""
    from sim.runs import jobs
    from sim.runs.progress import for_stream

    if out or lang or open_it or dry_run:
        raise UserError(f"{experiment} has pilots, which have no dashboard: leave out -o, --lang, --open and --dry-run.")
    asked, found = jobs.pilots(experiment, overrides=settings, progress=for_stream())
    if as_json:
        print_results({"experiment": asked.name, "repetitions": asked.repetitions, "pilots": [finding.to_json() for finding in found]})
        return
    from sim.pilots.tell import text
    from sim.runs.tell import made

    print(f"{text(asked, found)}\n{made()}\nNext: sim compare")


def sweep_sensitivity(
    experiment: str, settings: list[str], as_json: bool, out: Path | None, lang: str | None, open_it: bool, dry_run: bool
) -> None:
    """Print what effects hang on; leaves with 1 when a run failed."""
    from sim.runs import jobs
    from sim.runs.progress import for_stream

    if dry_run:
        from sim.sensitivity.plan import configs_of

        report_plan(configs_of(experiment, settings), as_json)
        return
    found, page = jobs.sensitivity(experiment, overrides=settings, out=out, language=lang, progress=for_stream())
    if as_json:
        files = {"page": page and page.as_posix(), "csv": page and page.with_suffix(".csv").as_posix()}
        print_results(found.to_json() | files)
    else:
        from sim.runs.tell import made
        from sim.sensitivity.tell import text

        print(f"{text(found, page)}\n{made()}")
    if open_it and page:
        open_in_browser(page)
    if found.batch.failures:
        raise typer.Exit(FAILED)


OF_KIND: dict[str, Callable[[str, list[str], bool, Path | None, str | None, bool, bool], None]] = {
    PILOTS: sweep_pilots,
    SENSITIVITY: sweep_sensitivity,
}
