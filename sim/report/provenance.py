"""Where the figures come from and how anybody gets them again: versions, configuration, digests."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

from sim.analysis.contrast import Comparison
from sim.analysis.runs import CONFIG, Run
from sim.config.reading import text_of
from sim.config.visible import visible
from sim.report.numbers import Numbers
from sim.report.words import Words

DIGEST_LENGTH = 20
"""Characters of a digest that are shown; the whole stands in run.json."""
MOST_DIGESTS = 300
"""Runs whose own digests stand in the page; of more, only one for each scenario."""
MOST_CONFIGURATIONS = 60
"""Scenarios whose configuration stands in the page."""


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


def configurations(comparison: Comparison, names: Iterable[str]) -> list[dict[str, str]]:
    """Return the resolved configuration of the first run of every scenario, as it stands in the run folder, in the order of `names`."""
    texts = []
    for name in list(names)[:MOST_CONFIGURATIONS]:
        run = comparison.run_of(name)
        texts.append(
            {"scenario": name, "seed": str(run.pair[0]), "yaml": visible(text_of(run.path / CONFIG, "the configuration of a run"))}
        )
    return texts


def digests(comparison: Comparison, names: Iterable[str]) -> list[dict[str, str]]:
    """Return scenario, seed, draw, key and digest of every run, scenarios in the order of `names`; nothing when there are too many."""
    runs = [comparison.frames.runs[row] for name in names for row in comparison.positions[name].values()]
    if len(runs) > MOST_DIGESTS:
        return []
    return [
        {
            "scenario": run.scenario,
            "seed": str(run.pair[0]),
            "draw": "" if run.pair[1] is None else str(run.pair[1]),
            "key": str(run.record.get("key") or ""),
            "digest": _digest(run)[:DIGEST_LENGTH],
        }
        for run in runs
    ]


def digests_by_scenario(comparison: Comparison, names: Iterable[str]) -> list[dict[str, str]]:
    """Return the number of runs of every scenario, and one digest of theirs (`digest_of_runs`)."""
    found = []
    for name in names:
        runs = [comparison.frames.runs[row] for row in comparison.positions[name].values()]
        found.append({"scenario": name, "runs": str(len(runs)), "digest": digest_of_runs(runs)[:DIGEST_LENGTH]})
    return found


def digest_of_runs(runs: Sequence[Run]) -> str:
    """SHA-256 (hexadecimal) of the digests of runs in the order of seed and draw, each followed by the end of a line."""
    ordered = sorted(runs, key=lambda run: (run.pair[0], -1 if run.pair[1] is None else run.pair[1]))
    return hashlib.sha256("".join(f"{_digest(run)}\n" for run in ordered).encode()).hexdigest()


def _digest(run: Run) -> str:
    return str(run.record.get("digest") or "")
