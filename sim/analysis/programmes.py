"""What the policies of a scenario did: participants, cost, the gross outcome, and the effect per head that a trial would find.

Gross is what happened to participants, whoever would have reached it anyway; it is shown beside the net effect and never added to it. The
effect per head compares participants with a comparison group drawn by lot from the same eligible people of the same run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.analysis.frames import POLICY_SUMS
from sim.analysis.intervals import Interval, paired_interval
from sim.analysis.repetitions import Repetitions


@dataclass(frozen=True)
class Programme:
    """Totals over the horizon, mean over the runs.

    Attributes
    ----------
    participants : persons enrolled.
    participant_months : months of participation.
    cost_eur : euros.
    gross_outcome : participants whose first twelve months ended with the outcome that the programme itself reports.
    gross_count : participants observed for twelve months.
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


def programme_totals(programmes: pl.DataFrame, rows: list[int], repeated: Repetitions | None = None) -> Programme:
    """Mean over the runs `rows` of the totals of all policies together, and the effect per head over those runs.

    Parameters
    ----------
    repeated : seeds and draws of the runs, in the order of `rows`; default: every run stands for itself.
    """
    runs = programmes.filter(pl.col("run").is_in(rows)).group_by("run").agg(pl.col(POLICY_SUMS).sum()).sort("run")
    mean = {name: float(runs[name].sum()) / len(rows) for name in POLICY_SUMS}
    observed = runs.filter((pl.col("gross_count") > 0) & (pl.col("control_count") > 0))
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
