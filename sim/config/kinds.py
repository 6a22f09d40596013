"""The kinds of experiments, by a key of their own in the file; a file without one asks for runs to compare.

This is the one place that knows them. `sim.config.compose` refuses their keys where nobody would read them, `sim sweep` chooses by them.
"""

from __future__ import annotations

from sim.config.errors import UserError

PILOTS = "pilots"
"""Small programmes simulated many times: `sim.pilots`."""
SENSITIVITY = "sensitivity"
"""What an effect hangs on: `sim.sensitivity`."""
KINDS = {PILOTS: "has pilots", SENSITIVITY: "is a sensitivity analysis"}
"""Key -> how an experiment with it is called."""


def kind_of(experiment: str) -> str | None:
    """The key of `KINDS` that the file of an experiment has; None for runs to compare, and when there is no such file.

    Raises
    ------
    UserError : the file has several of them.
    """
    from sim.config import shipped
    from sim.config.own_files import EXPERIMENTS, content

    path = shipped.find(EXPERIMENTS, experiment)
    found = [key for key in KINDS if path is not None and key in content(EXPERIMENTS, path)]
    if len(found) > 1:
        raise UserError(f"{experiment}: {' and '.join(found)}: an experiment is of one kind; make it two files.")
    return found[0] if found else None


def check_runs(experiment: str) -> None:
    """Raise UserError when an experiment is of a kind of its own, and so gives no scenarios to compare."""
    if (kind := kind_of(experiment)) is not None:
        raise UserError(f"{experiment} {KINDS[kind]}, which gives no scenarios to compare: sim.runs.jobs.{kind}, or sim sweep {experiment}")
