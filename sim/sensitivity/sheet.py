"""The findings as one flat table, for a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.analysis.intervals import Interval
from sim.sensitivity.findings import Findings, Table
from sim.sensitivity.methods import Index

VALUES = {
    "morris": ("change", "mu_star", "mu_star_half", "sigma"),
    "sobol": ("first", "first_half", "total", "total_half"),
    "tornado": ("change", "at_low", "at_high"),
}
"""What each method gives."""
OF_ROW = ("meaning", "unit", "grade", "low", "central", "high")


def write_csv(found: Findings, path: Path) -> Path:
    """Write one line for every index of every table; intervals as three columns. Returns `path`."""
    lines = list(rows(found))
    with path.open("w", newline="", encoding="utf-8-sig") as file:  # with a mark, so that Excel reads the words right
        writer = csv.DictWriter(file, fieldnames=list(lines[0]) if lines else ["scenario"])
        writer.writeheader()
        writer.writerows(lines)
    return path


def rows(found: Findings) -> Iterator[dict[str, Any]]:
    """The lines of the table, all with the same columns."""
    for table in found.tables:
        for index in table.indices:
            yield line(found, table, index)


def line(found: Findings, table: Table, index: Index) -> dict[str, Any]:
    """One index with what it is of."""
    row = next((factor.row for factor in found.design.factors if factor.path == index.name), None)
    cells: dict[str, Any] = {"scenario": table.scenario, "of": table.of, "outcome": table.outcome, "parameter": index.name}
    cells |= {name: getattr(row, name) if row else "" for name in OF_ROW}
    for name in VALUES[found.design.asked.method]:
        value = getattr(index, name)
        if name in ("change", "at_low", "at_high"):
            interval = value or Interval(float("nan"), None, None, 0)
            value = None if value is None else value.mean
            cells |= {name: shown(value), f"{name}_from": shown(interval.low), f"{name}_to": shown(interval.high)}
        else:
            cells[name] = shown(value)
    return cells | {"luck": shown(index.luck), "verdict": index.verdict, "seeds": len(found.design.seeds), "blocks": table.blocks}


def shown(value: float | None) -> str:
    """Six digits; empty when there is none."""
    return "" if value is None or value != value else f"{value:.6g}"
