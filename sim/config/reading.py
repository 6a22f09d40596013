"""Read a small text file that somebody else may have made: only a plain file, not too large, in UTF-8, and from where it seems to be.

A name in a folder can also be a pipe (reading waits for ever), a device (no end), or a link to a file that is nobody's business.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

from sim.config import shipped
from sim.config.errors import UserError
from sim.config.visible import visible

MB = 1_000_000
MOST_OF_JSON = 20 * MB
"""Bytes of a record of a run, a note of a sweep, a study; a note of 100,000 runs has 2 MB."""
MOST_OF_YAML = 1 * MB
"""Bytes of a scenario, an experiment, or the configuration of a run; the largest shipped one has 8 kB."""


def bytes_of(path: Path, most: int, what: str) -> bytes:
    """The content of a plain file of at most `most` bytes.

    Parameters
    ----------
    what : what it should be, for messages: "a scenario".

    Raises
    ------
    UserError
        It is no plain file, or too large.
    OSError
        It is not there, or may not be read.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UserError(f"{shipped.shown(path)}: not a plain file, as {what} should be.")
        content = file.read(most + 1)
        if len(content) > most:
            size = os.fstat(handle).st_size
            raise UserError(f"{shipped.shown(path)}: {size / MB:,.1f} MB is too large for {what}: at most {most / MB:g} MB.")
    return content


def text_of(path: Path, what: str, most: int = MOST_OF_YAML) -> str:
    """The text of a plain UTF-8 file, with or without a byte order mark; raises `UserError` for everything else, also when it is gone."""
    try:
        content = bytes_of(path, most, what)
    except OSError as error:
        raise UserError(f"{shipped.shown(path)}: cannot be read: {error.strerror}.") from None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UserError(f"{shipped.shown(path)} line {line}: not UTF-8 text. Save the file with the encoding UTF-8.") from None


def refuse_link(path: Path) -> None:
    """Raise `UserError` for a link in a folder of the user's own that leads out of it: what it shows would be another file.

    Shipped folders may hold links: some installers make them.
    """
    if path.is_symlink() and path.parent.resolve() not in path.resolve().parents and not shipped.came_with(path):
        raise UserError(f"{shipped.shown(path)}: a link to a file elsewhere. Copy the file itself into {path.parent.name}/.")


def json_of(path: Path, what: str, most: int = MOST_OF_JSON) -> Any:
    """The content of a JSON file, with texts that are safe to print (`sim.config.visible`).

    Raises
    ------
    UserError
        It is no plain file, too large, no JSON, or nested too deep.
    OSError
        It is not there, or may not be read.
    """
    content = bytes_of(path, most, what)
    try:
        return printable(json.loads(content.decode("utf-8-sig")))
    except json.JSONDecodeError as error:
        raise UserError(f"{shipped.shown(path)} is not valid JSON (line {error.lineno}).") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, other letters, brackets without end
        raise UserError(f"{shipped.shown(path)} is not valid JSON ({error}).") from None


def printable(value: Any) -> Any:
    """A JSON value with every text in it made `visible`, names of keys too."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(key): printable(inner) for key, inner in value.items()}
    return [printable(inner) for inner in value] if isinstance(value, list) else value
