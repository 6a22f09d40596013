"""An invented validation: the series of the page with made-up figures, so that no test draws what the model really does."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from sim.calibration.saved import COLUMNS, FIGURES, RECORD
from sim.report.charts.fit import CHARTS

QUARTERS = [f"{year}Q{quarter}" for year in range(2015, 2024) for quarter in range(1, 5)][:35]
YEARS = [str(year) for year in range(2015, 2023)]
FIT_ERROR, CHECK_ERROR, WORST = 0.04, 0.08, 0.5


def record(**changes: Any) -> dict[str, Any]:
    """The record beside the figures."""
    limits = (("error", "fit", 4.0, 0, 5), ("error", "check", 8.0, 0, 10), ("vacancies", "check", 31.5, 0, 12),
              ("coverage", "check", 61.0, 80, 95), ("wins", "check", 70.0, 66.6667, 100))  # fmt: skip
    bars = [{"name": n, "window": w, "measured": m, "low": lo, "high": hi, "met": lo <= m <= hi, "off_by": max(lo - m, m - hi, 0)}
            for n, w, m, lo, hi in limits]  # fmt: skip
    names = dict.fromkeys(target for chart in CHARTS.values() for target, _ in chart.series)
    fit = {"window": "fit", "error": 4.0, "error_naive": None, "wins": None, "covered90": 0.9}
    check = {"window": "check", "error": 8.0, "error_naive": 9.0, "wins": True, "covered90": 0.8}
    targets = [{"target": name, "scored": name != "job_finding", "n_series": 1, **row} for name in names for row in (fit, check)]
    return {"version": "0.9.9", "date": "2026-11-23", "code_digest": "c" * 20, "data_digest": "d" * 64, "scale": 0.01,
            "seeds": list(range(1, 11)), "overrides": [], "parameters": {}, "structure": {}, "bars": bars, "missing": [],
            "targets": targets} | changes  # fmt: skip


def figures() -> pl.DataFrame:
    """Waves; the model is 4 % too high in the fit window and 8 % in the check window, in culture and sport 50 %."""
    rows = []
    for chart in CHARTS.values():
        for number, (target, cell) in enumerate(chart.series):
            if cell == "DEF":
                continue
            for n, period in enumerate(YEARS if target != "vacancies_open" and target != "unemployment_rate" else QUARTERS):
                observed = 10 * (number + 1) * (1 + 0.3 * math.sin(n / 4) + 0.1 * (period[-2:] == "Q1"))
                off = FIT_ERROR if period < "2020" else WORST if cell == "R" else CHECK_ERROR
                model = observed * (1 + off)
                bands = [model * math.exp(z * 0.08) for z in (-0.67, 0.67, -1.64, 1.64)]
                rows.append((target, cell, period, observed, model, *bands, observed * 1.2))
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS[:3], pl.String) | dict.fromkeys(COLUMNS[3:], pl.Float64), orient="row")


def write_fit(folder: Path, **changes: Any) -> Path:
    """Both files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    figures().write_csv(folder / FIGURES)
    (folder / RECORD).write_text(yaml.safe_dump(record(**changes)), encoding="utf-8")
    return folder
