"""Warnings that the figures themselves call for; shown above everything else. Each names the scenario and says what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from sim.analysis.contrast import Comparison, ScenarioResult, label_of
from sim.analysis.runs import CENTRAL, Run
from sim.codes import month_date, month_index
from sim.config.schema import MONTH_PATTERN
from sim.report.assumptions import Assumption, behaviour, beyond_policies, differences, policies
from sim.report.findings import Findings
from sim.report.numbers import Numbers
from sim.report.words import Words

FEW_SEEDS = 10
MOST_NAMED = 5
SHORTEST = 12
"""Months after which participants are followed up; a policy that starts later than that before the end shows nothing of it."""
HALVES = 4
"""Times as many seeds halve an interval."""


def callouts(words: Words, numbers: Numbers, comparison: Comparison, failures: Sequence[dict[str, Any]]) -> list[str]:
    """Return the warnings in one language, the gravest first."""
    return [
        *_failed(words, comparison, [failure for failure in failures if not failure.get("unreadable")]),
        *_unreadable(words, failures),
        *([] if comparison.has_baseline else [words("callouts.no_baseline")]),
        *_unpaired(words, comparison),
        *_provenance(words, comparison),
        *_months(words, numbers, comparison),
        *_identical(words, comparison.scenarios),
        *_settings(words, comparison),
        *_outside(words, numbers, comparison),
        *_seeds(words, comparison),
        *_unclear(words, comparison.scenarios),
        *_uncalibrated(words, comparison),
    ]


def listed(words: Words, names: Iterable[str]) -> str:
    """Names after each other, each once; of many the first few and how many more."""
    return words.listed(list(dict.fromkeys(names)), MOST_NAMED)


def _label(words: Words, result: ScenarioResult) -> str:
    return result.label[words.language]


# --- what is missing ----------------------------------------------------------------------------------------------------------------
def _failed(words: Words, comparison: Comparison, failures: Sequence[dict[str, Any]]) -> list[str]:
    records = [run.record for run in comparison.failed] + list(failures)
    names = sorted({f"{record.get('scenario', '?')} (seed {record.get('seed', '?')})" for record in records})
    return [words("callouts.failed", n=len(names), runs=listed(words, names))] if names else []


def _unreadable(words: Words, failures: Sequence[dict[str, Any]]) -> list[str]:
    """Folders of runs that were there but damaged, by the end of their place; what is wrong with each, the command line says."""
    folders = sorted("/".join(Path(failure["run_dir"]).parts[-2:]) for failure in failures if failure.get("unreadable"))
    return [words("callouts.unreadable", n=len(folders), runs=words.listed(folders))] if folders else []


def _unpaired(words: Words, comparison: Comparison) -> list[str]:
    label = Findings(words, Numbers(words), comparison).label
    absent = [(name, reference) for name, reference in comparison.unpaired.items() if reference != comparison.baseline]
    return [words("callouts.unpaired", scenario=label(name), reference=reference) for name, reference in absent]


# --- with what the runs were made -----------------------------------------------------------------------------------------------------
def _provenance(words: Words, comparison: Comparison) -> list[str]:
    runs = comparison.frames.runs
    states = _by(runs, lambda run: _state(words, run))
    warnings = []
    if len(states) > 1:
        shown = "; ".join(f"{state}: {listed(words, _names(words, mine))}" for state, mine in sorted(states.items()))
        warnings.append(words("callouts.mixed_code", states=shown))
    data = _by(runs, lambda run: str(run.record.get("data_digest") or "?")[:8])
    if len(data) > 1:
        shown = "; ".join(f"{digest}: {listed(words, _names(words, mine))}" for digest, mine in sorted(data.items()))
        warnings.append(words("callouts.mixed_data", states=shown))
    dirty = [run for run in runs if _git(run).get("dirty")]
    if dirty and len(states) == 1:
        warnings.append(words("callouts.dirty", scenarios=listed(words, _names(words, dirty))))
    return warnings


def _by(runs: Iterable[Run], key: Callable[[Run], str]) -> dict[str, list[Run]]:
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(key(run), []).append(run)
    return groups


def _git(run: Run) -> dict[str, Any]:
    return dict(run.record.get("git") or {})


def _state(words: Words, run: Run) -> str:
    commit = str(_git(run).get("commit") or words("none"))[:8]
    return f"{commit} {words('provenance.dirty')}" if _git(run).get("dirty") else commit


def _names(words: Words, runs: Iterable[Run]) -> list[str]:
    return [label_of(run)[words.language] for run in runs]


# --- what the scenarios ask for -----------------------------------------------------------------------------------------------------
def _months(words: Words, numbers: Numbers, comparison: Comparison) -> list[str]:
    first, last = (month_index(month.strftime("%Y-%m")) for month in (comparison.frames.months[0], comparison.frames.months[-1]))
    start, end = (numbers.month(month_date(month)) for month in (first, last))
    warnings = []
    for result in comparison.scenarios:
        for policy, settings in (result.config.get("policies") or {}).items():
            opens, closes = (_month(settings, key) for key in ("start", "end"))
            about = {"policy": policy, "scenario": _label(words, result), "start": start, "end": end}
            if (opens is not None and not first <= opens <= last) or (closes is not None and closes < first):
                shown = numbers.month(month_date(closes if closes is not None and closes < first else opens or first))
                key = "closed" if closes is not None and closes < first else "early" if opens is not None and opens < first else "outside"
                warnings.append(words(f"callouts.{key}", month=shown, **about))
                continue
            if opens is not None and last - opens + 1 < SHORTEST:
                warnings.append(words("callouts.late", month=numbers.month(month_date(opens)), n=last - opens + 1, **about))
            if closes is not None and closes < last:
                warnings.append(words("callouts.ends", month=numbers.month(month_date(closes)), **about))
    return warnings


def _month(settings: Any, key: str) -> int | None:
    value = str((settings or {}).get(key) or "")[:7]
    return month_index(value) if MONTH_PATTERN.fullmatch(value) else None


def _identical(words: Words, results: list[ScenarioResult]) -> list[str]:
    same = [result for result in results if result.is_identical and result.evidence == CENTRAL]
    groups = {key: [_label(words, r) for r in same if (r.programme.participants > 0) == (key == "idle")] for key in ("identical", "idle")}
    return [words(f"callouts.{key}", scenarios=listed(words, names)) for key, names in groups.items() if names]


def _settings(words: Words, comparison: Comparison) -> list[str]:
    label = Findings(words, Numbers(words), comparison).label
    warnings = []
    for result in comparison.scenarios:
        if result.against != comparison.baseline:
            warnings.append(words("callouts.against", scenario=_label(words, result), reference=label(result.against)))
        changed = beyond_policies(differences(comparison.configs[result.against], result.config))
        if changed:
            warnings.append(words("callouts.other_changes", scenario=_label(words, result), keys=listed(words, changed)))
    return warnings


def _outside(words: Words, numbers: Numbers, comparison: Comparison) -> list[str]:
    label = Findings(words, numbers, comparison).label
    found = [used for used in (*behaviour(comparison), *policies(comparison)) if used.is_outside]
    items = [_value(words, numbers, used, [label(name) for name in used.scenarios]) for used in found]
    return [words("callouts.outside_range", items=listed(words, items))] if items else []


def _value(words: Words, numbers: Numbers, used: Assumption, names: list[str]) -> str:
    assert used.parameter is not None  # or it has no range
    low, high, value = (numbers.anything(number) for number in (used.parameter.low, used.parameter.high, used.value))
    scenarios = listed(words, names) if names else words("callouts.every_scenario")
    return words("callouts.value", path=used.path, value=value, low=low, high=high, scenarios=scenarios)


# --- how sure it is -------------------------------------------------------------------------------------------------------------------
def _seeds(words: Words, comparison: Comparison) -> list[str]:
    few = [result for result in comparison.scenarios if result.n_seeds < FEW_SEEDS]
    warnings = []
    if few:
        names = listed(words, (_label(words, result) for result in few))
        warnings.append(words("callouts.few_seeds", n=min(result.n_seeds for result in few), scenarios=names))
    for result in comparison.scenarios:
        if result.missing:
            seeds = ", ".join(sorted({str(seed) for seed, _ in result.missing}, key=int))
            warnings.append(words("callouts.missing_pairs", scenario=_label(words, result), seeds=seeds))
    return warnings


def _unclear(words: Words, results: list[ScenarioResult]) -> list[str]:
    unclear = [r for r in results if not r.is_identical and r.net_fte_months.low is not None and not r.net_fte_months.is_clear]
    if not unclear:
        return []
    names = listed(words, (_label(words, result) for result in unclear))
    return [words("callouts.no_effect", scenarios=names, seeds=HALVES * max(result.n_seeds for result in unclear))]


def _uncalibrated(words: Words, comparison: Comparison) -> list[str]:
    paths = [p.path for p in comparison.parameters.values() if p.status == "uncalibrated"]
    if not paths:
        return []
    return [words("callouts.uncalibrated", n=len(paths), total=len(comparison.parameters), examples=listed(words, paths))]
