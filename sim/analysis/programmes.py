"""What the policies of a scenario did: participants, cost, the gross outcome, and the effect per head that a trial would find.

Gross is what happened to participants, whoever would have reached it anyway; it is shown beside the net effect and never added to it. The
effect per head compares participants with a comparison group drawn by lot from the same eligible people of the same run. What participants
take from others is in neither: that is in the net FTE-months, also those per participant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from sim.analysis.frames import POLICY_SUMS
from sim.analysis.intervals import Interval, paired_interval
from sim.analysis.repetitions import Repetitions

FOLLOWED = ("gross_outcome", "gross_count", "control_outcome", "control_count")
"""Sums over those who were followed for twelve months."""


@dataclass(frozen=True)
class Programme:
    """Totals over the horizon, mean over the runs.

    Attributes
    ----------
    participants : persons enrolled.
    participant_months : months of participation.
    cost_eur : euros.
    gross_outcome : participants whose first twelve months ended with the outcome that the programme itself reports.
    gross_count : participants observed for twelve months. Of several policies those with a comparison group, where there is one.
    control_outcome, control_count : the same of the comparison group.
    per_head : share of participants less share of the comparison group with the outcome; 95 % interval over the runs.
    """

    participants: float
    participant_months: float
    cost_eur: float
    gross_outcome: float
    gross_count: float
    control_outcome: float
    control_count: float
    per_head: Interval | None = None

    @property
    def gross_share(self) -> float | None:
        """Share of the observed participants with the outcome; None when nobody was observed for twelve months."""
        return self.gross_outcome / self.gross_count if self.gross_count > 0 else None

    @property
    def control_share(self) -> float | None:
        """Share of the comparison group with the outcome; None without one."""
        return self.control_outcome / self.control_count if self.control_count > 0 else None

    @property
    def cost_per_participant_eur(self) -> float | None:
        """Euros per participant, standing costs included; None when nobody took part."""
        return self.cost_eur / self.participants if self.participants > 0 else None

    @property
    def cost_per_month_eur(self) -> float | None:
        """Euros per participant and month of participation, standing costs included; None when there is none."""
        return self.cost_eur / self.participant_months if self.participant_months > 0 else None

    @property
    def per_head_points(self) -> Interval | None:
        """`per_head` in percentage points."""
        effect = self.per_head
        if effect is None:
            return None
        low, high = (None if bound is None else 100 * bound for bound in (effect.low, effect.high))
        return Interval(100 * effect.mean, low, high, effect.n)


def compared(programmes: pl.DataFrame) -> pl.DataFrame:
    """The rows (run, policy) in which both participants and a comparison group were followed: only those can be set against each other."""
    return programmes.filter((pl.col("gross_count") > 0) & (pl.col("control_count") > 0))


def programme_totals(programmes: pl.DataFrame, rows: list[int], repeated: Repetitions | None = None) -> Programme:
    """Mean over the runs `rows` of the totals of all policies together, and the effect per head over those runs.

    Parameters
    ----------
    repeated : seeds and draws of the runs, in the order of `rows`; default: every run stands for itself.
    """
    mine = programmes.filter(pl.col("run").is_in(rows))
    runs = mine.group_by("run").agg(pl.col(POLICY_SUMS).sum())
    mean = {name: float(runs[name].sum()) / len(rows) for name in POLICY_SUMS}
    observed = compared(mine).group_by("run").agg(pl.col(FOLLOWED).sum()).sort("run")
    if observed.height:
        mean |= {name: float(observed[name].sum()) / len(rows) for name in FOLLOWED}
    effects = (observed["gross_outcome"] / observed["gross_count"] - observed["control_outcome"] / observed["control_count"]).to_numpy()
    by_run = np.full(len(rows), np.nan)
    by_run[[rows.index(run) for run in observed["run"]]] = effects
    per_head = (repeated.interval(by_run) if repeated else paired_interval(by_run)) if len(effects) else None
    return Programme(
        participants=mean["participants_new"],
        participant_months=mean["participants_active"],
        cost_eur=mean["cost_eur"],
        gross_outcome=mean["gross_outcome"],
        gross_count=mean["gross_count"],
        control_outcome=mean["control_outcome"],
        control_count=mean["control_count"],
        per_head=per_head,
    )


def by_policy(
    programmes: pl.DataFrame, rows: list[int], policies: Mapping[str, Any], repeated: Repetitions | None = None
) -> dict[str, Programme]:
    """The totals of every policy of a scenario by itself, in the order of `policies`: each counts another outcome."""
    return {name: programme_totals(programmes.filter(pl.col("policy") == name), rows, repeated) for name in policies}


def per_participant(net_fte_months: Interval, participants: float) -> Interval | None:
    """Net FTE-months per participant; None when nobody took part.

    Only the effect is uncertain here: participants are their mean over the pairs.

    >>> per_participant(Interval(100.0, -50.0, 250.0, 10), 50.0)
    Interval(mean=2.0, low=-1.0, high=5.0, n=10)
    """
    if participants <= 0:
        return None
    low, high = (None if bound is None else bound / participants for bound in (net_fte_months.low, net_fte_months.high))
    return Interval(net_fte_months.mean / participants, low, high, net_fte_months.n)
