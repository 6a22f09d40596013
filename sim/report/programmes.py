"""Gross against net: what became of participants, of a comparison group, and what is left of it after displacement, in words and rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sim.analysis.contrast import Comparison, ScenarioResult
from sim.analysis.intervals import Interval
from sim.analysis.programmes import Programme, by_policy, per_participant
from sim.analysis.runs import CENTRAL
from sim.report.numbers import Numbers
from sim.report.tables import Cell, cell, change
from sim.report.words import Words

TRIAL, ALONE, EARLY, NOBODY, RULE = "trial", "alone", "early", "nobody", "rule"
"""What there is to see of a programme: participants beside a comparison group, participants without one, participants who were not followed
for twelve months yet, nobody who took part, or a rule for everybody in which nobody can."""


@dataclass(frozen=True)
class Row:
    """One policy of one scenario.

    ``is_only`` : whether the scenario has no other policy, so that its net FTE-months are those of this one.
    """

    result: ScenarioResult
    policy: str
    programme: Programme
    is_only: bool

    @property
    def kind(self) -> str:
        """What there is to see of it."""
        from sim.policies.registry import POLICIES
        from sim.policies.rule import Rule

        found = self.programme
        if found.participants <= 0:
            return RULE if self.policy in POLICIES and issubclass(POLICIES[self.policy], Rule) else NOBODY
        if found.gross_share is None:
            return EARLY
        return ALONE if found.control_share is None else TRIAL


def shown(comparison: Comparison) -> list[ScenarioResult]:
    """The scenarios with their evidence at the centre, or all when there are none."""
    return [result for result in comparison.scenarios if result.evidence == CENTRAL] or comparison.scenarios


def rows(comparison: Comparison) -> list[Row]:
    """Every policy of the scenarios `shown`, in the order of the ranking."""
    found = []
    for result in shown(comparison):
        policies = result.config.get("policies") or {}
        each = by_policy(comparison.frames.programmes, comparison.rows(result.name)[1], policies, comparison.repetitions(result.name))
        found += [Row(result, policy, programme, len(policies) == 1) for policy, programme in each.items()]
    return found


@dataclass(frozen=True)
class Tellings:
    """Says what the rows show, in one language."""

    words: Words
    numbers: Numbers

    # --- names ----------------------------------------------------------------------------------------------------------------------
    def scenario(self, row: Row) -> str:
        """Label of the scenario."""
        return row.result.label[self.words.language]

    def name(self, row: Row) -> str:
        """Name of a row: the scenario, and the policy when the scenario has several."""
        return self.scenario(row) if row.is_only else self.words("programmes.one_of", scenario=self.scenario(row), policy=row.policy)

    def outcome(self, policy: str) -> str:
        """What counts as the outcome of a policy, in words; of a policy that the words do not know, its own (English)."""
        from sim.policies.registry import POLICIES

        known = self.words.raw("programmes.outcomes")
        return str(known[policy]) if policy in known else POLICIES[policy].gross_meaning if policy in POLICIES else policy

    def verdict(self, effect: Interval) -> str:
        """Whether it is a clear gain, a clear loss or neither."""
        if effect.low is None:
            return self.words("key_figures.no_interval")
        return self.words(f"ranking.{ {1: 'gain', -1: 'loss', 0: 'unclear'}[effect.sign] }")

    def effect(self, effect: Interval) -> str:
        """``+2.2 (-1.0 to 5.3)``."""
        if effect.low is None:
            return self.numbers.mean(effect)
        return self.words("programmes.with_interval", value=self.numbers.mean(effect), interval=self.numbers.interval(effect))

    # --- sentences ------------------------------------------------------------------------------------------------------------------
    def title(self, mine: Iterable[Row]) -> str:
        """The finding of one scenario: of its policies the one with most participants who can be set against a comparison group."""
        found = list(mine)
        trials = [row for row in found if row.kind == TRIAL]
        row = max(trials or found, key=lambda row: row.programme.gross_count or row.programme.participants, default=None)
        if row is None:
            return self.words("programmes.title_none")
        if row.kind != TRIAL:
            return self.words(f"programmes.title_{row.kind}", scenario=self.name(row), gross=self._of_100(row.programme.gross_share))
        points = row.programme.per_head_points
        assert points is not None  # or it is no trial
        return self.words(
            "programmes.title",
            scenario=self.name(row),
            outcome=self.outcome(row.policy),
            gross=self._of_100(row.programme.gross_share),
            control=self._of_100(row.programme.control_share),
            net=self.effect(points),
            verdict=self.verdict(points),
        )

    def _of_100(self, share: float | None) -> str:
        return self.words("unknown") if share is None else self.numbers.plain(100 * share)

    def detail(self, row: Row) -> str:
        """What stands below the name of a row in the chart."""
        points = row.programme.per_head_points
        if row.kind != TRIAL or points is None:
            return self.words(f"programmes.kinds.{row.kind}")
        return self.words("programmes.detail", net=self.effect(points), verdict=self.verdict(points))

    def meanings(self, found: Iterable[Row]) -> str:
        """What counts as the outcome of each policy with participants; policies with the same outcome together."""
        by_outcome: dict[str, list[str]] = {}
        for policy in dict.fromkeys(row.policy for row in found if row.kind != RULE):
            by_outcome.setdefault(self.outcome(policy), []).append(policy)
        items = [self.words("programmes.counts", policies=", ".join(mine), outcome=outcome) for outcome, mine in by_outcome.items()]
        return self.words("programmes.outcome", items="; ".join(items)) if items else ""

    def without(self, found: Iterable[Row]) -> str:
        """Which scenarios have a policy in which nobody takes part; empty when all have participants."""
        names = list(dict.fromkeys(self.name(row) for row in found if row.kind == RULE))
        return self.words("programmes.rules", names=", ".join(names)) if names else ""

    # --- table ----------------------------------------------------------------------------------------------------------------------
    def table(self, found: list[Row]) -> dict[str, Any]:
        """The twin of both charts: one row per policy, and one for a scenario of several policies together."""
        lines: list[dict[str, Any]] = []
        for position, row in enumerate(found):
            lines.append({"label": self.name(row), "cells": self._cells(row)})
            following = found[position + 1] if position + 1 < len(found) else None
            if not row.is_only and (following is None or following.result is not row.result):
                lines.append(self._together(row.result))
        columns = ("participants", "gross", "control", "per_head", "per_participant", "verdict")
        share = self.words("programmes.share")
        return {
            "columns": [self.words(f"programmes.columns.{key}") for key in columns],
            "rows": lines,
            "units": {1: share, 2: share},
            "belows": {1: self.words("programmes.followed")},
        }

    def _cells(self, row: Row) -> list[Cell]:
        found, say = row.programme, self.words
        nothing = cell(say("unknown"))
        effect = per_participant(row.result.net_fte_months, found.participants) if row.is_only else None
        points, followed = found.per_head_points, say("ranking.gross_of", n=self.numbers.uncertain(found.gross_count, None))
        verdict = self.verdict(points) if row.kind == TRIAL and points else say(f"programmes.kinds.{row.kind}")
        gross, control = found.gross_share, found.control_share
        return [
            cell(self.numbers.uncertain(found.participants, None), found.participants),
            nothing if gross is None else cell(self.numbers.share(gross), gross, below=followed),
            nothing if control is None else cell(self.numbers.share(control), control),
            nothing if points is None else change(self.numbers, points),
            nothing if effect is None else change(self.numbers, effect),
            cell(verdict),
        ]

    def _together(self, result: ScenarioResult) -> dict[str, Any]:
        nothing, participants = cell(self.words("unknown")), result.programme.participants
        effect = per_participant(result.net_fte_months, participants)
        return {
            "label": self.words("programmes.together", scenario=result.label[self.words.language]),
            "cells": [
                cell(self.numbers.uncertain(participants, None), participants),
                *[nothing] * 3,
                nothing if effect is None else change(self.numbers, effect),
                cell("" if effect is None else self.verdict(effect)),
            ],
            "total": True,
        }
