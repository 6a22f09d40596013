"""Forecasts that need no model: what a simulation has to beat.

Three of them, made for every series from observations before a window, and held against that window: the last value, the mean, and an
autoregression with a season. No later observation enters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

NAIVE = ("last_value", "window_mean", "seasonal_ar")
"""The forecasts, by name."""
FEWEST_QUARTERS, FEWEST_YEARS = 8, 3
"""Observations below which there is no autoregression: two years of quarters, three years."""


def moment(period: str) -> tuple[int, int]:
    """Periods per year, and which one: quarters or years counted from year 0.

    Raises
    ------
    ValueError
        Neither a quarter nor a year.

    >>> moment("2015Q1"), moment("2015")
    ((4, 8060), (1, 2015))
    """
    year, _, quarter = period.partition("Q")
    if len(year) != 4 or not year.isdecimal() or (quarter and quarter not in "1234") or period.endswith("Q"):
        raise ValueError(f"{period!r} is not a period: write a quarter as 2015Q1 and a year as 2015")
    return (4, 4 * int(year) + int(quarter) - 1) if quarter else (1, int(year))


def forecasts(history: Mapping[str, float], ahead: Sequence[str], mean_of: Sequence[str]) -> dict[str, list[float | None]]:
    """The three forecasts of one series.

    Parameters
    ----------
    history : observations by period, all before the periods `ahead`. `last_value` is the latest, `seasonal_ar` is fitted to all.
    ahead : periods to forecast.
    mean_of : the periods of `history` whose mean is the forecast `window_mean`.

    Returns
    -------
    By forecast, one value per period of `ahead`; None where the history is too short.
    """
    nothing: list[float | None] = [None] * len(ahead)
    if not history:
        return dict.fromkeys(NAIVE, nothing)
    last = history[max(history, key=moment)]
    known = [history[period] for period in mean_of if period in history]
    return {
        "last_value": [last] * len(ahead),
        "window_mean": [float(np.mean(known))] * len(ahead) if known else nothing,
        "seasonal_ar": seasonal_ar(history, ahead),
    }


def seasonal_ar(history: Mapping[str, float], ahead: Sequence[str]) -> list[float | None]:
    """Autoregression in logarithms (in levels when a value is not above zero), carried forward from the last observation.

    Quarters: deviations from the mean of their quarter of the year, AR(1) by least squares without intercept, its coefficient kept
    within -1 and 1. Years, which are few: a random walk with the mean drift.
    """
    periods = sorted(history, key=moment)
    per_year = moment(periods[0])[0]
    when = np.array([moment(period)[1] for period in periods])
    values = np.array([history[period] for period in periods], dtype=np.float64)
    is_log = bool((values > 0).all())
    x = np.log(values) if is_log else values
    steps = np.array([moment(period)[1] for period in ahead])
    if len(values) < (FEWEST_QUARTERS if per_year == 4 else FEWEST_YEARS):
        return [None] * len(ahead)
    if per_year == 1:
        found = x[-1] + (steps - when[-1]) * (x[-1] - x[0]) / (when[-1] - when[0])
    else:
        season = np.array([x[when % 4 == quarter].mean() if (when % 4 == quarter).any() else np.nan for quarter in range(4)])
        off = x - season[when % 4]
        next_to = np.diff(when) == 1
        square = float((off[:-1][next_to] ** 2).sum())
        slope = float((off[:-1] * off[1:])[next_to].sum()) / square if square > 0 else 0.0
        found = season[steps % 4] + np.clip(slope, -1.0, 1.0) ** (steps - when[-1]) * off[-1]
    shown = np.exp(found) if is_log else found
    return [float(value) if np.isfinite(value) else None for value in shown]
