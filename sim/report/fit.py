"""The section "How well does the baseline fit": what `sim validate --save` found, in one language.

Nothing is run for it: the figures ship with the version. Where they were made with other code, data or parameters than the runs on the
page, the section says so; where there are none, it says how to make them.
"""

from __future__ import annotations

import datetime as dt
from statistics import median
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.calibration.targets import CHECK, FIT, in_window, load_targets
from sim.report.charts import fit as chart
from sim.report.numbers import NO_BREAK, Numbers
from sim.report.words import Words

if TYPE_CHECKING:
    from sim.analysis.contrast import Comparison
    from sim.calibration.saved import Saved

WINDOWS = {"fit": FIT, "check": CHECK}
DIGEST_LENGTH = 8
MOST_LOST = 6


class Fit:
    """The section in one language; `saved` is None when this version was not validated."""

    def __init__(self, words: Words, numbers: Numbers, saved: Saved | None, comparison: Comparison) -> None:
        self.words, self.numbers, self.saved, self.comparison = words, numbers, saved, comparison
        self.errors: dict[tuple[str, str, str], float] = {}
        self.naive: dict[tuple[str, str], float] = {}
        if saved is not None:
            self._measure(saved.points)

    def _measure(self, points: pl.DataFrame) -> None:
        """Median absolute percentage error by series and window, and that of the best naive forecast in the check window."""
        for (target, cell), frame in points.group_by(["target", "cell"], maintain_order=True):
            for window, ends in WINDOWS.items():
                rows = [row for row in frame.iter_rows(named=True) if in_window(row["period"], ends) and row["observed"]]
                if rows:
                    self.errors[str(target), str(cell), window] = median(_off(row, "simulated") for row in rows)
                if window == "check" and rows and all(row["naive"] is not None for row in rows):
                    self.naive[str(target), str(cell)] = median(_off(row, "naive") for row in rows)

    # --- words ----------------------------------------------------------------------------------------------------------------------
    def percent(self, value: float | None, decimals: int = 1) -> str:
        """A percentage; an en dash when there is none."""
        return self.words("unknown") if value is None else f"{self.numbers.plain(value, decimals)}{NO_BREAK}%"

    def label(self, target: str, cell: str) -> str:
        """Name of a panel."""
        if target == "vacancies_open":
            return self.words("fit.all_sectors") if cell == chart.ALL_SECTORS else self.words(f"sectors.{cell}")
        named = self.words.raw("fit.panels").get(target)
        return self.meaning(target) if named is None else str(named).format(cell=cell.replace("-", self.words("ages.separator")))

    def meaning(self, target: str) -> str:
        """What a target measures; its name when this version does not know it."""
        known = load_targets().get(target)
        if known is None:
            return target
        return str(getattr(known, f"meaning_{self.words.language}"))

    def title(self) -> str:
        """The finding of the section: how far off, and how many bars are met."""
        if self.saved is None:
            return self.words("fit.absent_title")
        bars = self.saved.record["bars"]
        error = {bar["window"]: self.percent(bar["measured"]) for bar in bars if bar["name"] == "error"}
        met = sum(bool(bar["met"]) for bar in bars)
        return self.words("fit.title", fit=error["fit"], check=error["check"], met=met, n=len(bars))

    def finding(self, name: str) -> str:
        """The title of a chart: its median errors, and the panel that is furthest off where parameters were not fitted."""
        assert self.saved is not None
        series = chart.shown(chart.CHARTS[name], self.saved.points)
        about = self.words(f"fit.charts.{name}")
        by = {w: {s: self.errors[*s, w] for s in series if (*s, w) in self.errors} for w in WINDOWS}
        off = {window: self.percent(median(errors.values())) for window, errors in by.items() if errors}
        if len(off) < len(WINDOWS):
            (window, value), *_ = off.items()
            return self.words(f"fit.finding_{window}", chart=about, value=value)
        if len(by["check"]) < 2:
            return self.words("fit.finding", chart=about, **off)
        worst = max(by["check"], key=lambda s: by["check"][s])
        return self.words("fit.finding_worst", chart=about, worst=self.label(*worst), error=self.percent(by["check"][worst], 0), **off)

    def warnings(self) -> list[str]:
        """What does not belong to the runs on this page: other code or data, other parameters, observations without a figure."""
        assert self.saved is not None
        record, found = self.saved.record, []
        digests = ("code_digest", "data_digest")
        of_runs = {tuple(str(run.record.get(name) or "") for name in digests) for run in self.comparison.frames.runs}
        mine = tuple(str(record[name]) for name in digests)
        if of_runs != {mine}:
            others = ", ".join(sorted({code[:DIGEST_LENGTH] or self.words("unknown") for code, *_ in of_runs}))
            found.append(self.words("fit.outdated", mine=mine[0][:DIGEST_LENGTH], others=others))
        config = self.comparison.configs.get(self.comparison.baseline) or next(iter(self.comparison.configs.values()))
        if any((config.get(name) or {}) != (record.get(name) or {}) for name in ("parameters", "structure")):
            found.append(self.words("fit.other_settings"))
        if record["missing"]:
            lost = list(dict.fromkeys(row["target"] for row in record["missing"]))
            names = ", ".join(lost[:MOST_LOST]) + (", …" if len(lost) > MOST_LOST else "")
            found.append(self.words("fit.missing", n=sum(row["n"] for row in record["missing"]), targets=names))
        return found

    # --- what the page takes ---------------------------------------------------------------------------------------------------------
    def context(self) -> dict[str, Any]:
        """Return what the template needs."""
        if self.saved is None:
            return {"is_there": False, "title": self.title()}
        record = self.saved.record
        names = [name for name in chart.CHARTS if chart.shown(chart.CHARTS[name], self.saved.points)]
        made = self.words(
            "fit.made",
            version=record["version"],
            date=self.numbers.day(dt.date.fromisoformat(str(record["date"]))),
            code=record["code_digest"][:DIGEST_LENGTH],
            seeds=len(record["seeds"]),
            weight=self.numbers.plain(1 / record["scale"]),
        )
        return {
            "is_there": True,
            "title": self.title(),
            "warnings": self.warnings(),
            "made": made,
            "bars": [self._bar(bar) for bar in record["bars"]],
            "charts": [{"name": name, "title": self.finding(name), "table": self._panels(name)} for name in names],
            "targets": self._targets(record["targets"]),
        }

    def _bar(self, bar: dict[str, Any]) -> dict[str, Any]:
        wanted = "between" if bar["low"] > 0 and bar["high"] < 100 else "at_most" if bar["high"] < 100 else "at_least"
        low = self.numbers.plain(bar["low"])
        return {
            "met": bool(bar["met"]),
            "verdict": self.words("fit.met" if bar["met"] else "fit.missed"),
            "text": self.words(f"fit.bars.{bar['name']}_{bar['window']}", value=self.percent(bar["measured"])),
            "limit": self.words(f"fit.{wanted}", low=low, high=self.percent(bar["high"], 0)),
        }

    def _panels(self, name: str) -> dict[str, Any]:
        """The table that stands in the page without script: errors by panel."""
        assert self.saved is not None
        series = chart.shown(chart.CHARTS[name], self.saved.points)
        rows = []
        for target, cell in series:
            errors = [self.errors.get((target, cell, "fit")), self.errors.get((target, cell, "check")), self.naive.get((target, cell))]
            rows.append({"label": self.label(target, cell), "cells": [self._cell(value) for value in errors]})
        return {"columns": [self.words(f"fit.columns.{key}") for key in ("fit", "check", "naive")], "rows": rows}

    def _targets(self, found: list[dict[str, Any]]) -> dict[str, Any]:
        """One line per target: errors in both windows, the best naive forecast, who wins, coverage."""
        by: dict[str, dict[str, dict[str, Any]]] = {}
        for row in found:
            by.setdefault(row["target"], {})[row["window"]] = row
        rows = []
        for target, windows in by.items():
            fit, check = windows.get("fit", {}), windows.get("check", {})
            scored = (check or fit)["scored"]
            covered = check.get("covered90")
            verdict = {None: self.words("unknown"), True: self.words("fit.wins"), False: self.words("fit.loses")}[check.get("wins")]
            cells = [self._cell(fit.get("error")), self._cell(check.get("error")), self._cell(check.get("error_naive"))]
            cells += [_text(verdict), self._cell(None if covered is None else 100 * covered, 0)]
            label = self.meaning(target) + ("" if scored else f" ({self.words('fit.shown_only')})")
            rows.append({"label": label, "cells": cells})
        keys = ("fit", "check", "naive", "verdict", "covered")
        return {"columns": [self.words(f"fit.columns.{key}") for key in keys], "rows": rows}

    def _cell(self, value: float | None, decimals: int = 1) -> dict[str, Any]:
        text = self.words("unknown") if value is None else self.numbers.plain(value, decimals)
        return {"text": text, "value": None if value is None else round(value, 3), "bold": False, "below": "", "number": True}

    def figures(self, separators: str) -> dict[str, Any]:
        """Return the charts by name."""
        if self.saved is None:
            return {}
        figures = {}
        for name, one in chart.CHARTS.items():
            series = chart.shown(one, self.saved.points)
            if series:
                titles = [self.label(*names) for names in series]
                figures[f"fit_{name}"] = chart.figure(name, titles, separators, self.words("fit.observed"), self.words("fit.model"))
        return figures

    def columns(self) -> dict[str, list[dict[str, str]]]:
        """Return the twins of the charts: a column per line of every panel."""
        if self.saved is None:
            return {}
        twins, units = {}, self.words.raw("fit.units")
        for name, one in chart.CHARTS.items():
            series = chart.shown(one, self.saved.points)
            if series:
                first = {"label": self.words("fit.period"), "ref": f"fit/{name}/periods"}
                twins[f"fit_{name}"] = [first] + [
                    {
                        "label": f"{self.label(*names)}: {self.words(f'fit.lines.{line}')} ({units.get(names[0], units['others'])})",
                        "ref": f"fit/{name}/panel/{panel}/{line}",
                    }
                    for panel, names in enumerate(series)
                    for line in chart.LINES
                ]
        return twins


def _off(row: dict[str, Any], column: str) -> float:
    return 100 * abs(row[column] - row["observed"]) / abs(row["observed"])


def _text(shown: str) -> dict[str, Any]:
    return {"text": shown, "value": None, "bold": False, "below": "", "number": False}
