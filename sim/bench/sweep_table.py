"""The benchmark of sweeps in words: a table for a terminal, and the same as Markdown for the README."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from sim.bench.figures import Figure
from sim.bench.sweep import SweepMeasurement, figures
from sim.bench.table import BAD, GOOD, new_table, number

PASS, MISSED = "PASS", "MISSED"


def verdict(figure: Figure) -> str:
    """PASS or MISSED; nothing without a target."""
    return "" if figure.is_met is None else PASS if figure.is_met else MISSED


def target(figure: Figure) -> str:
    """The target with its direction."""
    return "" if figure.target is None else f"{'>=' if figure.more_is_better else '<='} {figure.target:g} {figure.unit}"


def percent_or(figure: Figure) -> str:
    """The measurement: percentages with one decimal, since targets are close to 100."""
    return f"{figure.value:.1f} %" if figure.unit == "%" else f"{number(figure.value)} {figure.unit}"


def show(measured: SweepMeasurement, out: Console) -> None:
    """Print a measurement."""
    table = new_table("Sweeps", ("figure", "verdict", "measured", "target"), n_words=2)
    for figure in figures(measured):
        word = verdict(figure)
        table.add_row(figure.label, Text(word, style=GOOD if word == PASS else BAD), percent_or(figure), target(figure))
    out.print(table)
    speed = new_table("Runs per second", ("", "runs/s", "core seconds per run", "our share of the cores"))
    for name, side in (("pool", measured.speed.pool), (f"{measured.speed.processes} single processes", measured.speed.single)):
        speed.add_row(name, f"{side.runs_per_s:.3f}", known(side.core_s_per_run, "{:.3f}"), known(side.share_of_cores, "{:.1%}"))
    out.print(speed)
    memory = new_table("Memory", ("runs", "command, MB", "worker, MB", "dashboard, MB", "seconds", "of them analysis and dashboard"), 0)
    for size in (measured.few, measured.many):
        row = (str(size.runs), f"{size.parent_mb:.0f}", f"{size.worker_mb:.0f}", f"{size.page_mb:.2f}", f"{size.took_s:.0f}")
        memory.add_row(*row, f"{size.after_s:.1f}")
    out.print(memory)
    composing = new_table("Milliseconds per run to compose", ("experiment", "runs with one seed", "configuration", "its key"))
    for one in measured.composing:
        composing.add_row(one.name, str(one.runs), f"{one.ms:.1f}", f"{one.key_ms:.2f}")
    out.print(composing)
    for text in notes(measured):
        out.print(text, highlight=False, soft_wrap=True)


def known(value: float | None, form: str) -> str:
    """A number that not every system tells."""
    return "unknown" if value is None else form.format(value)


def notes(measured: SweepMeasurement) -> list[str]:
    """What the tables stand on."""
    speed, machine = measured.speed, measured.machine
    blocks = ", ".join(f"{ratio:.0%}" for ratio in speed.ratio_of_blocks)
    found = [
        f"Machine: {machine.cpu}, {machine.cores} cores, {machine.memory_gb} GB. "
        f"Version {measured.version}, code {measured.code_digest[:8]}. Measured in {measured.took_s:.0f} s.",
        f"Pool and single processes did the same {speed.runs} runs ({speed.months} months, {speed.people:,} people) in turn, in "
        f"{speed.blocks} blocks; the pool reached {blocks} of the single processes. Both begin with starting processes, importing the "
        f"model and building the world. Results are {'the same' if speed.same_digests else 'DIFFERENT'}.",
    ]
    if speed.core_ratio is not None and speed.parent_share is not None:
        found.append(
            f"In processor time, which other work on the machine disturbs less, the ratio is {speed.core_ratio:.1%}. "
            f"The parent took {speed.parent_share:.1%} of the pool's processor time. Threads were looked at {speed.looks} times."
        )
    found.append(
        "Memory is that of sweeps of tiny runs (1:1000, all months), each in a process of its own, analysis and dashboard included."
    )
    if measured.was_busy:
        found.append(
            "WARNING: other work was running: the single processes did not have their cores. Measure throughput on a quiet machine."
        )
    return found


def markdown(measured: SweepMeasurement) -> str:
    """The figures as Markdown, for the README."""
    rows = ["| | measured | target | |", "|---|---|---|---|"]
    rows += [f"| {figure.label} | {percent_or(figure)} | {target(figure)} | {verdict(figure)} |" for figure in figures(measured)]
    return "\n".join([*rows, "", *notes(measured)])
