"""``sim dashboard``."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.app import Language, Open, Out, Sweep, app, check_language, open_in_browser


@app.command()
def dashboard(
    runs: Annotated[list[str] | None, typer.Argument(metavar="[RUNS]...", help="Folders with runs.", show_default="runs")] = None,
    sweep: Sweep = None,
    out: Out = None,
    lang: Language = None,
    open_it: Open = False,
) -> None:
    """One HTML file of finished runs.

    Takes the runs that can be compared with the newest one, and those that were asked for together with it under other settings.
    """
    from sim.runs import jobs
    from sim.runs.progress import plural

    check_language(lang)
    shown = jobs.dashboard(runs or ["runs"], sweep=sweep, out=out, language=lang)
    if shown.left_out:
        print(f"Left out: {plural(shown.left_out, 'run')} with other settings or of another version of the model.")
    for why in shown.unreadable:
        print(f"Left out, unreadable: {why}")
    print(f"Next: open {shown.path} in a browser.")
    if open_it:
        open_in_browser(shown.path)
