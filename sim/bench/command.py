"""The verb ``sim bench``: measure, print, draw, keep; or guard."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim.config.errors import UserError

PAGE = Path("runs") / "bench.html"


@dataclass(frozen=True)
class Options:
    """What the command line asks for; see `sim bench --help`."""

    scales: tuple[float, ...] = ()
    full: bool = False
    cold: bool = False
    as_json: bool = False
    as_markdown: bool = False
    guard: Path | None = None
    refresh: bool = False
    out: Path = PAGE
    sweep: int | None = None


def check(options: Options) -> None:
    """Refuse options that do not go together.

    Raises
    ------
    UserError : they do not.
    """
    if options.refresh and options.guard is None:
        raise UserError("--refresh renews the file of --guard: sim bench --guard FILE --refresh")
    if options.guard is not None and (options.full or options.cold or options.scales or options.as_markdown):
        raise UserError("--guard measures a fixed small size: it goes with --json and --refresh only.")
    if options.sweep is not None and (options.guard is not None or options.full or options.cold or options.scales):
        raise UserError("--sweep is a measurement of its own: it goes with --json and --markdown only.")
    if options.full and options.scales:
        raise UserError("--full names its own sizes: leave out --scale or --full.")
    if options.as_json and options.as_markdown:
        raise UserError("--json or --markdown, not both.")


def say(text: str) -> None:
    """Progress, on standard error."""
    print(f"... {text}", file=sys.stderr, flush=True)


def bench(options: Options) -> tuple[bool, dict[str, Any]]:
    """Do what the command line asks for; returns whether all is well, and the document of ``--json``.

    Raises
    ------
    UserError : wrong options, no memory, no reference, files that cannot be read or written.
    """
    check(options)
    if options.sweep is not None:
        return sweep(options, options.sweep)
    return guard(options) if options.guard is not None else full(options)


def guard(options: Options) -> tuple[bool, dict[str, Any]]:
    """Compare with a reference file, or renew it."""
    from sim.bench import guard as guarding
    from sim.bench.machine import machine

    assert options.guard is not None
    if options.refresh:
        new, was_busy = guarding.refresh(options.guard)
        if was_busy:
            print("WARNING: other work was running, so this reference may be lenient: refresh on a quiet machine.", file=sys.stderr)
        if not options.as_json:
            print(f"{options.guard}: on {new.cpu} the month takes {new.month:g} times the calibration kernel.")
        return True, asdict(new)
    reference = guarding.reference_for(options.guard, machine().cpu)
    checks = guarding.guard(reference)
    fine = not any(check.failed for check in checks)
    if not options.as_json:
        from sim.bench.table import console, show_checks

        show_checks(checks, console())
        renew = f"sim bench --guard {options.guard} --refresh"
        print("Fine." if fine else f"FAILED: slower than the reference. If that is meant: {renew}")
    return fine, {"fine": fine, "reference": asdict(reference), "checks": [asdict(check) for check in checks]}


def sweep(options: Options, runs: int) -> tuple[bool, dict[str, Any]]:
    """Measure sweeps, and print."""
    from sim.bench.sweep import measure_sweep
    from sim.bench.sweep_table import markdown, show
    from sim.bench.table import console

    measured = measure_sweep(runs, say)
    if options.as_markdown:
        print(markdown(measured))
    elif not options.as_json:
        show(measured, console())
    return True, measured.as_json()


def full(options: Options) -> tuple[bool, dict[str, Any]]:
    """Measure, print, draw, and add to the history."""
    from sim.bench import history
    from sim.bench.machine import machine
    from sim.bench.measure import FULL, QUICK, measure

    file = history.history_file()
    earlier = history.read(file, machine())  # before a minute of measuring: a broken file is told at once
    measured = measure(options.scales or (FULL if options.full else QUICK), cold=options.cold or options.full, say=say)
    document = measured.as_json()
    history.append(file, document)
    from sim.bench.plot import write

    page = write(measured, [*earlier, document], options.out)
    if options.as_markdown:
        from sim.bench.table import markdown

        print(markdown(measured))
    elif not options.as_json:
        from sim.bench.table import console, show

        show(measured, earlier, console())
        print(f"History: {file}\nNext: open {page} in a browser.")
    return True, document | {"page": str(page)}
