"""A measurement in words: tables for a terminal, and the same as Markdown for the README."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.bench.figures import SLOWER, Figure, figures, of_people
from sim.bench.guard import LINE_LIMIT, MONTH_LIMIT, Check
from sim.bench.history import LAST, before
from sim.bench.measure import Measurement
from sim.bench.month import Size, Threads
from sim.bench.timing import Timing
from sim.runs.progress import plural

WIDTH = 130
"""Of the tables where there is no terminal."""
CELLS_PER_TARGET, MOST_CELLS = 6, 18
"""A bar is this long at its target, and never longer than three times that."""
GOOD, BAD = "green", "red"


def console() -> Console:
    """Standard output; plain text in colour only on a terminal."""
    wide = Console()
    return wide if wide.is_terminal else Console(width=WIDTH)


def number(value: float) -> str:
    """Three digits.

    >>> number(1234.5), number(96.4), number(2.345), number(0.0213)
    ('1,234', '96', '2.3', '0.021')
    """
    if value >= 1000:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 0.95 else f"{value:.2g}"


def bar(figure: Figure) -> Text:
    """The measurement as a bar, with a mark at the target; an arrow where it runs off the page."""
    if figure.target is None:
        return Text("")
    length = max(1, round(CELLS_PER_TARGET * figure.value / figure.target))
    cells = ["#"] * min(length, MOST_CELLS) + [" "] * max(0, CELLS_PER_TARGET - length)
    cells[CELLS_PER_TARGET - 1] = "|"
    return Text("".join(cells) + (">" if length > MOST_CELLS else ""), style=GOOD if figure.is_met else BAD)


def verdict(figure: Figure) -> Text:
    """Met, or how far off."""
    if figure.target is None:
        return Text("")
    if figure.is_met:
        return Text("met", style=GOOD)
    factor = figure.target / figure.value if figure.more_is_better else figure.value / figure.target
    return Text(f"{number(factor)} x over", style=BAD)


def change(figure: Figure, earlier: list[dict[str, Any]], busy: bool) -> Text:
    """Against the median of the last measurements on this machine; flagged unless the machine was busy.

    Months are compared by their best one, which other work disturbs least.
    """
    past = before(figure, earlier)
    if not past or not figure.compared:
        return Text("")
    share = figure.compared / past - 1
    if figure.slow_down(past) > SLOWER:
        return Text(f"{share:+.0%} busy") if busy else Text(f"{share:+.0%} WORSE", style=BAD)
    return Text(f"{share:+.0%}")


def show(measured: Measurement, earlier: list[dict[str, Any]], out: Console) -> None:
    """Print a measurement."""
    out.print(headline(measured, earlier))
    for size in measured.sizes:
        out.print(lines(size))
    out.print(tools(measured))
    for text in notes(measured, earlier):
        out.print(text, highlight=False, soft_wrap=True)


def new_table(title: str, columns: Sequence[str], n_words: int = 1) -> Table:
    """An empty table; all columns but the first `n_words` hold numbers."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for position, column in enumerate(columns):
        table.add_column(column, justify="left" if position < n_words else "right", no_wrap=True)
    return table


def headline(measured: Measurement, earlier: list[dict[str, Any]]) -> Table:
    """The figures with their targets."""
    table = new_table("How fast (ns: per person-month; x: multiple of the calibration kernel measured next to it)",
                      ("figure", "bar, | is the target", "verdict", "measured", "target", "x", "change"), n_words=3)  # fmt: skip
    for figure in figures(measured):
        target = "" if figure.target is None else f"{figure.target:g} {figure.unit}"
        ratio = "" if figure.ratio is None else number(figure.ratio)
        value = f"{number(figure.value)} {figure.unit}"
        table.add_row(figure.label, bar(figure), verdict(figure), value, target, ratio, change(figure, earlier, measured.was_busy))
    return table


def years(measured: Measurement) -> list[tuple[str, Threads]]:
    """Every size and number of threads, with a short name."""
    return [(f"{of_people(size.people)}, {plural(year.threads, 'thread')}", year) for size in measured.sizes for year in size.by_threads]


def line_rows(year: Threads) -> dict[str, Timing]:
    """The lines of the month, the month, and what comes on top."""
    return {**year.lines, "month": year.month, "(recorder)": year.recorder}


