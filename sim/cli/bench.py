"""``sim bench``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Json, app, print_results
from sim.runs.ending import FAILED


@app.command()
def bench(
    scale: Annotated[
        list[float] | None,
        typer.Option("--scale", help="Size as population.scale, 0.001 to 1; may be repeated.", show_default="0.0075 and 0.075"),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Also everybody (3 GB of memory) and --cold: several minutes.")] = False,
    cold: Annotated[bool, typer.Option("--cold", help="Also a start with nothing compiled: a minute or two.")] = False,
    as_json: Json = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the tables of the README.")] = False,
    guard: Annotated[
        Path | None, typer.Option("--guard", help="Only compare the month with this reference file; leaves with 1 when it is slower.")
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Measure and write the file of --guard.")] = False,
    sweep: Annotated[
        int | None,
        typer.Option("--sweep", help="Measure sweeps instead, with so many runs: 200 takes ten minutes, 40 is a look.", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the page with the plots goes.")] = Path("runs/bench.html"),
) -> None:
    """How fast: lines of the month against this machine's limits.

    Times every line of the month on real months, with one and two threads, in nanoseconds per person and as a multiple of the calibration
    kernel (one keyed draw and one comparison per person), measured next to it; one monthly rule in NumPy, Polars, Numba and plain Mesa
    objects; memory, building, runs per second, starting. About a minute.

    Prints tables with targets, writes a page with plots, and adds a line to the history of this machine
    ($XDG_DATA_HOME/loopbrug/bench.jsonl, or ~/.local/share/loopbrug/bench.jsonl), with which the next time is compared: more than 30 %
    worse than the median of the last five quiet ones is marked WORSE.

    With --sweep: runs per second of the process pool against single processes, milliseconds to compose a configuration, memory of many
    runs against few, threads against cores; each with its bar.
    """
    from sim.bench.command import Options, bench

    fine, document = bench(Options(tuple(scale or ()), full, cold, as_json, as_markdown, guard, refresh, out, sweep))
    if as_json:
        print_results(document)
    if not fine:
        raise typer.Exit(FAILED)
