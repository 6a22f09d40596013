"""How a command ends: what goes wrong becomes a message and an exit code, the same for ``sim`` and ``python -m sim``."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from sim.config.errors import UserError
from sim.runs import disk, stop

FINE, FAILED, MISTAKE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130


def exit_code(work: Callable[[], int | None]) -> int:
    """Do `work`, which may return an exit code or leave with one, and return the code; what went wrong stands on standard error.

    A process that was asked to stop (Ctrl-C, SIGTERM) ends here.
    """
    try:
        with stop.listening():
            return work() or FINE
    except BaseException as error:
        code = int(error.code or FINE) if isinstance(error, SystemExit) else None
        if stop.asked() and code != FINE:
            stop.leave(kept_of(error))
        if code is not None:
            return code
        if isinstance(error, UserError) or disk.is_full(error):
            print(error if isinstance(error, UserError) else disk.full(Path.cwd()), file=sys.stderr)
            return int(getattr(error, "exit_code", MISTAKE))  # an error of the user's may have a code of its own (`sim.baseline.store`)
        if kept_of(error):
            stop.tell(kept_of(error))
            return INTERRUPTED
        traceback.print_exc()
        print("\nThis is a fault of Loopbrug, not of your input. Please report it with the lines above and `sim doctor`.", file=sys.stderr)
        return FAULT


def kept_of(error: BaseException) -> str | None:
    """What is kept of an interrupted command, when the error says so (``Interrupted`` of `sim.runs.batch` and `sim.calibration.fit`)."""
    return str(error).removeprefix("Interrupted. ") if type(error).__name__ == "Interrupted" else None
