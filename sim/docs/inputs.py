"""Files that the model and its validation are made from, as they ship: provenance, digests, targets, what was found."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from sim.docs import source

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDERS = ("world/nl", "calibration/nl", "report/published")
"""Folders of data with a ``PROVENANCE.csv``."""
MADE = {
    "evidence/parameters.csv": "every number that steers behaviour, with range, unit, grade and source; see the table of parameters",
    "evidence/calibrated.yaml": "the fitted values, written by `sim calibrate --save`",
    "evidence/curves.yaml": "what levers did to few participants, written by `sim calibrate --policies --save`",
    "calibration/nl/validation.csv": "simulated beside published figures, written by `sim validate --save`",
    "calibration/nl/validation.yaml": "what that was made with, bars and targets, written by `sim validate --save`",
}
"""Files that the project itself made, and from what."""


@dataclass(frozen=True)
class DataFile:
    """A file of data: where, what, from which table, of which period, under which licence, what was done to it, and its digest."""

    path: str
    content: str
    table: str
    period: str
    licence: str
    done: str
    sha256: str


def digest(path: str) -> str:
    """SHA-256 of a file of the package, hexadecimal."""
    return hashlib.sha256((source.PACKAGE / path).read_bytes()).hexdigest()


def rows(path: str) -> list[dict[str, str]]:
    """A table of the package."""
    with (source.PACKAGE / path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def files() -> tuple[DataFile, ...]:
    """The files of `FOLDERS` in the order of their provenance, and of `MADE`."""
    found = []
    for folder in FOLDERS:
        for row in rows(f"{folder}/PROVENANCE.csv"):
            path = f"{folder}/{row['file']}"
            texts = (row["content"], row["source_table"], row["period"], row["licence"], row["transformation"])
            found.append(DataFile(f"sim/{path}", *texts, digest(path)))
    own = ("made by this project", "-", "Apache-2.0; published figures in it as in their own file", "-")
    return (*found, *(DataFile(f"sim/{path}", content, *own, digest(path)) for path, content in MADE.items()))


@cache
def targets() -> list[dict[str, str]]:
    """The targets of the fit and the validation."""
    return rows("calibration/nl/targets.csv")


@cache
def validation() -> dict[str, Any]:
    """The validation that ships with this version."""
    return dict(yaml.load(source.text("calibration/nl/validation.yaml"), Loader=LOADER))


@cache
def fit() -> dict[str, Any]:
    """The fit that ships with this version."""
    return dict(yaml.load(source.text("evidence/calibrated.yaml"), Loader=LOADER))


@cache
def curves() -> dict[str, Any]:
    """What the levers of policies with a solved strength did to few participants."""
    return dict(yaml.load(source.text("evidence/curves.yaml"), Loader=LOADER))


def window(name: str) -> str:
    """First to last quarter of a window (``FIT`` or ``CHECK``)."""
    return " to ".join(source.constant("calibration/targets.py", name))
