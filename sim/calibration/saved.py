"""The validation that ships with a version, so that every dashboard can show how well the baseline fits without running it again.

``nl/validation.csv`` holds one row per series and period, ``nl/validation.yaml`` what it was made with, the bars and the targets. Both are
written by `sim validate --save` and by nothing else; a version without them was not validated.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from sim.calibration.naive import NAIVE
from sim.calibration.score import by_target
from sim.calibration.validate import Validation, document
from sim.config.errors import UserError
from sim.config.schema import SimConfig
from sim.runs.identity import NOT_RESULTS

FOLDER = Path(__file__).with_name("nl")
FIGURES, RECORD = "validation.csv", "validation.yaml"
COLUMNS = ("target", "cell", "period", "observed", "simulated", "low50", "high50", "low90", "high90", "naive")
"""Columns of the figures. `simulated`: mean over the seeds; `naive`: the forecast that does best for the series in its window."""
OF_THE_RECORD = ("version", "code_digest", "data_digest", "scale", "seeds", "overrides", "parameters", "structure", "bars", "missing")
DIGITS = 6
SOURCE = "observed: as observed.csv, sources and licences in targets.csv; the rest: sim validate --save"


@dataclass(frozen=True)
class Saved:
    """A shipped validation: the figures, and the record they came with."""

    points: pl.DataFrame
    record: dict[str, Any]


def save(found: Validation, folder: Path | None = None) -> list[Path]:
    """Write both files (default: into the package); returns them.

    Raises
    ------
    UserError
        The check window is missing, there is one seed only, or the folder cannot be written.
    """
    check(found.config, found.window)
    folder, whole = folder or FOLDER, document(found)
    record = {"source": SOURCE, "date": dt.date.today().isoformat(), **{name: whole[name] for name in OF_THE_RECORD}}
    record["overrides"] = [text for text in found.overrides if text.partition("=")[0].partition(".")[0] not in NOT_RESULTS - {"seeds"}]
    record["targets"] = [{name: rounded(value) for name, value in row.items()} for row in by_target(found.scores).to_dicts()]
    record["bars"] = [{name: rounded(value) for name, value in row.items()} for row in whole["bars"]]
    files = {
        folder / FIGURES: figures(found).write_csv(),
        folder / RECORD: yaml.safe_dump(record, sort_keys=False, allow_unicode=True, width=140),
    }
    for path, text in files.items():
        temporary = path.with_name(f".tmp-{path.name}")
        try:
            temporary.write_text(text, encoding="utf-8")
            os.replace(temporary, path)
        except OSError as error:
            raise UserError(f"cannot write {path}: {error.strerror}. --save is for a checkout of the source code.") from error
    return list(files)


def check(config: SimConfig, window: str) -> None:
    """Raise UserError when a validation with these settings could not be saved; to be asked before an hour is spent on it."""
    if window != "both":
        raise UserError("sim validate --save needs both windows: leave out --window.")
    if config.seeds < 2:
        raise UserError(f"sim validate --save needs at least 2 seeds for the spread, got seeds={config.seeds}.")


def figures(found: Validation) -> pl.DataFrame:
    """The points as they are shipped."""
    keys = ["target", "cell", "window"]
    points = found.scores.points.join(found.scores.series.select(*keys, "best_naive"), on=keys, how="left", maintain_order="left")
    best = pl.coalesce(*(pl.when(pl.col("best_naive") == name).then(pl.col(name)) for name in NAIVE))
    return points.with_columns(best.alias("naive")).select(COLUMNS).with_columns(pl.col(pl.Float64).round_sig_figs(DIGITS))


def rounded(value: Any) -> Any:
    """A number to a few digits, anything else as it is."""
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def load(folder: Path | None = None) -> Saved | None:
    """The shipped validation; None when this version was not validated.

    Raises
    ------
    UserError
        One of the two files is missing, or a column.
    """
    folder = folder or FOLDER
    paths = [folder / FIGURES, folder / RECORD]
    there = [path for path in paths if path.exists()]
    if not there:
        return None
    if len(there) == 1:
        lost = next(path for path in paths if path not in there)
        raise UserError(f"{lost} is missing beside {there[0].name}: make both again with sim validate --save, or delete the other.")
    text = dict.fromkeys(COLUMNS[:3], pl.String) | dict.fromkeys(COLUMNS[3:], pl.Float64)
    header = tuple(paths[0].open(encoding="utf-8").readline().strip().split(","))
    if header != COLUMNS:
        raise UserError(f"{paths[0]} has columns {', '.join(header)}; it should have {', '.join(COLUMNS)}: sim validate --save")
    return Saved(pl.read_csv(paths[0], schema=text), yaml.safe_load(paths[1].read_text(encoding="utf-8")))
