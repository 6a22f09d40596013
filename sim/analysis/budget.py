"""What a scenario costs the public purse: its programmes, less what is saved on benefits and otherwise, over the whole horizon.

    benefits saved = fewer unemployed person-months x benefit per unemployed person and month
    benefit        = share with unemployment benefit x mean unemployment benefit + share with social assistance x mean assistance
    net public cost = cost of the programmes - benefits saved - what the policies say they save beside benefits (`Policy.saving_eur`)

A negative saving is money lost. Taxes, premiums and other benefits are left out, so this is not the balance of the state. The shares are
averages over all unemployed: who gains work through a policy may have had a benefit more often, or less. The values are `budget.*` of the
evidence table, in euros of 2023; a scenario's own values count when it overrides them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from sim.analysis.frames import Frames
from sim.analysis.intervals import Interval, difference
from sim.analysis.repetitions import Repetitions
from sim.evidence.parameters import Values

BENEFITS = ("unemployment_benefit", "assistance")
"""Benefits of the unemployed: each has a share and a mean amount in the table (``budget.*``)."""

GROUP = "budget."


@dataclass(frozen=True)
class Budget:
    """Euros of 2023 over the whole horizon, scenario less reference, with intervals over the pairs.

    Attributes
    ----------
    programme_eur : cost of the programmes. benefits_saved_eur, other_saved_eur : savings; negative: losses.
    net_eur : programmes less savings.
    benefit_per_month_eur : euros per unemployed person and month that the savings are reckoned with.
    """

    programme_eur: Interval
    benefits_saved_eur: Interval
    other_saved_eur: Interval
    net_eur: Interval
    benefit_per_month_eur: float

    def to_json(self) -> dict[str, Any]:
        """Return all four with their intervals."""
        names = ("programme_eur", "benefits_saved_eur", "other_saved_eur", "net_eur")
        return {name: getattr(self, name).to_json() for name in names}


def benefit_per_month(config: Mapping[str, Any] | None = None) -> float:
    """Euros of 2023 per unemployed person and month, under the configuration of a run (default: the table's central values)."""
    of_budget = (config or {}).get("parameters", {}) or {}
    values = Values("budget", of_budget.get("budget"))
    unemployment = values.unemployment_benefit_share * values.unemployment_benefit_eur_per_month
    return unemployment + values.assistance_share * values.assistance_eur_per_month


def budget(
    frames: Frames, base: list[int], rows: list[int], config: Mapping[str, Any] | None = None, repeated: Repetitions | None = None
) -> Budget:
    """Costs and savings of the runs `rows` against the runs `base`, pair by pair; every parameter draw has benefits of its own.

    Parameters
    ----------
    repeated : seeds and draws of the runs, in the order of `rows`; default: every run stands for itself.
    """
    repeated = repeated or Repetitions(tuple((row, None) for row in rows))
    euros = by_pair(frames, base, rows, config)
    return Budget(
        **{name: repeated.interval(values, money=True) for name, values in euros.items()},
        benefit_per_month_eur=benefit_per_month(config),
    )


def by_pair(frames: Frames, base: list[int], rows: list[int], config: Mapping[str, Any] | None = None) -> dict[str, np.ndarray]:
    """Euros of every pair, (n_pairs,) each, by the names of the intervals of `Budget`."""
    unemployed = frames.monthly.group_by("run").agg(pl.col("unemployed").sum()).sort("run")["unemployed"].to_numpy()
    cost, saving = (_by_run(frames, column) for column in ("cost_eur", "saving_eur"))
    benefit = np.array([benefit_per_month(_with_draw(config or {}, frames.runs[row].record.get("drawn") or {})) for row in rows])
    programme, other = cost[rows] - cost[base], saving[rows] - saving[base]
    benefits = -benefit * difference(unemployed[rows], unemployed[base])
    return {
        "programme_eur": programme,
        "benefits_saved_eur": benefits,
        "other_saved_eur": other,
        "net_eur": programme - benefits - other,
    }


def _with_draw(config: Mapping[str, Any], drawn: Mapping[str, float]) -> dict[str, Any]:
    """The part of a configuration that `benefit_per_month` reads, with the values of a draw."""
    own = ((config.get("parameters") or {}).get("budget")) or {}
    return {"parameters": {"budget": own | {path.removeprefix(GROUP): value for path, value in drawn.items() if path.startswith(GROUP)}}}


def _by_run(frames: Frames, column: str) -> np.ndarray:
    """(n_runs,) float64 sum of a column of the programmes."""
    sums = np.zeros(len(frames.runs))
    totals = frames.programmes.group_by("run").agg(pl.col(column).sum())
    sums[totals["run"].to_numpy()] = totals[column].to_numpy()
    return sums
