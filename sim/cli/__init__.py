"""The command ``sim``: one file per verb.

Verbs are thin: they call `sim.runs.jobs` and print; heavy imports stay inside them, so that ``sim --help`` is fast. A new verb is a new
file that puts a function on `sim.cli.app.app`, and its name below; verbs are listed in this order.
"""

from __future__ import annotations

import sys
import traceback

from sim.cli.app import FAULT, INTERRUPTED, MISTAKE, app
from sim.config.errors import UserError

# isort: off
from sim.cli import compare, sweep, run, dashboard, list_, explain, new, validate, calibrate, doctor, bench  # noqa: F401
# isort: on


def main() -> None:
    """Entry point: turns what goes wrong into a message and an exit code."""
    try:
        app()
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(MISTAKE)
    except Exception as error:
        if type(error).__name__ == "Interrupted":
            print(f"{error} Repeat the same command to go on where it stopped.", file=sys.stderr)
            sys.exit(INTERRUPTED)
        traceback.print_exc()
        print("\nThis is a fault of Loopbrug, not of your input. Please report it with the lines above and `sim doctor`.", file=sys.stderr)
        sys.exit(FAULT)
