"""How far the model is from what was observed, how sure it was, and whether it beats forecasts that need no model.

A series is one cell of one target (open vacancies, care). Every series has one vote: its error in a window is the median of the absolute
percentage errors of its periods, and the error of the model is the median over the series. Targets that are only shown have no vote.

Interval. Log-normal around the mean over the seeds, from two sources that are known before the check window begins:

* luck: the spread over the seeds, as its share of the mean, s. The mean of n seeds errs by s / sqrt(n); the one history that happened to
  the whole country is spread by s * sqrt(scale), since a sample of 1:100 is ten times noisier than everybody. Variance: s^2 (1/n + scale).
* error of the model: the root mean square of its log errors in the fit window, per series, trend and season included.

The interval therefore fits the fit window by construction; its coverage says something only in the check window. Parameters and structure
add nothing here.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
import polars as pl

from sim.calibration.naive import NAIVE, forecasts, moment
from sim.calibration.targets import CHECK, FIT, in_window

WINDOWS = {"fit": FIT, "check": CHECK}
QUANTILE = {"50": 0.674490, "90": 1.644854}
"""Standard normal quantiles of the central 50 and 90 %."""
BANDS = ("low50", "high50", "low90", "high90")
FEWEST_RESIDUALS = 3
"""Observations in the fit window below which a series has no interval."""

POINT: dict[str, Any] = {
    "target": pl.String, "cell": pl.String, "period": pl.String, "window": pl.String, "observed": pl.Float64, "simulated": pl.Float64,
    "spread": pl.Float64, "error": pl.Float64, **dict.fromkeys((*BANDS, *NAIVE), pl.Float64),
}  # fmt: skip
"""Columns of the points. `spread`: standard deviation over the seeds; `error`: absolute percentage error of the mean over the seeds."""
SERIES: dict[str, Any] = {
    "target": pl.String, "cell": pl.String, "window": pl.String, "scored": pl.Boolean, "n": pl.Int64, "observed": pl.Float64,
    "simulated": pl.Float64, "error": pl.Float64, **{f"error_{name}": pl.Float64 for name in NAIVE}, "best_naive": pl.String,
    "error_naive": pl.Float64, "wins": pl.Boolean, "covered50": pl.Float64, "covered90": pl.Float64,
}  # fmt: skip
"""Columns of the series: means of the window, median errors in percent, the best forecast with hindsight, shares covered."""


@dataclass(frozen=True)
class Scores:
    """Points (one period of one series), series by window, and observations that the model gave no figure for.

    ``missing``: columns target, cell, n. A series that is missing has no vote, so it is named wherever the scores are shown.
    """

    points: pl.DataFrame
    series: pl.DataFrame
    missing: pl.DataFrame

    def voters(self, window: str) -> pl.DataFrame:
        """Series with a vote in a window."""
        return self.series.filter((pl.col("window") == window) & pl.col("scored"))


def score(
    simulated: pl.DataFrame, observed: pl.DataFrame, scored: Collection[str], scale: float, windows: Sequence[str] = ("fit", "check")
) -> Scores:
    """Hold simulated series against observed ones.

    Parameters
    ----------
    simulated : columns seed, target, cell, period, value - one history per seed, seasons applied.
    observed : columns target, cell, period, value, as `sim.calibration.targets.observed`; years before the fit window feed the naive
        forecasts.
    scored : targets that have a vote.
    scale : share of the people that was simulated.
    windows : which windows to look at. The fit window is always needed for the intervals, but only these are scored.
    """
    histories = gather(simulated.drop_nulls("value").filter(pl.col("value").is_finite()))
    points: list[dict[str, Any]] = []
    series: list[dict[str, Any]] = []
    missing: list[dict[str, Any]] = []
    for (target, cell), truth in gather(observed.drop_nulls("value")).items():
        known = {period: values[0] for period, values in truth.items()}
        asked = [period for period in sorted(known, key=moment) if any(in_window(period, WINDOWS[window]) for window in windows)]
        runs = histories.get((target, cell), {})
        absent = [period for period in asked if period not in runs]
        if absent:
            missing.append({"target": target, "cell": cell, "n": len(absent)})
        residual = rms_log_error(known, runs)
        for window in windows:
            here = [period for period in asked if period in runs and in_window(period, WINDOWS[window])]
            if not here:
                continue
            naive = forecasts_of(window, known, here)
            found = [point(period, known[period], np.array(runs[period]), residual, scale) for period in here]
            for position, row in enumerate(found):
                row |= {name: naive[name][position] for name in NAIVE}
            names = {"target": target, "cell": cell, "window": window}
            points += [names | row for row in found]
            series.append(names | {"scored": target in scored} | summary(found))
    return Scores(
        pl.DataFrame(points, schema=POINT),
        pl.DataFrame(series, schema=SERIES),
        pl.DataFrame(missing, schema={"target": pl.String, "cell": pl.String, "n": pl.Int64}),
    )


def gather(frame: pl.DataFrame) -> dict[tuple[str, str], dict[str, list[float]]]:
    """Values by series and period, in the order of the frame."""
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    for target, cell, period, value in frame.select("target", "cell", "period", "value").iter_rows():
        found.setdefault((target, cell), {}).setdefault(period, []).append(float(value))
    return found


def rms_log_error(known: Mapping[str, float], runs: Mapping[str, list[float]]) -> float | None:
    """Root mean square of log(simulated / observed) in the fit window; None with too few observations, or one that has no logarithm."""
    pairs = [(known[period], float(np.mean(runs[period]))) for period in known if period in runs and in_window(period, FIT)]
    if len(pairs) < FEWEST_RESIDUALS or min(min(pair) for pair in pairs) <= 0:
        return None
    return math.sqrt(float(np.mean([math.log(model / truth) ** 2 for truth, model in pairs])))


def point(period: str, truth: float, runs: np.ndarray, residual: float | None, scale: float) -> dict[str, Any]:
    """One period of one series; `runs` (n_seeds,) are the simulated values."""
    mean, spread = float(runs.mean()), float(runs.std(ddof=1)) if len(runs) > 1 else 0.0
    row: dict[str, Any] = {"period": period, "observed": truth, "simulated": mean, "spread": spread, **dict.fromkeys(BANDS)}
    row["error"] = percentage_error(mean, truth)
    if residual is not None and mean > 0:
        sigma = math.sqrt((spread / mean) ** 2 * (1 / len(runs) + scale) + residual**2)
        for share, quantile in QUANTILE.items():
            row[f"low{share}"], row[f"high{share}"] = mean * math.exp(-quantile * sigma), mean * math.exp(quantile * sigma)
    return row


def percentage_error(value: float | None, truth: float) -> float | None:
    """Absolute difference in percent of the truth; None where that is nothing."""
    return None if value is None or truth == 0 else 100 * abs(value - truth) / abs(truth)


def forecasts_of(window: str, known: Mapping[str, float], here: Sequence[str]) -> dict[str, list[float | None]]:
    """Naive forecasts of a window from what was known before it.

    Check window: everything to the end of the fit window, and the mean of the fit window. Fit window: the years before it, if there are
    any.
    """
    first = {4: WINDOWS[window][0], 1: WINDOWS[window][0][:4]}[moment(here[0])[0]]
    history = {period: value for period, value in known.items() if moment(period)[1] < moment(first)[1]}
    mean_of = [period for period in history if window == "fit" or in_window(period, FIT)]
    return forecasts(history, here, mean_of)


def summary(points: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One series in one window."""
    error = middle(row["error"] for row in points)
    naive = {name: middle(percentage_error(row[name], row["observed"]) for row in points) for name in NAIVE}
    known = {name: value for name, value in naive.items() if value is not None}
    best = min(known, key=lambda name: known[name]) if known else None
    covered = {
        share: [row[f"low{share}"] <= row["observed"] <= row[f"high{share}"] for row in points if row[f"low{share}"] is not None]
        for share in QUANTILE
    }
    return {
        "n": len(points),
        "observed": float(np.mean([row["observed"] for row in points])),
        "simulated": float(np.mean([row["simulated"] for row in points])),
        "error": error,
        **{f"error_{name}": value for name, value in naive.items()},
        "best_naive": best,
        "error_naive": known[best] if best else None,
        "wins": None if best is None or error is None else error < known[best],
        **{f"covered{share}": float(np.mean(hits)) if hits else None for share, hits in covered.items()},
    }


