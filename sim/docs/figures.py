"""Numbers that the text of the documents may hold: counted, never typed."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import sim
from sim import codes
from sim.docs import inputs, policy_source, source
from sim.docs.shortfalls import shortfalls
from sim.evidence.parameters import GRADES, load_parameters


@cache
def figures() -> dict[str, Any]:
    """Every figure by the name that the text calls it."""
    rows = load_parameters().values()
    fits = [row.fitted.identified for row in rows if row.fitted]
    status, grade = Counter(row.status for row in rows), Counter(row.grade for row in rows)
    validation, fit = inputs.validation(), inputs.fit()
    bars = {f"{bar['name']}_{bar['window']}": bar for bar in validation["bars"]}
    return {
        "version": sim.__version__,
        "n_parameters": len(rows),
        "n_assumptions": status["assumption"],
        "n_evidence": status["evidence"],
        "n_uncalibrated": status["uncalibrated"],
        "n_fitted": len(fits),
        "n_identified": fits.count("yes"),
        "n_not_identified": fits.count("no"),
        "n_at_bound": fits.count("at bound"),
        "n_grade": {name: grade[name] for name in GRADES},
        "n_lines": len(source.month()),
        "n_policies": len(policy_source.policies()),
        "n_levers": len(source.levers()),
        "n_streams": len(source.streams()),
        "n_columns": sum(len(source.columns(table)) for table in source.TABLES),
        "n_tables": len(source.TABLES),
        "n_columns_of": {table: len(source.columns(table)) for table in source.TABLES},
        "n_sectors": codes.N_SECTORS,
        "n_provinces": codes.N_PROVINCES,
        "n_states": codes.N_STATES,
        "min_age": codes.MIN_AGE,
        "max_age": codes.MAX_AGE,
        "n_age_bands": codes.N_AGE_BANDS,
        "most_programmes": source.constant("policies/levers.py", "MAX_PROGRAMMES"),
        "n_files": len(inputs.files()),
        "n_targets": len(inputs.targets()),
        "n_scored": sum(row["scored"] == "yes" for row in inputs.targets()),
        "n_figures_fitted": fit["figures"],
        "fit_window": inputs.window("FIT"),
        "check_window": inputs.window("CHECK"),
        "fit_stopped": fit["stopped"],
        "fit_evaluations": fit["evaluations"],
        "fit_version": fit["version"],
        "validation_version": validation["version"],
        "n_seeds_validation": len(validation["seeds"]),
        "n_bars": len(bars),
        "n_bars_met": sum(bool(bar["met"]) for bar in bars.values()),
        "n_bars_missed": sum(not bar["met"] for bar in bars.values()),
        "bar": {name: round(bar["measured"], 1) for name, bar in bars.items() if bar["measured"] is not None},
        "n_shortfalls": len(shortfalls()),
    }


def numbers() -> dict[str, str]:
    """Every single figure as it would be written, by name: what the text may not hold as a typed number."""
    found: dict[str, str] = {}
    for name, value in figures().items():
        for key, inner in value.items() if isinstance(value, dict) else [("", value)]:
            if isinstance(inner, int | float):
                found[f"{name}.{key}".rstrip(".")] = f"{inner:g}"
    return found
