"""Which finished sensitivity studies say something of the runs on a page: same code, data and settings, a scenario in common."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from sim.analysis.contrast import Comparison, ScenarioResult
from sim.analysis.runs import CENTRAL
from sim.analysis.weak_evidence import COMMAND
from sim.report.assumptions import differences
from sim.report.command import rebuilt
from sim.sensitivity.saved import Study, beside

ENDS = ("low", CENTRAL, "high")


def studies(comparison: Comparison) -> list[Study]:
    """The studies beside the runs that are about a scenario on the page, newest first; of two with one name the newest."""
    runs = comparison.frames.runs
    found = {made.experiment: made for made in reversed(beside(sorted({run.path.parent.parent for run in runs}))) if fits(made, comparison)}
    return list(reversed(found.values()))


def fits(made: Study, comparison: Comparison) -> bool:
    """Whether a study was made with the code and the data of the runs, and has a scenario and its reference just as they are here."""
    record = comparison.frames.runs[0].record
    if any(getattr(made, key) != record.get(key) for key in ("version", "code_digest", "data_digest")):
        return False
    return any(
        result.name in made.configs
        and result.against in made.configs
        and not any(differences(comparison.configs[name], made.configs[name]) for name in (result.name, result.against))
        for result in comparison.scenarios
    )


@dataclass(frozen=True)
class Ends:
    """One scenario with its evidence at the centre and at the ends; an end without runs is absent."""

    central: ScenarioResult
    by_end: dict[str, ScenarioResult]

    @property
    def changes(self) -> bool:
        """Whether the verdict on its net FTE-months is another at an end than at the centre."""
        return any(result.net_fte_months.sign != self.central.net_fte_months.sign for result in self.by_end.values())


def ends(comparison: Comparison) -> list[Ends]:
    """The scenarios that were run with their evidence at the centre and at an end, in the order of the ranking."""
    found: dict[str, dict[str, ScenarioResult]] = {}
    for result in comparison.scenarios:
        found.setdefault(result.of, {})[result.evidence] = result
    return [
        Ends(by_end[CENTRAL], {end: by_end[end] for end in ENDS if end in by_end})
        for by_end in found.values()
        if CENTRAL in by_end and len(by_end) > 1
    ]


def command(comparison: Comparison) -> str:
    """The command that runs the scenarios of the page with their evidence at both ends, under the same settings where those are known."""
    names = list(dict.fromkeys(result.of for result in comparison.scenarios if result.config.get("policies")))
    seeds = sorted({seed for result in comparison.scenarios for seed, _ in result.pairs})
    known = shlex.split(rebuilt(comparison) or "")
    settings = [word for word in known if "=" in word and not word.startswith(("seed=", "seeds=", "draws="))]
    repeated = f"seed=range({seeds[0]},{seeds[-1] + 1})" if len(seeds) > 1 else f"seed={seeds[0]}"
    return shlex.join([*COMMAND.split(), f"scenarios={','.join(names)}", "evidence=central,low,high", repeated, *settings])
