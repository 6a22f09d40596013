"""Whether the committed documents still agree with the code, and how they are written again."""

from __future__ import annotations

from pathlib import Path

from sim.config.errors import UserError
from sim.docs.library import documents
from sim.docs.shortfalls import STORED, is_checkout, stored
from sim.runs.disk import write_whole

GENERATED = STORED.parent
"""Where the committed documents stand, in the package."""


def committed() -> dict[str, str]:
    """What has to stand in `GENERATED`: text by name of the file."""
    return {f"{name}.md": text for name, text in documents().items()} | {STORED.name: stored()}


def difference() -> str:
    """The first line in which a committed document differs from the code, in words; empty when all agree."""
    for name, text in committed().items():
        path = GENERATED / name
        if not path.is_file():
            return f"{name} is missing."
        found = path.read_text(encoding="utf-8")
        if found != text:
            return f"{name}, {first_difference(found, text)}"
    extra = sorted({file.name for file in GENERATED.iterdir()} - set(committed()))
    return f"{extra[0]} is no document of this version." if extra else ""


def first_difference(found: str, wanted: str) -> str:
    """The first line that differs, as it stands and as the code gives it.

    >>> print(first_difference("a\\nb\\n", "a\\nc\\n"))
    line 2:
      committed: b
      code:      c
    """
    ours, theirs = found.split("\n"), wanted.split("\n")
    at = next((n for n, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), min(len(ours), len(theirs)))

    def line(lines: list[str]) -> str:
        return shortened(lines[at]) if at < len(lines) else "(the end)"

    return f"line {at + 1}:\n  committed: {line(ours)}\n  code:      {line(theirs)}"


def shortened(line: str, most: int = 400) -> str:
    """A line that fits in a terminal."""
    return line if len(line) <= most else f"{line[:most]} ..."


def save() -> list[Path]:
    """Write the committed documents; UserError outside a checkout."""
    if not is_checkout():
        raise UserError("--save writes the documents of the package itself, and is for a checkout of the source code; -o writes elsewhere.")
    return write(GENERATED, committed())


def write(folder: Path, files: dict[str, str]) -> list[Path]:
    """Write `files` (text by name) into a folder; UserError when that cannot be."""
    for name, text in files.items():
        write_whole(folder / name, text)
    return [folder / name for name in files]
