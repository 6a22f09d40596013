"""The findings as plain text."""

from __future__ import annotations

from pathlib import Path

from sim.analysis.metrics import METRICS
from sim.runs import failures as failed
from sim.runs.progress import plural
from sim.runs.tell import columns, rounded, rounded_to_digits, with_interval
from sim.sensitivity.findings import Findings, Table
from sim.sensitivity.methods import Index
from sim.sensitivity.outcomes import PER_HEAD

VERDICTS = {"told": "yes", "luck": "no", "nothing": "no change", "unknown": "?"}
HEADINGS = {
    "morris": ("change low to high (95 %)", "mu*", "+/-", "sigma"),
    "sobol": ("first order", "+/-", "total", "+/-"),
    "tornado": ("at low end (95 %)", "at high end (95 %)", "low to high (95 %)"),
}
AT_MOST = 20
"""Rows of a table that are printed."""


def text(found: Findings, page: Path | None) -> str:
    """Everything, for people: the first outcome of every scenario as a table, of the others what can be told from luck."""
    first = found.design.asked.metrics[0]
    parts = [heading(found)]
    for table in found.tables:
        parts.append(of_table(found, table) if table.of == "effect" and table.outcome == first else in_short(table))
    if not found.tables:
        parts.append("Too few finished runs: nothing can be analysed.")
    if page:
        parts.append(f"Page: {page}\nTable: {page.with_suffix('.csv')}")
    if failures := found.batch.failures:
        parts.append(f"{failed.table(failures)}\n\nNext: {failed.how_to_retry(failures)}")
    else:
        parts.append(f"Next: open {page} in a browser.")
    return "\n\n".join(parts)


def heading(found: Findings) -> str:
    """How it was simulated."""
    design = found.design
    config = design.pairs[0].reference
    what = f"{len(design.factors)} parameters" if design.asked.groups == "none" else f"{len(design.groups)} grades of evidence"
    return (
        f"{design.name}: {design.asked.method}, {what}, {plural(found.points, 'point')}, {plural(len(design.seeds), 'seed')} each, "
        f"{plural(len(found.batch.tasks), 'run')}; sample {config.population.scale:g}, to {config.until}."
    )


def of_table(found: Findings, table: Table) -> str:
    """One table, with what luck leaves of it."""
    method = found.design.asked.method
    rows: list[tuple[str, ...]] = [("parameter", *HEADINGS[method], "luck alone", "more than luck")]
    shown = table.indices[:AT_MOST]
    rows += [(index.name, *cells(method, index), rounded_to_digits(index.luck, 2), VERDICTS[index.verdict]) for index in shown]
    lines = [f"{table.scenario}: effect on {name_of(table.outcome)}", columns(rows, right=range(1, len(rows[0])))]
    if len(table.indices) > len(shown):
        lines.append(f"({len(table.indices) - len(shown)} more in the file.)")
    return "\n".join([*lines, luck_sentence(found, table)])


def cells(method: str, index: Index) -> tuple[str, ...]:
    """The figures of an index."""
    if method == "sobol":
        return tuple(
            f"{value:.2f}" if value is not None else "-" for value in (index.first, index.first_half, index.total, index.total_half)
        )
    if method == "tornado":
        return tuple(with_interval(value) if value else "-" for value in (index.at_low, index.at_high, index.change))
    change = with_interval(index.change) if index.change else "-"
    return (change, rounded(index.mu_star, index.mu_star_half), rounded_to_digits(index.mu_star_half, 2), rounded_to_digits(index.sigma, 2))


def luck_sentence(found: Findings, table: Table) -> str:
    """How much of it all is luck."""
    seeds = len(found.design.seeds)
    parts = []
    if seeds < 2:
        parts.append("One seed a point: luck cannot be told from effects; use seeds=4.")
    elif table.luck_share is not None:
        parts.append(f"Of the variance over the points {100 * table.luck_share:.0f} % is luck, with {seeds} seeds a point; "
                     f"more seeds, or a larger population.scale, leave less.")  # fmt: skip
    if found.design.asked.method == "tornado":
        parts.append(f"At the central values: {with_interval(table.at)}.")
    if table.left_out:
        parts.append(
            f"Left out: {table.left_out} of {table.blocks + table.left_out} blocks of points, since a run failed or nothing was counted."
        )
    return " ".join(parts)


def in_short(table: Table) -> str:
    """What moves one outcome, in a line."""
    told = [index.name for index in table.indices if index.verdict == "told"]
    name = name_of(table.outcome)
    of = f"{table.scenario}: {f'effect on {name}' if table.of == 'effect' else f'{name} itself'}"
    if any(index.verdict == "unknown" for index in table.indices):
        names = f"largest: {', '.join(index.name for index in table.indices[:3])} (one seed: luck unknown)"
    else:
        names = f"more than luck: {', '.join(told)}" if told else "no parameter can be told from luck"
    share = "" if table.luck_share is None else f"; {100 * table.luck_share:.0f} % of the variance is luck"
    return f"{of}: {names}{share}."


def name_of(outcome: str) -> str:
    """An outcome in words."""
    if outcome in METRICS:
        return METRICS[outcome].label("en").lower()
    if outcome == PER_HEAD:
        return "outcome per head, percentage points"
    group = outcome.partition(".")[2]
    return "FTE-months" + (f", {group}" if group else "")
