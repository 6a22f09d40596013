"""`sim.open_runs`: finished runs as Polars frames, without reading a figure before it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.analysis import columns
from sim.analysis.runs import config_in
from sim.config.errors import UserError
from sim.config.wording import nearest
from sim.runs import record, store
from sim.runs.select import newest_set

if TYPE_CHECKING:
    from sim.runs.record import RunRecord

IDENTITY = {"scenario": pl.String(), "evidence": pl.String(), "seed": pl.Int64(), "draw": pl.Int64(), "key": pl.String()}
"""Columns that every table gets in front of its own."""
OF_THE_RUN = (
    "against", "weight", "start", "months", "persons", "employers", "version", "code_digest", "data_digest", "config_digest",
    "settings_digest", "world_digest", "digest", "build_s", "wall_s", "peak_rss_mb", "created",
)  # fmt: skip
"""Keys of ``run.json`` that `Runs.runs` has beside those."""
LATER = ("retirements",)
"""Files that runs of earlier versions lack."""
NOT_SETTINGS = ("scenario", "evidence", "seed", "seeds", "draws", "uncertain", "checks", "threads", "compute", "report", "runs_dir")
"""Parts of a configuration that are no columns: they are there already, or cannot change a result."""
FILE = "file"


@dataclass(frozen=True)
class Runs:
    """Finished runs as Polars frames; units and meanings of all columns: ``sim schema tables``, `sim.analysis.columns`.

    Attributes
    ----------
    folders, records : of the runs, in the order of `runs`.
    left_out : finished runs in the folder that are not among them: not comparable, or filtered away.
    """

    folders: tuple[Path, ...]
    records: tuple[RunRecord, ...]
    left_out: int

    def __len__(self) -> int:
        return len(self.folders)

    def __repr__(self) -> str:
        names = dict.fromkeys(run.scenario for run in self.records)
        return f"{len(self)} runs of {', '.join(names) or 'no scenario'}: .runs .panel .market .sexes .flows .policies .retirements"

    @cached_property
    def runs(self) -> pl.DataFrame:
        """One row per run.

        Scenario, evidence, seed, draw, key; every setting that can change a result (``population.scale``, ``policies.pay_rise.rise``; null
        where the scenario has no such policy); weight, digests, seconds; ``summary.*`` of the last month; ``run_dir``.
        """
        settings = _settings(self.folders, self.records)
        rows = [
            identity(run)
            | {name: value for name, value in settings[run.config_digest, run.draw].items() if name not in IDENTITY}
            | {name: getattr(run, name) for name in OF_THE_RUN}
            | {f"summary.{name}": value for name, value in run.summary.items()}
            | {"run_dir": folder.as_posix()}
            for folder, run in zip(self.folders, self.records, strict=True)
        ]
        return pl.DataFrame(rows, schema_overrides=IDENTITY, infer_schema_length=None, strict=False)

    @property
    def panel(self) -> pl.LazyFrame:
        """People by month, sector, province of residence and age band; the first month is the opening balance."""
        return self.table("panel")

    @property
    def market(self) -> pl.LazyFrame:
        """Jobs, vacancies and hours by month, sector and province of work; the first month is the opening balance."""
        return self.table("market")

    @property
    def sexes(self) -> pl.LazyFrame:
        """People at work and their full-time equivalents by month and sex; the first month is the opening balance."""
        return self.table("sexes")

    @property
    def flows(self) -> pl.LazyFrame:
        """Persons who moved, by month, cause, from where and to where."""
        return self.table("flows")

    @property
    def policies(self) -> pl.LazyFrame:
        """Participants, euros of 2023 and outcomes by month and policy."""
        return self.table("policies")

    @property
    def retirements(self) -> pl.LazyFrame:
        """Employees who retire by month, age and before, at or after the state pension age; runs of earlier versions have none."""
        return self.table("retirements")

    def table(self, name: str) -> pl.LazyFrame:
        """A file of all runs, weighted to the country, with scenario, evidence, seed, draw and key in front.

        No file is opened here. A column that runs of an earlier version lack is null in them; a file that they lack has no rows of theirs.

        Raises
        ------
        UserError
            There is no such table.
        """
        own = columns.schema(name)
        if not self.folders:
            return pl.LazyFrame(schema=IDENTITY | own)
        there = [(folder, run) for folder, run in zip(self.folders, self.records, strict=True) if name not in LATER or _has(folder, name)]
        if not there:
            return pl.LazyFrame(schema=IDENTITY | own)
        who = pl.DataFrame([identity(run) for _, run in there], schema=IDENTITY)
        return scan([folder for folder, _ in there], name, who).select(*IDENTITY, *own)


def _has(folder: Path, name: str) -> bool:
    return (folder / f"{name}.parquet").is_file()


def scan(folders: Sequence[Path], name: str, about: pl.DataFrame) -> pl.LazyFrame:
    """One file of many runs, lazily and without opening any, with the columns of `about` (one row per folder) beside its own."""
    files = [folder / f"{name}.parquet" for folder in folders]
    found = pl.scan_parquet(
        files,
        schema=columns.schema(name),
        glob=False,
        hive_partitioning=False,
        include_file_paths=FILE,
        missing_columns="insert",
        extra_columns="ignore",
    )
    keyed = about.lazy().with_columns(pl.Series(FILE, [file.as_posix() for file in files]))
    return found.join(keyed, on=FILE, how="left").drop(FILE)


def open_runs(path: str | Path | Sequence[str | Path] = "runs", *, comparable: bool = True, **filters: Any) -> Runs:
    """Finished runs of a folder, as Polars frames.

    Parameters
    ----------
    path : a folder with runs, or one run; several as a list.
    comparable : only the newest set of runs that can be compared (same settings, code and data), as the dashboard takes them. False: every
        finished run there is, also of earlier versions.
    filters : which of them, by a column of `Runs.runs`: ``seed=1``, ``scenario=["baseline", "job_bridge"]``; a name with a dot as
        ``**{"population.scale": 0.01}``. The files of other runs are never opened.

    Raises
    ------
    UserError
        No such folder, no finished run, or a filter that is no column.

    Examples
    --------
    >>> found = sim.open_runs("runs", scenario="job_bridge")  # doctest: +SKIP
    >>> found.market.filter(pl.col("sector") == "Q").group_by("seed").agg(pl.col("shortage_fte").sum()).collect()  # doctest: +SKIP
    """
    roots = [Path(root) for root in ([path] if isinstance(path, str | Path) else path)]
    folders, left_out = _comparable(roots) if comparable else (_all(roots), 0)
    read = {run.key: (folder, run) for folder in folders if (run := _finished(folder)) is not None}
    pairs = sorted(read.values(), key=lambda pair: (pair[1].scenario, pair[1].evidence, pair[1].seed, pair[1].draw or 0, pair[1].created))
    found = Runs(tuple(folder for folder, _ in pairs), tuple(run for _, run in pairs), left_out)
    return _filtered(found, filters) if filters else found


def identity(run: RunRecord) -> dict[str, Any]:
    """The columns that say which run a row is of."""
    return {name: getattr(run, name) for name in IDENTITY}


def _finished(folder: Path) -> RunRecord | None:
    """Record of a run that finished; its tables are not looked at. None also when another version wrote a record of another kind."""
    try:
        found = record.read(folder)
    except UserError:
        return None
    return found if found is not None and found.ok else None


def _comparable(roots: Sequence[Path]) -> tuple[list[Path], int]:
    selection = newest_set(list(roots))
    return selection.folders, selection.left_out


def _all(roots: Sequence[Path]) -> list[Path]:
    for root in roots:
        if not root.exists():
            raise UserError(f"There is no folder {root}. Make runs with `sim compare`, or name the folder they are in.")
    return [folder for root in roots for folder in store.folders(root)]


def _filtered(found: Runs, filters: Mapping[str, Any]) -> Runs:
    table = found.runs
    chosen = pl.lit(True)
    for name, wanted in filters.items():
        if name not in table.columns:
            raise UserError(f"open_runs: there is no column '{name}' to filter by{nearest(name, table.columns)}")
        values = list(wanted) if isinstance(wanted, Iterable) and not isinstance(wanted, str) else [wanted]
        chosen &= pl.any_horizontal(pl.col(name).is_null() if value is None else pl.col(name) == value for value in values)
    rows = table.select(chosen.fill_null(False).alias("chosen"))["chosen"].to_list() if len(table) else []
    kept = [position for position, keep in enumerate(rows) if keep]
    return Runs(
        tuple(found.folders[position] for position in kept),
        tuple(found.records[position] for position in kept),
        found.left_out + len(rows) - len(kept),
    )


def _settings(folders: Sequence[Path], records: Sequence[RunRecord]) -> dict[tuple[str, int | None], dict[str, Any]]:
    """Settings by digest of the configuration and draw: runs that differ in their seed only share them, so one file of them is read."""
    from sim.report.assumptions import flatten

    found = dict[tuple[str, int | None], dict[str, Any]]()
    for folder, run in zip(folders, records, strict=True):
        if (run.config_digest, run.draw) in found:
            continue
        content = config_in(folder)
        flat = flatten({name: value for name, value in content.items() if name not in NOT_SETTINGS})
        found[run.config_digest, run.draw] = {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value for name, value in flat.items() if value != {}
        }
    return found