def lines(size: Size) -> Table:
    """The lines of the month at one size: median and best month, and multiple of the calibration kernel."""
    columns = ["line"]
    for year in size.by_threads:
        columns += [f"median, {plural(year.threads, 'thread')}", "best", "x"]
    table = new_table(f"Lines of the month, {size.people:,} people, ns per person", columns)
    rows = [line_rows(year) for year in size.by_threads]
    for name in rows[0]:
        cells = [cell for row in rows for cell in numbers(row[name])]
        table.add_row(name, *cells, style="bold" if name == "month" else "")
    return table


def tools(measured: Measurement) -> Table:
    """One rule in four tools, fastest first, and the whole month by the twin of Mesa objects."""
    table = new_table("One monthly rule (state, chance by age, draw, count) in four tools, ns per person-step", (
        "tool", "people", "threads", "median", "best", "x calibration"))  # fmt: skip
    for result in sorted(measured.hazard, key=lambda result: (result.people, result.time.ns.median)):
        table.add_row(result.tool, f"{result.people:,}", str(result.threads), *numbers(result.time))
    if measured.twin:
        table.add_row("the whole month, Mesa objects", f"{measured.twin.people:,}", "1", *numbers(measured.twin.time))
    return table


def numbers(time: Timing) -> tuple[str, str, str]:
    """Median, best, multiple of the calibration kernel."""
    return number(time.ns.median), number(time.ns.best), number(time.ratio)


def notes(measured: Measurement, earlier: list[dict[str, Any]]) -> list[str]:
    """What the tables stand on."""
    found = [
        f"Machine: {measured.machine.cpu}, {measured.machine.cores} cores, {measured.machine.memory_gb} GB. "
        f"Version {measured.version}, code {measured.code_digest[:8]}. Measured in {measured.took_s:.0f} s."
    ]
    for floor in measured.floors:
        text = f"Floors, {plural(floor.threads, 'thread')}: calibration kernel (a keyed draw compared) {floor.calibration_ns:.2f} ns; "
        text += f"memory {floor.triad_gb_s:.1f} GB/s (triad)"
        if measured.sizes:
            width = measured.sizes[-1].bytes_per_person
            text += f", so reading the {width} bytes of a person once takes {width / floor.triad_gb_s:.1f} ns"
        found.append(text + ".")
    if measured.twin and measured.sizes:
        factor = measured.twin.time.best_ratio / measured.sizes[0].by_threads[0].month.best_ratio
        found.append(
            f"The same month by plain Mesa objects (tests/reference, equal person by person) takes {number(factor)} times as long per "
            "person (one thread, best months, in multiples of the calibration kernel)."
        )
    if measured.was_busy:
        found.append(
            "WARNING: other work was running. Times are too long, with two threads far more than with one; nothing is flagged, and the "
            "history will pass over this measurement. Measure on a quiet machine."
        )
    quiet = sum(not document["busy"] for document in earlier)
    if quiet:
        found.append(
            f"Change: against the median of the last measurements on this machine when it was quiet ({min(quiet, LAST)} of {quiet})."
        )
    return found


def markdown(measured: Measurement) -> str:
    """The headline figures and the lines of the month as Markdown, for the README."""
    rows = ["| | measured | target |", "|---|---|---|"]
    for figure in figures(measured):
        target = "" if figure.target is None else f"{figure.target:g}"
        rows.append(f"| {figure.label} | {number(figure.value)} {figure.unit} | {target} |")
    of = years(measured)
    rows += ["", "| ns per person-month | " + " | ".join(name for name, _ in of) + " |", "|---|" + "---|" * len(of)]
    by_year = [line_rows(year) for _, year in of]
    for name in by_year[0] if by_year else ():
        rows.append(f"| {name} | " + " | ".join(number(row[name].ns.median) for row in by_year) + " |")
    machine = measured.machine
    rows += [
        "",
        f"{machine.cpu}, {machine.cores} cores, {machine.memory_gb} GB; version {measured.version}, code {measured.code_digest[:8]}, "
        f"{measured.date[:10]}.",
    ]
    return "\n".join(rows)


def show_checks(found: Sequence[Check], out: Console) -> None:
    """Print what the guard found."""
    table = new_table("The month in multiples of the calibration kernel", ("line", "reference", "now", "change", "verdict"))
    for check in found:
        limit = MONTH_LIMIT if check.name == "month" else LINE_LIMIT
        word = Text(f"FAILED: more than {limit - 1:.0%} slower", style=BAD) if check.failed else Text("fine", style=GOOD)
        table.add_row(check.name, number(check.reference), number(check.now), f"{check.change:+.0%}", word)
    out.print(table)
