"""Season of the published figures, and the same season put on simulated ones.

The model has next to no season: nobody is hired for the harvest, no shop prepares for December. Published vacancies are not seasonally
adjusted by section, so one side has to change before they are compared. Adjusting the observations would put estimates where figures stood,
with an error of their own, and would use later years for earlier ones. Giving the model seasons would need a parameter per section and
quarter that explains nothing. So simulated values are multiplied by factors, as part of measuring.

What season the model does have stays in: everybody in education graduates in July, which in 2015-2019 puts unemployment in third quarters
3 % of its level (15-24: 5 %) above the year's mean and open vacancies 6 % below it, where the published ones are 1 % below.

    ratio(t)  = x(t) / [x(t-2) / 2 + x(t-1) + x(t) + x(t+1) + x(t+2) / 2] * 4
    factor(q) = mean of ratio(t) over t in quarter q, 2010-2019; the four scaled to a mean of 1

No observation after 2019Q4 enters. Targets that are published adjusted, or by year, have the factor 1.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.calibration.targets import KEYS, load_targets, observed

FIRST_YEAR, LAST_YEAR = 2010, 2019
N_QUARTERS = 4


def factors_of(values: np.ndarray) -> np.ndarray:
    """Seasonal factors of one series.

    Parameters
    ----------
    values : (n,) - whole years of quarters from a first quarter on; NaN where nothing was published.

    Returns
    -------
    (4,) float64 - factors with mean 1; all 1 when some quarter has no ratio.

    >>> factors_of(np.tile([0.9, 1.1, 1.0, 1.0], 5)).round(6).tolist()
    [0.9, 1.1, 1.0, 1.0]
    """
    ratio = np.full(values.shape, np.nan)
    if values.size > N_QUARTERS:
        middle = (values[:-4] / 2 + values[1:-3] + values[2:-2] + values[3:-1] + values[4:] / 2) / N_QUARTERS
        ratio[2:-2] = np.divide(values[2:-2], middle, out=np.full(middle.shape, np.nan), where=middle > 0)
    by_quarter = ratio.reshape(-1, N_QUARTERS)
    known = np.isfinite(by_quarter)
    if not known.any(axis=0).all():
        return np.ones(N_QUARTERS)
    mean = np.where(known, by_quarter, 0.0).sum(axis=0) / known.sum(axis=0)
    return np.asarray(mean / mean.mean())


def seasonal_factors(observations: pl.DataFrame | None = None) -> pl.DataFrame:
    """Factors of all targets with a season, from `observations` (default: the published figures).

    Returns
    -------
    target, cell (strings), quarter (1-4), factor.
    """
    seasonal = [name for name, target in load_targets().items() if target.season and target.every == "quarter"]
    frame = (observed() if observations is None else observations).filter(pl.col("target").is_in(seasonal))
    year, quarter = (pl.col("period").str.slice(*part).cast(pl.Int32) for part in ((0, 4), (5, 1)))
    frame = frame.with_columns(year=year, quarter=quarter)
    frame = frame.filter(pl.col("year").is_between(FIRST_YEAR, LAST_YEAR))
    rows = []
    for (name, cell), series in frame.group_by(["target", "cell"], maintain_order=True):
        values = np.full((LAST_YEAR - FIRST_YEAR + 1) * N_QUARTERS, np.nan)
        values[(series["year"] - FIRST_YEAR).to_numpy() * N_QUARTERS + series["quarter"].to_numpy() - 1] = series["value"].to_numpy()
        rows += [(name, cell, quarter, factor) for quarter, factor in enumerate(factors_of(values).tolist(), start=1)]
    return pl.DataFrame(rows, schema={"target": pl.String, "cell": pl.String, "quarter": pl.Int32, "factor": pl.Float64}, orient="row")


def with_season(measured: pl.DataFrame, factors: pl.DataFrame | None = None) -> pl.DataFrame:
    """Simulated values (target, cell, period, value) with the season of the published ones; the same rows in the same order."""
    factors = seasonal_factors() if factors is None else factors
    quarter = pl.col("period").str.slice(5, 1).cast(pl.Int32, strict=False)
    joined = measured.with_columns(quarter=quarter).join(factors, on=["target", "cell", "quarter"], how="left", maintain_order="left")
    return joined.select(*KEYS, value=pl.col("value") * pl.col("factor").fill_null(1.0))
