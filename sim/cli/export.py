"""``sim export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Json, Sweep, app, print_json


@app.command()
def export(
    runs: Annotated[list[str] | None, typer.Argument(metavar="[RUNS]...", help="Folders with runs.", show_default="runs")] = None,
    sweep: Sweep = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write an Excel workbook, as results.xlsx.", show_default=False)] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write a folder with one CSV file per sheet, and notes.txt.", show_default=False)
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="Language of the sheets: nl or en.", show_default="that of the dashboard")
    ] = None,
    all_months: Annotated[bool, typer.Option("--all-months", help="Also the level of every metric by month.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    as_json: Json = False,
) -> None:
    """Finished runs as an Excel workbook or CSV files.

    The same runs and figures as sim dashboard: notes, ranking, effects by group of sectors and year, key figures, levels, shortage by
    sector, who gains and loses, programmes, costs, scenarios, parameters, runs, and a list of all columns with their units. CSV is UTF-8;
    with --lang nl it has semicolons and decimal commas, as a Dutch Excel reads it, with --lang en commas and decimal points.
    """
    from sim.export.command import export as write
    from sim.runs.progress import plural

    done = write(runs or ["runs"], sweep=sweep, xlsx=xlsx, csv=csv, language=lang, all_months=all_months, force=force)
    if as_json:
        print_json(done.to_json())
        return
    for place in dict.fromkeys(file if file == xlsx else file.parent for file in done.files):
        print(f"Written: {place} ({plural(len(done.sheets), 'sheet')} of {plural(done.runs, 'run')})")
    if done.left_out:
        print(f"Left out: {plural(done.left_out, 'run')} with other settings or of another version of the model.")
    for why in done.unreadable:
        print(f"Left out, unreadable: {why}")
    print(f"Next: open {done.files[0]}")
