"""Where the figures come from and how anybody gets them again: versions, configuration, digests."""

from __future__ import annotations

import datetime as dt

from sim.analysis.contrast import Comparison
from sim.analysis.runs import CONFIG
from sim.report.numbers import Numbers
from sim.report.words import Words

DIGEST_LENGTH = 20
"""Characters of a digest that are shown; the whole stands in run.json."""


def strip(words: Words, numbers: Numbers, comparison: Comparison) -> list[tuple[str, str]]:
    """Return the strip under the answer: what was run, as pairs of name and value."""
    runs, months = comparison.frames.runs, comparison.frames.months
    record = runs[0].record
    git = record.get("git") or {}
    commit = str(git.get("commit") or words("unknown"))[:10] + (f" ({words('provenance.dirty')})" if git.get("dirty") else "")
    counts = sorted({(result.n_seeds, result.n_draws) for result in comparison.scenarios})
    seeds = " / ".join(words("answer.draws_of", draws=draws, seeds=n) if draws > 1 else str(n) for n, draws in counts) or str(len(runs))
    weight = float(record.get("weight") or 1)
    items = {
        "version": str(record.get("version")),
        "commit": commit,
        "runs": words("provenance.runs_value", runs=len(runs), scenarios=len(comparison.positions)),
        "seeds": seeds,
        "period": words("range", low=numbers.month(months[0]), high=numbers.month(months[-1])),
        "scale": words("provenance.scale_value", weight=numbers.uncertain(weight, None)),
        "persons": numbers.plain(float(record.get("persons") or 0)),
        "created": _created(numbers, comparison),
        "calibration": _calibration(words, comparison),
    }
    return [(words(f"provenance.{key}"), value) for key, value in items.items()]


def _created(numbers: Numbers, comparison: Comparison) -> str:
    stamps = sorted(str(run.record.get("created") or "") for run in comparison.frames.runs)
    try:
        return numbers.day(dt.datetime.fromisoformat(stamps[-1]).date())
    except ValueError:
        return stamps[-1] or numbers.words("unknown")


def _calibration(words: Words, comparison: Comparison) -> str:
    waiting = sum(parameter.status == "uncalibrated" for parameter in comparison.parameters.values())
    if not waiting:
        fits = [parameter.fitted.identified for parameter in comparison.parameters.values() if parameter.fitted]
        return words("provenance.calibrated", fitted=len(fits), identified=fits.count("yes"), bound=fits.count("at bound"))
    return words("provenance.calibration_value", uncalibrated=waiting, total=len(comparison.parameters))


def configurations(comparison: Comparison) -> list[dict[str, str]]:
    """Return the resolved configuration of the first run of every scenario, as it stands in the run folder."""
    texts = []
    for name, rows in comparison.positions.items():
        run = comparison.frames.runs[next(iter(rows.values()))]
        texts.append({"scenario": name, "seed": str(run.pair[0]), "yaml": (run.path / CONFIG).read_text(encoding="utf-8")})
    return texts


def digests(comparison: Comparison) -> list[dict[str, str]]:
    """Return scenario, seed, draw, key and digest of every run."""
    return [
        {
            "scenario": run.scenario,
            "seed": str(run.pair[0]),
            "draw": "" if run.pair[1] is None else str(run.pair[1]),
            "key": str(run.record.get("key") or ""),
            "digest": str(run.record.get("digest") or "")[:DIGEST_LENGTH],
        }
        for run in comparison.frames.runs
    ]
