"""The command ``sim``: one file per verb.

Verbs are thin: they call `sim.runs.jobs` and print; heavy imports stay inside them, so that ``sim --help`` is fast. A new verb is a new
file that puts a function on `sim.cli.app.app`, and its name below; verbs are listed in this order.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from sim.cli.app import FAULT, FINE, INTERRUPTED, MISTAKE, app
from sim.config.errors import UserError
from sim.runs import disk, stop

# isort: off
from sim.cli import compare, sweep, run, dashboard, export, list_, explain, schema, new, validate, calibrate, doctor, bench  # noqa: F401
# isort: on


def main() -> None:
    """Entry point: turns what goes wrong into a message and an exit code."""
    try:
        with stop.listening():
            app()
    except BaseException as error:
        if stop.asked() and not (isinstance(error, SystemExit) and error.code in (None, FINE)):
            stop.leave(kept_of(error))
        if isinstance(error, SystemExit):
            raise
        if isinstance(error, UserError) or disk.is_full(error):
            print(error if isinstance(error, UserError) else disk.full(Path.cwd()), file=sys.stderr)
            sys.exit(MISTAKE)
        if kept_of(error):
            stop.tell(kept_of(error))
            sys.exit(INTERRUPTED)
        traceback.print_exc()
        print("\nThis is a fault of Loopbrug, not of your input. Please report it with the lines above and `sim doctor`.", file=sys.stderr)
        sys.exit(FAULT)


def kept_of(error: BaseException) -> str | None:
    """What is kept of an interrupted command, when the error says so (``Interrupted`` of `sim.runs.batch` and `sim.calibration.fit`)."""
    return str(error).removeprefix("Interrupted. ") if type(error).__name__ == "Interrupted" else None
