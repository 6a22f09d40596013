"""Files from the templates of this folder; all of them are written, or none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sim.config import shipped
from sim.config.errors import UserError

TEMPLATES = Path(__file__).with_name("templates")


def filled_in(template: str, **values: Any) -> str:
    """The text of a template with its blanks filled in."""
    files = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True)
    return files.get_template(template).render(**values)


def write_all(new: Mapping[Path, str], changed: tuple[Path, str] | None = None) -> None:
    """Write the files of `new`, which must not be there, and then the one that is `changed`; undo everything when that fails.

    Raises
    ------
    UserError
        A file is there already, or cannot be written; nothing is left behind.
    """
    made: list[Path] = []
    folders = [path.parent for path in new if not path.parent.exists()]
    try:
        for path, text in new.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:  # x: never over another file
                made.append(path)
                file.write(text)
        if changed:
            path, text = changed
            beside = path.with_name(f".{path.name}.new")
            made.append(beside)
            beside.write_text(text, encoding="utf-8", newline="\n")
            os.replace(beside, path)
    except BaseException as error:
        for path in made:
            path.unlink(missing_ok=True)
        for folder in folders:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        if isinstance(error, FileExistsError):
            path = Path(error.filename)
            advice = "Choose another name." if path in new else "It should be a folder."
            raise UserError(f"Nothing was written: {shipped.shown(path)} is there already. {advice}") from None
        if isinstance(error, OSError):
            raise UserError(f"Nothing was written: {error.strerror}: {error.filename}") from None
        raise
