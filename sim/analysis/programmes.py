"""What the policies of a scenario did by their own account: participants, cost, and the gross outcome.

Gross is what happened to participants, whoever would have reached it anyway; it is shown beside the net effect and never added to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sim.analysis.frames import POLICY_SUMS


@dataclass(frozen=True)
class Programme:
    """Totals over the horizon, mean over the runs.

    Attributes
    ----------
    participants : persons enrolled.
    cost_eur : euros.
    gross_outcome : participants whose first twelve months ended with the outcome that the programme itself reports.
    gross_count : participants observed for twelve months.
    """

    participants: float
    cost_eur: float
    gross_outcome: float
    gross_count: float

    @property
    def gross_share(self) -> float | None:
        """Share of the observed participants with the outcome; None when nobody was observed for twelve months."""
        return self.gross_outcome / self.gross_count if self.gross_count > 0 else None


def programme_totals(programmes: pl.DataFrame, rows: list[int]) -> Programme:
    """Mean over the runs `rows` of the totals of all policies together."""
    sums = programmes.filter(pl.col("run").is_in(rows)).select(pl.col(POLICY_SUMS).sum() / len(rows)).row(0)
    return Programme(*(float(value) for value in sums))
