"""Pieces of the document of validation: bars, targets, what is furthest off, and what tests expect to fail."""

from __future__ import annotations

from typing import Any

from sim.docs import inputs, source
from sim.docs.markdown import bullets, code, plain, table
from sim.docs.shortfalls import shortfalls

MOST = 8
"""Targets that are named as furthest off."""


def one(value: float | None) -> str:
    """One decimal; a dash for what is not known."""
    return "-" if value is None else f"{value:.1f}"


def share(value: float | None) -> str:
    """Whole percent of a share."""
    return "-" if value is None else f"{100 * value:.0f}"


def bars() -> str:
    """Bars: measured, wanted, met or by how much missed."""
    names = source.constant("calibration/tell.py", "BARS")
    rows = []
    for bar in inputs.validation()["bars"]:
        low, high = bar["low"], bar["high"]
        wanted = f"at most {high:.0f} %" if not low else f"at least {low:.0f} %" if high == 100 else f"{low:.0f} to {high:.0f} %"
        verdict = "not measured" if bar["measured"] is None else "met" if bar["met"] else f"MISSED by {bar['off_by']:.1f} points"
        rows.append((names[bar["name"], bar["window"]], f"{one(bar['measured'])} %", wanted, verdict))
    return table(("bar", "measured", "wanted", "verdict"), rows)


def by_target() -> dict[str, dict[str, dict[str, Any]]]:
    """What was found, by target and window."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in inputs.validation()["targets"]:
        found.setdefault(row["target"], {})[row["window"]] = row
    return found


def target_table() -> str:
    """One line per target: errors in both windows, the best naive forecast, coverage, with unit, source and tolerance."""
    known = {row["target"]: row for row in inputs.targets()}
    names = source.constant("calibration/tell.py", "NAMES")
    rows = []
    for name, windows in by_target().items():
        fit, check = windows.get("fit", {}), windows.get("check", {})
        naive = f"{one(check['error_naive'])} ({names[check['best_naive']]})" if check.get("best_naive") else "-"
        wins = {None: "-", True: "model", False: "naive"}[check.get("wins")]
        series = str((check or fit)["n_series"]) + ("" if (check or fit)["scored"] else ", shown only")
        about = known[name]
        rows.append((code(name), plain(about["meaning_en"]), series, one(fit.get("error")), one(check.get("error")), naive, wins,
                     share(check.get("covered90")), f"{100 * float(about['tolerance']):g} %", plain(about["source"])))  # fmt: skip
    heading = ("target", "what it is", "series", "fit window, % off", "check window, % off", "best naive, % off", "nearer", "90 % holds, %",
               "error of the published figure", "source")  # fmt: skip
    return table(heading, rows)


def targets_lost() -> str:
    """Scored targets of the check window in which a naive forecast is nearer, the furthest off first."""
    lost = [(w["check"]["error"], name, w["check"]) for name, w in by_target().items() if "check" in w and w["check"]["scored"]]
    lost = sorted((item for item in lost if item[2]["wins"] is False), key=lambda item: -item[0])
    return (
        bullets(f"{code(name)}: {one(error)} % off, the naive forecast {one(row['error_naive'])} %" for error, name, row in lost)
        or "* none"
    )


def furthest() -> list[tuple[str, float]]:
    """Scored targets of the check window that are furthest off, in percent."""
    found = [
        (name, w["check"]["error"]) for name, w in by_target().items() if "check" in w and w["check"]["scored"] and w["check"]["error"]
    ]
    return sorted(found, key=lambda item: -item[1])[:MOST]


def unmeasured() -> str:
    """Published figures for which the model gave none, and what is furthest off."""
    lost = ", ".join(f"{code(row['target'])} ({row['n']})" for row in inputs.validation()["missing"]) or "none"
    far = ", ".join(f"{code(name)} ({one(error)} %)" for name, error in furthest())
    return bullets([f"Published figures without a simulated one: {lost}.", f"Furthest off in the check window, scored targets: {far}."])


def shortfall_list() -> str:
    """What tests expect to fail, with the figures."""
    rows = [(f"{plain(item.claim)}", plain(item.reason), f"`{item.file}`, `{item.test}`") for item in shortfalls()]
    return table(("what should hold", "what the model does", "test, expected to fail"), rows)
