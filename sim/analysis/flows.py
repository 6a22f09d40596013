"""Who moves: people per year between labour states and groups of sectors, and how a scenario changes that.

A place is a group of sectors in which people are at work, or a state without work. A move leads from one place to another: who changes
jobs within a group of sectors, or stays out of work while the last job is of another sector, has not moved. So the stock of a place at the
start, plus what comes in, less what goes out, is its stock at the end (tested on a real run).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.analysis.counts import count_interval
from sim.analysis.foreign import rows_of
from sim.analysis.intervals import Interval, difference
from sim.codes import SECTOR_GROUPS, SECTORS, State

if TYPE_CHECKING:
    from sim.analysis.contrast import Comparison

WORK = tuple(SECTOR_GROUPS)
CRUCIAL = tuple(group for group in WORK if group != "rest")
PLACES = (*WORK, *(state.name.lower() for state in State if state is not State.EMPLOYED))
"""Groups of sectors of those at work, then the other states."""
STATES = tuple(state.name.lower() for state in State)
SECTOR_WORDS = (*SECTORS, "none")
FEWEST_SIMULATED = 10
"""Links with fewer simulated people per run, in every scenario, are left out: chance would do them."""
VIEWS = ("all", "crucial", "out")
"""All moves; moves into the crucial sectors; moves from work to none."""
Link = tuple[str, str]


def _places() -> np.ndarray:
    """(n_states, n_sectors + 1) number of the place of a state and sector."""
    table = np.empty((len(STATES), len(SECTOR_WORDS)), np.int64)
    for row, state in enumerate(State):
        table[row] = PLACES.index("rest" if state is State.EMPLOYED else state.name.lower())
    for group, keys in SECTOR_GROUPS.items():
        table[State.EMPLOYED, [SECTORS.index(key) for key in keys]] = PLACES.index(group)
    return table


PLACE_OF = _places()


def moves(folder: Path, months: Sequence[dt.date]) -> np.ndarray:
    """Persons who moved in a run over `months`, (n_places, n_places) float64: from, to; NaN when the run has no ``flows.parquet``."""
    file, n = folder / "flows.parquet", len(PLACES)
    if not file.is_file():
        return np.full((n, n), np.nan)
    columns = ["month", "from_state", "from_sector", "to_state", "to_sector", "persons"]
    frame = rows_of(file, columns)
    frame = frame.filter(pl.col("month").is_between(months[0], months[-1]))
    cell = _numbers(frame, "from") * n + _numbers(frame, "to")
    table = np.bincount(cell, weights=frame["persons"].to_numpy(), minlength=n * n).reshape(n, n)
    np.fill_diagonal(table, 0.0)
    return np.asarray(table, np.float64)


def _numbers(frame: pl.DataFrame, end: str) -> np.ndarray:
    """Number of the place of every row."""
    codes = [
        frame[f"{end}_{what}"].cast(pl.Enum(words)).to_physical().to_numpy()
        for what, words in (("state", STATES), ("sector", SECTOR_WORDS))
    ]
    return np.asarray(PLACE_OF[codes[0], codes[1]])


def in_view(link: Link, view: str) -> bool:
    """Whether a link belongs to a view (`VIEWS`)."""
    origin, destination = link
    if view == "crucial":
        return destination in CRUCIAL
    return view == "all" or (origin in WORK and destination not in WORK)


@dataclass(frozen=True)
class Flows:
    """The moves of one scenario, persons per year by link, mean over the runs.

    Attributes
    ----------
    level : of the scenario, over all its runs. reference : of what it is compared with, over the runs of the pairs.
    change : difference within pairs; the intervals of all links hold together in 95 % of the cases (Bonferroni).
    """

    level: dict[Link, float]
    reference: dict[Link, float]
    change: dict[Link, Interval]

    def clear(self, view: str = "all") -> list[Link]:
        """Links of a view that clearly change, largest change first."""
        found = [link for link, change in self.change.items() if change.is_clear and in_view(link, view)]
        return sorted(found, key=lambda link: -abs(self.change[link].mean))

    def by_change(self, view: str) -> list[Link]:
        """Links of a view, largest change first."""
        return sorted((link for link in self.change if in_view(link, view)), key=lambda link: -abs(self.change[link].mean))


def are_known(comparison: Comparison) -> bool:
    """Whether every run of a comparison has its moves on record."""
    return not bool(np.isnan(comparison.frames.flows).any())


def weight_of(comparison: Comparison) -> float:
    """People in the country per simulated person; the same for all runs of a comparison."""
    return float(comparison.frames.runs[0].record.get("weight") or 1)


def links(comparison: Comparison) -> list[Link]:
    """Links that enough people of some scenario take to be shown, the largest of the first scenario first."""
    years = len(comparison.frames.months) / 12
    simulated = comparison.frames.flows / weight_of(comparison)
    means = np.stack([simulated[list(rows.values())].mean(axis=0) for rows in comparison.positions.values()])
    chosen = np.argwhere((means >= FEWEST_SIMULATED).any(axis=0))
    order = sorted(chosen.tolist(), key=lambda cell: (-means[0, cell[0], cell[1]] / years, cell))
    return [(PLACES[origin], PLACES[destination]) for origin, destination in order]


def levels(comparison: Comparison, name: str) -> dict[Link, float]:
    """Persons per year by link in one scenario, mean over its runs."""
    rows = list(comparison.positions[name].values())
    table = comparison.frames.flows[rows].mean(axis=0) / (len(comparison.frames.months) / 12)
    return {link: float(table[_cell(link)]) for link in links(comparison)}


def flows(comparison: Comparison, name: str) -> Flows:
    """The moves of a scenario and their difference with its reference."""
    base, rows = comparison.rows(name)
    years, shown = len(comparison.frames.months) / 12, links(comparison)
    tables = comparison.frames.flows / years
    changes, repeated = difference(tables[rows], tables[base]), comparison.repetitions(name)
    means, one = tables[base].mean(axis=0), weight_of(comparison) / years
    return Flows(
        level=levels(comparison, name),
        reference={link: float(means[_cell(link)]) for link in shown},
        change={link: count_interval(repeated, changes[:, *_cell(link)], one, len(shown)) for link in shown},
    )


def _cell(link: Link) -> tuple[int, int]:
    return PLACES.index(link[0]), PLACES.index(link[1])
