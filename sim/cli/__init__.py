"""The command ``sim``: one file per verb.

Verbs are thin: they call `sim.runs.jobs` and print; heavy imports stay inside them, so that ``sim --help`` is fast. A new verb is a new
file that puts a function on `sim.cli.app.app`, and its name below; verbs are listed in this order.
"""

from __future__ import annotations

import sys

from sim.cli.app import app
from sim.runs.ending import exit_code

# isort: off
from sim.cli import (  # noqa: F401
    compare, sweep, run, dashboard, export, list_, explain, replay, docs, schema, new, validate, calibrate, doctor, bench, baseline,
    baseline_init,
)  # fmt: skip
# isort: on


def main() -> None:
    """Entry point."""
    sys.exit(exit_code(app))
