"""The one exception for a mistake of the user."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from sim.config.visible import message, shortened

LONGEST_NAME = 200
"""Characters of a name that a message repeats."""


class UserError(Exception):
    """Something the user can mend: the message says what, where and what would be right. The command line prints it and exits with 2.

    A message quotes files and names of other people, so it is made safe for a terminal (`sim.config.visible`).
    """

    def __str__(self) -> str:
        return message(super().__str__())


def unknown(kind: str, name: str, known: Iterable[str]) -> UserError:
    """The error for an unknown name, with the nearest known one.

    >>> str(unknown("scenario", "pakage", ["package", "baseline"]))
    "Unknown scenario 'pakage'. Did you mean 'package'? Known: baseline, package."
    """
    names = sorted(known)
    near = get_close_matches(name[:LONGEST_NAME], names, n=1, cutoff=0.5)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    name = shortened(name, LONGEST_NAME)
    return UserError(f"Unknown {kind} '{name}'.{hint} Known: {', '.join(names) or 'none'}.")
