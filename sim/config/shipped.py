"""Where the YAML files live: at the root of a checkout, or inside the installed package."""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
FOLDERS = ("configs", "scenarios", "experiments")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
"""What a scenario or experiment can be called at all: no folder, nothing that steers a terminal. Files of other names are not seen."""


def shipped(folder: str) -> Path:
    """Folder `configs`, `scenarios` or `experiments` that came with this version.

    Raises
    ------
    FileNotFoundError
        The installation is broken: neither the package nor a checkout holds it.
    """
    for path in (PACKAGE / "_shipped" / folder, PACKAGE.parent / folder):
        if path.is_dir():
            return path
    raise FileNotFoundError(f"folder '{folder}' is missing from this installation of Loopbrug: install it again")


def places(folder: str) -> list[Path]:
    """Where files of `scenarios` or `experiments` are looked for: the user's own ./folder first, then the shipped one."""
    own = Path.cwd() / folder
    came_with = shipped(folder)
    return [own, came_with] if own.is_dir() and own.resolve() != came_with.resolve() else [came_with]


def find(folder: str, name: str) -> Path | None:
    """File of scenario or experiment `name`; None when there is none. A user's file goes before a shipped one of the same name."""
    if not NAME.fullmatch(name):
        return None
    return next((path for place in places(folder) if (path := place / f"{name}.yaml").is_file()), None)


def names(folder: str) -> list[str]:
    """Names of the scenarios or experiments there are, sorted; without the user's drafts that start with a dot or underscore."""
    found = (path for place in places(folder) for path in place.glob("*.yaml"))
    return sorted({path.stem for path in found if path.stem[0] not in "._" and NAME.fullmatch(path.stem) and path.is_file()})


def came_with(path: Path) -> bool:
    """Whether a file is one of the shipped ones."""
    return any(path.is_relative_to(shipped(folder)) for folder in FOLDERS)


def shown(path: Path) -> str:
    """`path` as a user would type it: relative when it lies below the working directory or in the shipped folders."""
    for root in (Path.cwd(), PACKAGE / "_shipped", PACKAGE.parent):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.as_posix()
