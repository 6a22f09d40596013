"""What was measured before: one JSON document a line, in the user's data folder, since a history belongs to a machine.

``$XDG_DATA_HOME/loopbrug/bench.jsonl``, or ``~/.local/share/loopbrug/bench.jsonl``.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from sim.bench.figures import Figure
from sim.bench.machine import Machine
from sim.config.errors import UserError

LAST = 5
"""Measurements that a new one is compared with: the median of the last few on the same machine."""


def history_file() -> Path:
    """Where the history is."""
    root = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return root / "loopbrug" / "bench.jsonl"


def read(path: Path, on: Machine) -> list[dict[str, Any]]:
    """Measurements on a machine like `on`, oldest first; none without a file.

    Raises
    ------
    UserError : a line is not a measurement.
    """
    if not path.is_file():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            document = json.loads(line)
            same = document["machine"] == asdict(on)
        except (ValueError, KeyError, TypeError):
            raise UserError(f"{path}, line {number}: not a measurement of sim bench; delete that line.") from None
        if same:
            found.append(document)
    return found


def append(path: Path, document: dict[str, Any]) -> None:
    """Add a measurement.

    Raises
    ------
    UserError : the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(document, ensure_ascii=False) + "\n")
    except OSError as error:
        raise UserError(f"cannot write the history {path}: {error.strerror}. Choose another place with XDG_DATA_HOME.") from error


def compared(document: dict[str, Any], name: str) -> float | None:
    """The number of a figure that is compared over time; None when that measurement did not have it."""
    figure = document["figures"].get(name)
    if figure is None:
        return None
    return float(figure["value"] if figure["best_ratio"] is None else figure["best_ratio"])


def before(figure: Figure, earlier: list[dict[str, Any]]) -> float | None:
    """Median of a figure over the last measurements that have it and were made on a quiet machine; None without any."""
    values = [value for document in earlier if not document["busy"] and (value := compared(document, figure.name)) is not None]
    return median(values[-LAST:]) if values else None
