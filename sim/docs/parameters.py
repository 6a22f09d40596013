"""Pieces of the document of parameters: counts by grade and group, what was fitted, and every row."""

from __future__ import annotations

from collections import Counter

from sim.docs.markdown import code, number, plain, table
from sim.docs.pieces import PARAMETER_COLUMNS, parameter_cells
from sim.docs.readers import readers
from sim.evidence.parameters import GRADES, STATUSES, load_parameters


def group_of(path: str) -> str:
    """Line of the month, or ``policies.name``, to which a parameter belongs."""
    return path.rsplit(".", 1)[0]


def by_grade() -> str:
    """How many parameters have which grade and status."""
    rows = list(load_parameters().values())
    shown = [status for status in STATUSES if any(row.status == status for row in rows)]
    counts = Counter((row.grade, row.status) for row in rows)
    lines = [(grade, *(counts[grade, status] for status in shown), sum(counts[grade, status] for status in shown)) for grade in GRADES]
    total = ("all", *(sum(row.status == status for row in rows) for status in shown), len(rows))
    return table(("grade of the evidence", *shown, "all"), [*lines, total])


def by_group() -> str:
    """How many parameters each line and policy has, how many of them are assumptions, and how many were fitted."""
    rows = list(load_parameters().values())
    groups = list(dict.fromkeys(group_of(row.path) for row in rows))
    counts = Counter((group_of(row.path), row.status) for row in rows)
    lines = [
        (code(group), sum(counts[group, status] for status in STATUSES), counts[group, "assumption"], counts[group, "calibrated"])
        for group in groups
    ]
    return table(("group", "parameters", "assumptions", "fitted"), lines)


def fitted() -> str:
    """Parameters that a fit set: prior, value, standard error, and whether the targets tell them."""
    answer = {"yes": "yes", "no": "no: near its prior", "at bound": "at an end of its range"}
    rows = [
        (
            code(row.path),
            number(row.fitted.prior),
            number(row.central),
            number(row.fitted.spread),
            plain(row.unit),
            answer[row.fitted.identified],
        )
        for row in load_parameters().values()
        if row.fitted
    ]
    return table(("parameter", "before", "fitted", "standard error", "unit", "identified"), rows)


def every_parameter() -> str:
    """Every row, with the population it was measured in and the file that reads it, by group."""
    by: dict[str, list[tuple[str, ...]]] = {}
    for row in load_parameters().values():
        reader = ", ".join(code(file.removeprefix("sim/")) for file in readers()[row.path])
        cells = parameter_cells(row)
        by.setdefault(group_of(row.path), []).append((*cells[:-1], plain(row.population), cells[-1], reader))
    heading = (*PARAMETER_COLUMNS[:-1], "population", "source", "read by (in `sim/`)")
    return "\n\n".join(f"### {group}\n\n{table(heading, rows)}" for group, rows in by.items())
