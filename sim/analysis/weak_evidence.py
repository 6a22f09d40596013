"""What the ranking hangs on: scenarios run with their evidence at its low end, and policies whose low end is no effect at all."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.contrast import Comparison, ScenarioResult, ranked
from sim.analysis.runs import CENTRAL

LOW = "low"
COMMAND = "sim sweep weak_evidence"
"""Runs every policy with its evidence at the low end."""


@dataclass(frozen=True)
class WeakEvidence:
    """The ranking with the evidence at its low end beside the one with its central values.

    Attributes
    ----------
    central, low : the scenarios of which there are runs with both, in the order of each ranking.
    """

    central: tuple[ScenarioResult, ...]
    low: tuple[ScenarioResult, ...]

    @property
    def is_known(self) -> bool:
        """Whether there are such runs at all."""
        return bool(self.low)

    @property
    def changes_order(self) -> bool:
        """Whether the order differs."""
        return [result.of for result in self.central] != [result.of for result in self.low]

    @property
    def no_longer_clear(self) -> tuple[ScenarioResult, ...]:
        """Scenarios (central) whose clear gain is none at the low end."""
        signs = {result.of: result.net_fte_months.sign for result in self.low}
        return tuple(result for result in self.central if result.net_fte_months.sign > 0 >= signs[result.of])


def weak_evidence(comparison: Comparison) -> WeakEvidence:
    """Compare the two rankings, over the scenarios that were run with both."""
    by_evidence = {
        evidence: {result.of: result for result in comparison.scenarios if result.evidence == evidence} for evidence in (CENTRAL, LOW)
    }
    both = by_evidence[CENTRAL].keys() & by_evidence[LOW].keys()
    return WeakEvidence(*(tuple(ranked([by_evidence[evidence][name] for name in both])) for evidence in (CENTRAL, LOW)))


def may_do_nothing(comparison: Comparison, result: ScenarioResult) -> list[str]:
    """Policies of a scenario whose effect is zero or worse at the low end of the evidence table: then they only cost."""
    from sim.policies.registry import POLICIES

    found = []
    for name in result.config.get("policies") or {}:
        effect = POLICIES[name].effect if name in POLICIES else None
        parameter = comparison.parameters.get(f"policies.{name}.{effect}")
        if parameter is not None and parameter.low <= 0:
            found.append(name)
    return found
