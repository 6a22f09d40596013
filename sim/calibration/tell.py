"""What `sim validate` prints: one line per target and window, the bars, and the table of the README."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from sim.calibration.bars import Bar, sector_vacancies
from sim.calibration.naive import NAIVE
from sim.calibration.score import WINDOWS, by_target
from sim.calibration.validate import Validation, seeds_of
from sim.runs.progress import plural
from sim.runs.tell import columns, rounded_to_digits

NAMES = {"last_value": "last value", "window_mean": "mean", "seasonal_ar": "seasonal AR"}
BARS = {
    ("error", "fit"): "median error, fit window",
    ("error", "check"): "median error, check window",
    ("vacancies", "check"): "median error of open vacancies by sector and quarter, check window",
    ("coverage", "check"): "coverage of the 90 % intervals, check window",
    ("wins", "check"): "series of the check window better than the best naive forecast",
}
REGRESSION_GIVEN_THE_TOTAL = 11.0
"""Percent. Median error of sector vacancies in the check window of a log-linear regression that is given the true national total."""


def text(found: Validation) -> str:
    """The report for people."""
    config = found.config
    parts = [
        f"Baseline, {config.population.start} to {config.until}, {plural(config.seeds, 'seed')} at 1:{1 / config.population.scale:g}. "
        "Errors: median absolute percentage error over the series of a target; levels: means over its series and periods."
    ]
    targets = by_target(found.scores)
    for window in dict.fromkeys(targets["window"]):
        low, high = WINDOWS[window]
        parts += [f"{window.capitalize()} window, {low} to {high}:", table(targets.filter(pl.col("window") == window).to_dicts())]
    parts.append("\n".join(remarks(found, targets)))
    parts.append("\n".join(bar_line(bar) for bar in found.bars))
    return "\n\n".join(part for part in parts if part)


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Targets of one window; those without a vote carry a mark."""
    lines = [("target", "series", "observed", "simulated", "error %", "50 %", "90 %", "best naive", "error %", "wins")]
    for row in rows:
        lines.append(
            (
                row["target"] + ("" if row["scored"] else " *"),
                str(row["n_series"]),
                rounded_to_digits(row["observed"], 3),
                rounded_to_digits(row["simulated"], 3),
                one(row["error"]),
                share(row["covered50"]),
                share(row["covered90"]),
                NAMES.get(row["best_naive"], "n/a"),
                one(row["error_naive"]),
                wins(row),
            )
        )
    return columns(lines, right=(1, 2, 3, 4, 5, 6, 8))


def one(value: float | None) -> str:
    """One decimal; a dash for what is not known."""
    return "-" if value is None else f"{value:.1f}"


def share(value: float | None) -> str:
    """Whole percent."""
    return "-" if value is None else f"{100 * value:.0f}"


def wins(row: Mapping[str, Any]) -> str:
    """Who wins for the target as a whole, and in how many series the model does."""
    if row["wins"] is None:
        return "n/a"
    return f"{'model' if row['wins'] else 'naive'} ({row['n_won']} of {row['n_compared']})"


def remarks(found: Validation, targets: pl.DataFrame) -> list[str]:
    """What the tables stand on, and what is missing from them."""
    lines = []
    if not targets["scored"].all():
        lines.append("* shown only: not in the bars.")
    missing = found.scores.missing
    if len(missing):
        names = ", ".join(f"{target} ({n})" for target, n in missing.group_by("target", maintain_order=True).agg(pl.len()).iter_rows())
        lines.append(f"WARNING: the model gave no figure for {plural(int(missing['n'].sum()), 'observation')}; series by target: {names}.")
    if found.config.seeds < 2:
        lines.append("WARNING: one seed, so the intervals hold no luck.")
    without = {
        window: len(found.scores.voters(window).filter(pl.col("covered90").is_null())) for window in dict.fromkeys(targets["window"])
    }
    if any(without.values()):
        counts = ", ".join(f"{n} in the {window} window" for window, n in without.items() if n)
        lines.append(f"Without an interval (fewer than three observations in the fit window): {counts}.")
    lines.append("In the fit window the intervals cover by construction: their width is the error made there.")
    if found.window == "both":
        compared = targets.filter((pl.col("window") == "check") & pl.col("scored") & pl.col("wins").is_not_null())
        lines.append(f"Whole targets of the check window won by the model: {compared['wins'].sum()} of {len(compared)}.")
        naive = ", ".join(f"{NAMES[name]} {one(sector_vacancies(found.scores, name))} %" for name in NAIVE)
        lines.append(
            f"For scale, open vacancies by sector in the check window: {naive}; a regression that is given the true national total "
            f"{REGRESSION_GIVEN_THE_TOTAL:g} %."
        )
    return lines


def bar_line(bar: Bar) -> str:
    """One bar: passed, missed and by how much, or not measured."""
    wanted = f"{bar.low:.0f} to {bar.high:.0f} %" if bar.low and bar.high < 100 else f"at most {bar.high:.0f} %"
    if bar.high == 100:
        wanted = f"at least {bar.low:.0f} %"
    name = BARS[bar.name, bar.window]
    if bar.measured is None or bar.off_by is None:
        return f"NOT MEASURED  {name} ({wanted})"
    if bar.is_met:
        return f"PASS    {name}: {bar.measured:.1f} % ({wanted})"
    return f"MISSED  {name}: {bar.measured:.1f} % ({wanted}), by {bar.off_by:.1f} percentage points"


def markdown(found: Validation) -> str:
    """The table of the README: a line per target with its errors, and the bars."""
    frame = by_target(found.scores)
    by = {window: {row["target"]: row for row in frame.filter(pl.col("window") == window).to_dicts()} for window in WINDOWS}
    lines = ["| | series | fit window, % off | check window, % off | best naive, % off | 90 % covers, % |", "|---|---|---|---|---|---|"]
    for target in dict.fromkeys(frame["target"]):
        fit, check = by["fit"].get(target, {}), by["check"].get(target, {})
        one_of = check or fit
        naive = f"{one(check['error_naive'])} ({NAMES[check['best_naive']]})" if check.get("best_naive") else "n/a"
        cells = (one(fit.get("error")), one(check.get("error")), naive, share(check.get("covered90")))
        lines.append(f"| {target}{'' if one_of['scored'] else ' (shown only)'} | {one_of['n_series']} | {' | '.join(cells)} |")
    lines += ["", *(f"* {bar_line(bar)}" for bar in found.bars), ""]
    seeds, scale, who = seeds_of(found.config), found.config.population.scale, found.who
    lines.append(f"Seeds {seeds[0]} to {seeds[-1]}, 1:{1 / scale:g}, version {who.version}, code {who.code_digest[:8]}.")
    return "\n".join(lines)


def next_step(found: Validation, saved: bool) -> str:
    """What to do now."""
    if saved:
        return "Next: sim dashboard"
    if found.window == "fit":
        return "Next: sim validate, when the fit is final: it shows the check window too"
    return "Next: sim validate --save, to show this on every dashboard"