def middle(values: Iterable[float | None]) -> float | None:
    """Median of what is known."""
    known = [value for value in values if value is not None]
    return median(known) if known else None


def by_target(scores: Scores) -> pl.DataFrame:
    """Targets by window: medians over their series (errors), means (levels, coverage), and how many series beat the best naive forecast.

    `best_naive` is the forecast with the lowest median error for the whole target; `wins` says whether the model's median error is lower.
    """
    errors = [pl.col("error", *(f"error_{name}" for name in NAIVE)).median()]
    frame = scores.series.group_by("window", "target", maintain_order=True).agg(
        pl.col("scored").first(),
        pl.len().alias("n_series"),
        pl.col("n").sum(),
        pl.col("observed", "simulated").mean(),
        *errors,
        pl.col("covered50", "covered90").mean(),
        pl.col("wins").sum().alias("n_won"),
        pl.col("wins").count().alias("n_compared"),
    )
    names = [f"error_{name}" for name in NAIVE]
    best = pl.min_horizontal(names)
    which = pl.coalesce(*(pl.when(pl.col(f"error_{name}") == best).then(pl.lit(name)) for name in NAIVE))
    return frame.with_columns(best.alias("error_naive"), which.alias("best_naive"), (pl.col("error") < best).alias("wins"))
