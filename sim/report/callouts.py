"""Warnings that the figures themselves call for; shown above everything else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.analysis.contrast import Comparison, ScenarioResult
from sim.analysis.runs import CENTRAL
from sim.codes import month_date, month_index
from sim.report.assumptions import behaviour, beyond_policies, differences, policies
from sim.report.findings import Findings
from sim.report.numbers import Numbers
from sim.report.words import Words

FEW_SEEDS = 10
MOST_EXAMPLES = 3
START_KEYS = ("start", "start_month", "from", "from_month")
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def callouts(words: Words, numbers: Numbers, comparison: Comparison, failures: Sequence[dict[str, Any]]) -> list[str]:
    """Return the warnings in one language, the gravest first."""
    return [
        *_failed(words, comparison, [failure for failure in failures if not failure.get("unreadable")]),
        *_unreadable(words, failures),
        *([] if comparison.has_baseline else [words("callouts.no_baseline")]),
        *_references(words, comparison),
        *_effects(words, comparison.scenarios),
        *_settings(words, numbers, comparison),
        *_seeds(words, comparison),
        *_parameters(words, comparison),
        *_provenance(words, comparison),
    ]


def _failed(words: Words, comparison: Comparison, failures: Sequence[dict[str, Any]]) -> list[str]:
    records = [run.record for run in comparison.failed] + list(failures)
    names = sorted({f"{record.get('scenario', '?')} (seed {record.get('seed', '?')})" for record in records})
    return [words("callouts.failed", n=len(names), runs=", ".join(names))] if names else []


def _unreadable(words: Words, failures: Sequence[dict[str, Any]]) -> list[str]:
    """Folders of runs that were there but damaged, by the end of their place; what is wrong with each, the command line says."""
    folders = sorted("/".join(Path(failure["run_dir"]).parts[-2:]) for failure in failures if failure.get("unreadable"))
    return [words("callouts.unreadable", n=len(folders), runs=words.listed(folders))] if folders else []


def _references(words: Words, comparison: Comparison) -> list[str]:
    labels = Findings(words, Numbers(words), comparison)
    others = [result for result in comparison.scenarios if result.against != comparison.baseline]
    shown = [words("callouts.against", scenario=r.label[words.language], reference=labels.label(r.against)) for r in others]
    absent = [(name, reference) for name, reference in comparison.unpaired.items() if reference != comparison.baseline]
    return shown + [words("callouts.unpaired", scenario=labels.label(name), reference=reference) for name, reference in absent]


def _effects(words: Words, results: list[ScenarioResult]) -> list[str]:
    same = [result for result in results if result.is_identical and result.evidence == CENTRAL]
    identical, idle = (
        [r.label[words.language] for r in same if (r.programme.participants > 0) == takes_part] for takes_part in (False, True)
    )
    unclear = [
        r.label[words.language]
        for r in results
        if not r.is_identical and r.net_fte_months.low is not None and not r.net_fte_months.is_clear
    ]
    warnings = []
    for key, names in (("identical", identical), ("idle", idle)):
        if names:
            warnings.append(words(f"callouts.{key}", scenarios=", ".join(names)))
    if unclear:
        warnings.append(words("callouts.no_effect", scenarios=", ".join(unclear)))
    if len(results) > 1:
        warnings.append(words("callouts.multiple", n=len(results)))
    return warnings


def _settings(words: Words, numbers: Numbers, comparison: Comparison) -> list[str]:
    warnings = []
    months = comparison.frames.months
    start, end = numbers.month(months[0]), numbers.month(months[-1])
    for result in comparison.scenarios:
        label = result.label[words.language]
        changed = beyond_policies(differences(comparison.configs[result.against], result.config))
        if changed:
            warnings.append(words("callouts.other_changes", scenario=label, keys=", ".join(changed)))
        for policy, month in _starts(result):
            if not months[0] <= month_date(month_index(month)) <= months[-1]:
                shown = numbers.month(month_date(month_index(month)))
                warnings.append(words("callouts.outside", policy=policy, scenario=label, month=shown, start=start, end=end))
    return warnings


def _starts(result: ScenarioResult) -> list[tuple[str, str]]:
    starts = []
    for policy, settings in (result.config.get("policies") or {}).items():
        for key in START_KEYS:
            value = str((settings or {}).get(key, ""))[:7]
            if MONTH.fullmatch(value):
                starts.append((str(policy), value))
    return starts


def _seeds(words: Words, comparison: Comparison) -> list[str]:
    warnings = []
    fewest = min((result.n_seeds for result in comparison.scenarios), default=FEW_SEEDS)
    if fewest < FEW_SEEDS:
        warnings.append(words("callouts.few_seeds", n=fewest))
    for result in comparison.scenarios:
        if result.missing:
            seeds = ", ".join(sorted({str(seed) for seed, _ in result.missing}, key=int))
            warnings.append(words("callouts.missing_pairs", scenario=result.label[words.language], seeds=seeds))
    return warnings


def _parameters(words: Words, comparison: Comparison) -> list[str]:
    everything = [*behaviour(comparison), *policies(comparison)]
    warnings = []
    outside = sorted({assumption.path for assumption in everything if assumption.is_outside})
    if outside:
        warnings.append(words("callouts.outside_range", paths=", ".join(outside)))
    uncalibrated = [p.path for p in comparison.parameters.values() if p.status == "uncalibrated"]
    if uncalibrated:
        examples = ", ".join(uncalibrated[:MOST_EXAMPLES]) + (", …" if len(uncalibrated) > MOST_EXAMPLES else "")
        warnings.append(words("callouts.uncalibrated", n=len(uncalibrated), total=len(comparison.parameters), examples=examples))
    return warnings


def _provenance(words: Words, comparison: Comparison) -> list[str]:
    records = [run.record for run in comparison.frames.runs]
    commits = sorted({str((record.get("git") or {}).get("commit") or "?")[:8] for record in records})
    warnings = [words("callouts.mixed_code", commits=", ".join(commits))] if len(commits) > 1 else []
    if len({record.get("data_digest") for record in records}) > 1:
        warnings.append(words("callouts.mixed_data"))
    if any((record.get("git") or {}).get("dirty") for record in records):
        warnings.append(words("callouts.dirty"))
    return warnings
