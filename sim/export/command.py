"""`sim export`: from finished runs to a workbook or a folder of CSV files. What is there is only replaced when that was asked for."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.config.errors import UserError, unknown

XLSX = ".xlsx"
TEXT_FILES = {".csv", ".txt", ".xlsx", ".xls", ".zip", ".html"}
"""Ends of names that are meant for a file, where a folder is asked for."""


@dataclass(frozen=True)
class Exported:
    """What was written; `left_out` counts finished runs that cannot be compared with those in it; `unreadable`: why a folder was."""

    files: tuple[Path, ...]
    sheets: tuple[str, ...]
    runs: int
    left_out: int
    unreadable: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The document that ``--json`` prints."""
        files = [file.as_posix() for file in self.files]
        counts = {"runs": self.runs, "left_out": self.left_out, "unreadable": list(self.unreadable)}
        return {"files": files, "sheets": list(self.sheets), **counts}


def export(
    runs: Sequence[str | Path] = ("runs",),
    *,
    sweep: str | None = None,
    xlsx: Path | None = None,
    csv: Path | None = None,
    language: str | None = None,
    all_months: bool = False,
    force: bool = False,
) -> Exported:
    """Write the newest set of comparable runs, or those of a sweep, as on the dashboard, to a workbook, a folder of CSV files, or both.

    Parameters
    ----------
    runs : folders with runs.
    sweep : name of a sweep in them, or how it begins: exactly its runs.
    xlsx, csv : where to; at least one.
    language : ``en`` or ``nl``; default: that of the runs' dashboard.
    all_months : also levels by month.
    force : replace files that are there.

    Raises
    ------
    UserError
        No finished run, a name that does not fit, a file that is there, or a place that cannot be written.
    """
    from sim.report.words import LANGUAGES

    if xlsx is None and csv is None:
        raise UserError("Say what to write: sim export --xlsx results.xlsx, or --csv FOLDER, or both.")
    if language is not None and language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    if xlsx is not None:
        check_file(xlsx, force)
    if csv is not None:
        check_folder(csv)
    from sim.export import csv_files, excel
    from sim.export.book import sheets
    from sim.export.sheet import material
    from sim.runs.select import compared, newest_set

    comparison, selection = compared(newest_set([Path(root) for root in runs], sweep))
    first = next(iter(comparison.configs.values()))
    of = material(comparison, language or (first.get("report") or {}).get("language") or "en", selection.failures, selection.left_out)
    book, files = sheets(of, all_months=all_months), list[Path]()
    if csv is not None:
        refuse_to_replace([csv / name for name in (csv_files.NOTES, *csv_files.every_name(of))], force)
    if xlsx is not None:
        into(xlsx.parent, lambda folder: excel.write(folder / xlsx.name, of, book), [xlsx.name])
        files.append(xlsx)
    if csv is not None:
        into(csv, lambda folder: csv_files.write(folder, of, book), csv_files.names(of, book))
        files += [csv / name for name in csv_files.names(of, book)]
        for name in {*csv_files.every_name(of)} - {*csv_files.names(of, book)}:
            (csv / name).unlink(missing_ok=True)  # of an earlier export that was replaced: figures of other runs
    titles = tuple(sheet.title(of.words) for sheet in book)
    return Exported(tuple(files), titles, len(comparison.frames.runs), selection.left_out, tuple(selection.unreadable))


def check_file(path: Path, force: bool) -> None:
    """Refuse a name that no workbook has, and a file that is there."""
    if path.is_dir():
        raise UserError(f"--xlsx {path} is a folder: name a file in it, e.g. {path / 'results.xlsx'}")
    if path.suffix.lower() != XLSX:
        right = path.with_suffix(XLSX) if path.suffix else path.with_name(path.name + XLSX)
        hint = f" For CSV: --csv {path.with_suffix('')}" if path.suffix.lower() == ".csv" else ""
        raise UserError(f"--xlsx {path}: the name of a workbook ends in {XLSX}, as {right}.{hint}")
    refuse_to_replace([path], force)


def check_folder(path: Path) -> None:
    """Refuse a name that is meant for a file: there is one CSV file per sheet."""
    if path.is_file() or path.suffix.lower() in TEXT_FILES:
        raise UserError(f"--csv {path}: writes one file per sheet, so it takes a folder, as {path.with_suffix('')}")


def refuse_to_replace(paths: Sequence[Path], force: bool) -> None:
    """People add their own notes to a workbook, so nothing is replaced unasked."""
    there = [path for path in paths if path.exists()]
    if there and not force:
        raise UserError(f"{there[0]} is there already: --force replaces it, or choose another name.")


def into(place: Path, write: Any, names: Sequence[str]) -> None:
    """Let `write` fill a folder beside `place`, then move the files there, so that a file under its name is whole.

    Raises
    ------
    UserError
        The place cannot be written, the disk is full, or a file is open in another program.
    """
    temporary = place / f".tmp-{uuid.uuid4().hex[:8]}"
    try:
        temporary.mkdir(parents=True)
        write(temporary)
        for name in names:
            os.replace(temporary / name, place / name)
    except OSError as error:
        reason = error.strerror or str(error)
        if isinstance(error, PermissionError):
            reason += " (is the file open in another program, or the folder not yours?)"
        raise UserError(f"cannot write to {place}: {reason}. Close the file, or choose another place.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
