"""Every metric, declared once: what it is, its unit, and how it follows from the national monthly sums.

Labels and meanings in English and Dutch stand in ``sim/report/locale`` under the same ids.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.analysis.frames import CHUNK, GROUPS, LAST_MONTHS, STOCKS, Frames


@dataclass(frozen=True)
class Metric:
    """One number per run and month.

    Attributes
    ----------
    id : key, also in the locale files; ``family.group`` for a metric of a group of sectors.
    unit : key of the unit in the locale files.
    formula : expression over the national monthly sums of `Frames.monthly`, evaluated within a run in order of month.
    decimals : decimals at which a level is shown at most.
    """

    id: str
    unit: str
    formula: pl.Expr
    decimals: int = 0

    @property
    def family(self) -> str:
        """The part of the id before the group of sectors."""
        return self.id.partition(".")[0]

    @property
    def group(self) -> str | None:
        """The group of sectors, or None for a national metric."""
        return self.id.partition(".")[2] or None

    def label(self, language: str) -> str:
        """Return the name in English (``en``) or Dutch (``nl``)."""
        from sim.report.words import words

        return words(language).metric_label(self.id)

    def meaning(self, language: str) -> str:
        """Return what is counted, in one sentence."""
        from sim.report.words import words

        return words(language)(f"metrics.{self.family}.meaning")


_labour_force = pl.col("employed") + pl.col("unemployed")
_population = pl.sum_horizontal(STOCKS)
_retirements = pl.col("retirements").rolling_sum(12)

_national = (
    Metric("employed", "persons", pl.col("employed")),
    Metric("unemployment_rate", "percent", 100 * pl.col("unemployed") / _labour_force, 1),
    Metric("vacancies_open", "vacancies", pl.col("vacancies_open")),
    Metric("tension", "vacancies_per_100_unemployed", 100 * pl.col("vacancies_open") / pl.col("unemployed"), 0),
    Metric("net_participation", "percent", 100 * pl.col("employed") / _population, 1),
    Metric("retirement_age", "years", pl.col("retirement_age_months").rolling_sum(12) / _retirements / 12, 2),
    Metric("hires", "persons_per_month", pl.col("hires")),
    Metric("layoffs", "persons_per_month", pl.col("layoffs")),
    Metric("wage_bill", "million_eur_per_month", pl.col("wage_bill_eur") / 1e6),
)
_by_group = tuple(
    Metric(f"{family}.{group}", "fte", pl.col(f"{family}.{group}")) for family in ("shortage_fte", "filled_fte") for group in GROUPS
)

METRICS: dict[str, Metric] = {metric.id: metric for metric in (*_national, *_by_group)}


def series(frames: Frames) -> np.ndarray:
    """Return all metrics as (n_runs, n_months, n_metrics) float64 in the order of `METRICS`; NaN where a metric is not defined (yet)."""
    formulas = [metric.formula.over("run").cast(pl.Float64).alias(f"={metric.id}") for metric in METRICS.values()]
    n, n_months = len(frames.runs), len(frames.months)
    values = np.empty((n, n_months, len(METRICS)))
    for first in range(0, n, CHUNK):  # a table of all runs would stand in memory three times while it is made
        part = frames.monthly[first * n_months : (first + CHUNK) * n_months].select(formulas)
        values[first : first + CHUNK] = part.fill_null(np.nan).to_numpy().reshape(-1, n_months, len(METRICS))
    values[~np.isfinite(values)] = np.nan
    return values


def last_year(values: np.ndarray) -> np.ndarray:
    """Mean over the last twelve months of (n_runs, n_months, n_metrics); NaN months make it NaN."""
    return np.asarray(values[:, -LAST_MONTHS:, :].mean(axis=1))
