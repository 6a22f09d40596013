"""Results as plain text for a terminal or a log, rounded to their uncertainty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.runs.record import RunRecord

if TYPE_CHECKING:
    from sim.analysis.contrast import Comparison, ScenarioResult
    from sim.analysis.intervals import Interval
    from sim.runs.replay import Replayed

FEW_SEEDS = 10


def columns(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Rows of cells as aligned columns, the first row a heading; columns in `right` are aligned to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell.rjust(width) if n in right else cell.ljust(width) for n, (cell, width) in enumerate(zip(row, widths, strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def rounded(value: float | None, uncertainty: float | None = None) -> str:
    """`value` to two digits of its uncertainty, as on the dashboard; without one, to three digits.

    >>> rounded(12345.6, 800.0), rounded(12345.6, 150.0), rounded(0.01234), rounded(None)
    ('12,350', '12,350', '0.0123', '-')
    """
    if not uncertainty:
        return rounded_to_digits(value, 3)
    from sim.analysis.intervals import step_of

    return to_place(value, round(math.log10(step_of(uncertainty))))


def rounded_to_digits(value: float | None, digits: int) -> str:
    """`value` to that many leading digits."""
    return to_place(value, math.floor(math.log10(abs(value))) - digits + 1) if value and math.isfinite(value) else to_place(value, 0)


def to_place(value: float | None, place: int) -> str:
    """`value` rounded to a multiple of 10 to the power `place`; a dash when there is none."""
    if value is None or not math.isfinite(value):
        return "-"
    return f"{round(value, -place) + 0.0:,.{max(0, -place)}f}"


def with_interval(interval: Interval) -> str:
    """``1,200 (900 to 1,500)``."""
    if interval.low is None or interval.high is None:
        return rounded(interval.mean)
    half = (interval.high - interval.low) / 2
    return f"{rounded(interval.mean, half)} ({rounded(interval.low, half)} to {rounded(interval.high, half)})"


def millions(euros: Interval) -> str:
    """Millions of euros with their interval."""
    from sim.analysis.intervals import Interval

    low, high = (None if bound is None else bound / 1e6 for bound in (euros.low, euros.high))
    return with_interval(Interval(euros.mean / 1e6, low, high, euros.n))


def share(value: float | None) -> str:
    """A share as a percentage."""
    return "-" if value is None else f"{100 * value:.0f} %"


def ranking(comparison: Comparison) -> str:
    """The tables of scenarios, best first: what they do, what became of participants, and what it costs."""
    return f"{effects(comparison)}\n\n{participants(comparison)}\n\n{prices(comparison)}"


def effects(comparison: Comparison) -> str:
    """Net effect and weakest evidence by scenario."""
    others = any(result.against != comparison.baseline for result in comparison.scenarios)
    heading = ("scenario", "net FTE-months (95 %)", "of which care", "crucial shortage-months prevented", "evidence")
    rows: list[tuple[str, ...]] = [(*heading, "compared with") if others else heading]
    for result in comparison.scenarios:
        effects = (result.net_fte_months, result.net_by_group["care"], result.shortage_prevented["crucial"])
        row = (result.name, *map(with_interval, effects), result.grade or "-")
        rows.append((*row, result.against) if others else row)
    return columns(rows, right=range(1, 4))


def participants(comparison: Comparison) -> str:
    """Who took part by scenario, and what a trial inside the run finds."""
    rows: list[tuple[str, ...]] = [("scenario", "participants", "gross", "comparison group", "net per head, pp (95 %)")]
    for result in comparison.scenarios:
        programme = result.programme
        per_head = "-" if programme.per_head_points is None else with_interval(programme.per_head_points)
        count = rounded_to_digits(programme.participants, 3)
        rows.append((result.name, count, share(programme.gross_share), share(programme.control_share), per_head))
    return columns(rows, right=range(1, 5))


def prices(comparison: Comparison) -> str:
    """Costs by scenario, and euros per gain when a gain is clear: of the programmes, and of public budgets after benefits saved."""
    dear = ("EUR per net FTE-month", "net public", "EUR per shortage-month", "net public")
    found = [
        (
            result.cost_per_net_fte_month,
            result.net_cost_per_net_fte_month,
            result.cost_per_shortage_month("crucial"),
            result.net_cost_per_shortage_month("crucial"),
        )
        for result in comparison.scenarios
    ]
    priced = any(price is not None for prices in found for price in prices)
    rows: list[tuple[str, ...]] = [("scenario", "cost, M EUR", "net public cost, M EUR (95 %)", *(dear if priced else ()))]
    for result, prices in zip(comparison.scenarios, found, strict=True):
        shown = [rounded_to_digits(None if price is None else price.mean, 2) for price in prices]
        rows.append((result.name, rounded(result.cost_eur / 1e6), millions(result.budget.net_eur), *(shown if priced else ())))
    return columns(rows, right=range(1, len(rows[0])))


def uncertainty(comparison: Comparison) -> str:
    """Where the intervals come from, and what pairing buys; empty without draws and with few seeds."""
    from sim.report.numbers import Numbers
    from sim.report.uncertainty import lines
    from sim.report.words import words

    english = words("en")
    return "\n".join(lines(english, Numbers(english), comparison))


def finding(comparison: Comparison) -> str:
    """What the ranking means: the sentences at the head of the dashboard, what more seeds would tell, and what it all hangs on."""
    from sim.analysis.runs import CENTRAL
    from sim.report.findings import Findings
    from sim.report.numbers import Numbers
    from sim.report.words import words

    english = words("en")
    said = Findings(english, Numbers(english), comparison)
    seeds = max((result.n_seeds for result in comparison.scenarios), default=0)
    draws = max((result.n_draws for result in comparison.scenarios), default=0)
    same = [result for result in comparison.scenarios if result.is_identical and result.evidence == CENTRAL]
    text = ""
    for names, why in (
        ([r.name for r in same if r.programme.participants], "people take part, but no job, hour or vacancy differs."),
        ([r.name for r in same if not r.programme.participants], "nobody takes part. Does the policy start in time, for this sample?"),
    ):
        text += f"{', '.join(names)}: identical to the baseline: {why} " if names else ""
    text += " ".join([said.answer(), *said.more()])
    best = next((result for result in comparison.scenarios if result.net_fte_months.sign > 0), None)
    if best:
        text += of_months(best, comparison)
    elif seeds < 2 and draws < 2:
        text += " One seed per scenario gives no interval, so no difference can be called an effect: use seeds=10."
    else:
        text += f" More seeds narrow the intervals: seeds={max(2 * seeds, 2 * FEW_SEEDS)}."
    if any(result.programme.per_head_points and result.programme.per_head_points.is_clear for result in comparison.scenarios):
        text += (
            "\nNet per head is what a trial by lot inside the run finds; what participants take from others is only in the net FTE-months."
        )
    return "\n".join(part for part in (text, uncertainty(comparison), "\n".join(said.weak_evidence())) if part)


def of_months(result: ScenarioResult, comparison: Comparison) -> str:
    """The gain in all sectors as people at work all the time, when that is at least one."""
    people = result.net_fte_months.mean / max(1, len(comparison.frames.months))
    return f" {result.name}: about {rounded_to_digits(people, 2)} full-time workers all the time." if people >= 1 else ""


def summary(record: RunRecord) -> str:
    """The last values of one run."""
    if not record.summary:
        return "(no summary)"
    return columns([("at the end", "value"), *((name, rounded_to_digits(value, 4)) for name, value in record.summary.items())], right=(1,))


def made() -> str:
    """What the results of this command were made with."""
    from sim.runs.identity import made_with

    who = made_with()
    return f"Made with loopbrug {who['version']}, code {who['code_digest'][:8]}, data {who['data_digest'][:8]}."


def seeds(records: Sequence[RunRecord]) -> str:
    """The seeds of some runs: ``seed 1``, ``seeds 1 to 10``, ``seeds 1, 5``, and how many parameter draws."""
    found, draws = sorted({record.seed for record in records}), {record.draw for record in records} - {None}
    in_a_row = found == list(range(found[0], found[-1] + 1))
    text = f"{found[0]} to {found[-1]}" if in_a_row and len(found) > 1 else ", ".join(map(str, found))
    return f"seed{'s' if len(found) > 1 else ''} {text}" + (
        f", {len(draws)} parameter draw{'s' if len(draws) > 1 else ''}" if draws else ""
    )


def setting(record: RunRecord) -> str:
    """Which months, how many people."""
    return (
        f"{record.start} to {record.until}, {record.persons:,} simulated people (each stands for {record.weight:g}), "
        f"{record.employers:,} employers"
    )


def replayed(done: Replayed) -> str:
    """What came of doing a run again: the digests, the verdict, and when they differ what it may be due to."""
    rows = [(pair.what, pair.stored, pair.now, "same" if pair.same else "DIFFERS") for pair in (done.world, done.result)]
    draw = "" if done.draw is None else f", draw {done.draw}"
    text = f"{done.scenario}, seed {done.seed}{draw}, {done.start} to {done.until}\n{columns([('digest', 'run.json', 'now', ''), *rows])}\n"
    others = [pair for pair in done.others if not pair.same]
    if done.same:
        return text + "The same, bit for bit" + (f", although {', '.join(pair.what for pair in others)} differ." if others else ".")
    if done.changed:
        text += "run.json was changed by hand: its configuration is not the one that its own digest (config_digest, seed) stands for.\n"
    if not others:
        why = "" if done.changed else "That is a fault of Loopbrug: please report it, with the run.json."
        return f"{text}It differs, and version, code, data and packages are the same. {why}".rstrip()
    table = columns([("differs", "run.json", "here"), *((pair.what, pair.stored, pair.now) for pair in others)])
    return f"{text}It differs. What else differs, so may be why:\n{table}"
