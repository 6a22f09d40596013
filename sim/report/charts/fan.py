"""Fan chart: a metric over time, its median and 50 and 90 % bands over the seeds, and below it the paired difference."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import stdtrit

from sim.analysis.contrast import Comparison
from sim.analysis.intervals import LEVEL, difference
from sim.analysis.metrics import METRICS
from sim.analysis.repetitions import half_widths
from sim.report.charts import HOVER, TICKS, Figure, ref
from sim.report.theme import axis, colour, layout, note, plain
from sim.report.words import Words

QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
MOST_NUMBERS = 160_000
"""Numbers in the page above which months are averaged to quarters, to keep the file small enough to mail."""


def figure(words: Words, separators: str, *, with_difference: bool) -> Figure:
    """Return the figure; with the panel of differences when there is a baseline to differ from."""
    reference = ref("reference/{against}")
    bands, median = _fan("{against}", "baseline", reference)
    notes = [_end_label("baseline", reference), _unit(1.0, ref("unit/{metric}"))]
    upper = [0.40, 1.0] if with_difference else [0.0, 1.0]
    axes = {"yaxis": axis(domain=upper, hoverformat=ref("format/{metric}"), tickformat=ref("format/{metric}"), nticks=6)}
    if with_difference:
        other_bands, other_median = _fan("{scenario}", "accent", ref("short/{scenario}"))
        # The dashed baseline comes last, so that both lines show where they coincide.
        bands, median = [*bands, *other_bands, *_difference(words)], [*other_median, *median]
        notes += [_end_label("accent", ref("short/{scenario}")), _unit(0.27, ref("difference_title/{metric}"))]
        axes["yaxis2"] = axis(domain=[0.0, 0.27], zeroline=True, zerolinewidth=2, nticks=4, tickformat=TICKS, hoverformat=HOVER)
    return {
        "data": [*bands, *median],
        "layout": layout(
            separators=separators,
            height=480 if with_difference else 360,
            hovermode="x unified",
            margin={"l": 8, "r": 12, "t": 30, "b": 24},
            xaxis=axis(
                type="date", tickformat="%Y", hoverformat="%b %Y", anchor="y2" if with_difference else "y", showgrid=False, dtick="M12"
            ),
            annotations=notes,
            **axes,
        ),
    }


def _fan(scenario: str, tone: str, name: str | dict[str, str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Bands and median of one scenario."""

    def line(quantile: str, **more: Any) -> dict[str, Any]:
        base = {"type": "scatter", "mode": "lines", "x": ref("months"), "y": ref(f"fan/{{metric}}/{scenario}/{quantile}")}
        return base | {"line": {"width": 0, "color": colour(tone)}, "hoverinfo": "skip"} | more

    bands = []
    for low, high, share in (("p05", "p95", 90), ("p25", "p75", 50)):
        bands += [line(low), line(high, fill="tonexty", fillcolor=colour(f"{tone}-{share}"))]
    middle: dict[str, Any] = {"width": 2.5, "color": colour(tone)}
    if tone == "baseline":
        middle["dash"] = "dash"
    return bands, [line("p50", line=middle, hoverinfo="all", name=name, hovertemplate="%{y}<extra>%{fullData.name}</extra>")]


def _difference(words: Words) -> list[dict[str, Any]]:
    def line(end: str, **more: Any) -> dict[str, Any]:
        base = {"type": "scatter", "mode": "lines", "x": ref("months"), "y": ref(f"delta/{{metric}}/{{scenario}}/{end}"), "yaxis": "y2"}
        return base | {"line": {"width": 0, "color": colour("accent")}, "hoverinfo": "skip"} | more

    name = plain(words("over_time.difference"))
    mean = line(
        "mean", line={"width": 2, "color": colour("accent")}, hoverinfo="all", name=name, hovertemplate="%{y}<extra>" + name + "</extra>"
    )
    return [line("low"), line("high", fill="tonexty", fillcolor=colour("accent-50")), mean]


def _end_label(tone: str, text: str | dict[str, str]) -> dict[str, Any]:
    end = f"ends/{{metric}}/{{scenario}}/{'baseline' if tone == 'baseline' else 'scenario'}"
    return note(
        text,
        x=ref("last_month"),
        y=ref(f"{end}/y"),
        yanchor=ref(f"{end}/anchor"),
        xanchor="right",
        font={"size": 13, "color": colour(tone)},
        bgcolor=colour("surface"),
        opacity=0.88,
        borderpad=1,
    )


def _unit(height: float, text: dict[str, str]) -> dict[str, Any]:
    return note(text, xref="paper", yref="paper", x=0, y=height, xanchor="left", yanchor="bottom", yshift=4)


def data(comparison: Comparison, ids: dict[str, str]) -> dict[str, Any]:
    """Return quantiles over the seeds and paired differences by metric and scenario id; `ids` maps scenario names to ids of the page."""
    months, values, quarterly = comparison.frames.months, comparison.values, False
    if len(ids) * len(METRICS) * len(months) * (len(QUANTILES) + 3) > MOST_NUMBERS and len(months) >= 24:
        whole = len(months) // 3 * 3
        values = values[:, :whole].reshape(values.shape[0], whole // 3, 3, values.shape[2]).mean(axis=2)
        months, quarterly = months[1:whole:3], True
    levels = {sid: _quantiles(values[list(comparison.positions[name].values())]) for name, sid in ids.items()}
    against = {ids[result.name]: ids[result.against] for result in comparison.scenarios}
    deltas = {sid: _interval(comparison, values, name) for name, sid in ids.items() if sid in against}
    if not deltas:
        deltas = {"s0": np.zeros((3, *values.shape[1:]))}
    metrics = list(METRICS)
    fine = [_decimals(np.stack(list(levels.values()))[..., k], 400) for k in range(len(metrics))]
    finer = [_decimals(np.stack(list(deltas.values()))[..., k], 200) for k in range(len(metrics))]
    return {
        "months": [month.isoformat() for month in months],
        "last_month": months[-1].isoformat(),
        "quarterly": quarterly,
        "fan": {m: {sid: _columns(q[:, :, k], tuple(QUANTILES), fine[k]) for sid, q in levels.items()} for k, m in enumerate(metrics)},
        "delta": {
            m: {sid: _columns(d[:, :, k], ("mean", "low", "high"), finer[k]) for sid, d in deltas.items()} for k, m in enumerate(metrics)
        },
        "ends": {
            m: {sid: _ends(levels[against.get(sid, sid)][2, -1, k], levels[sid][2, -1, k]) for sid in levels} for k, m in enumerate(metrics)
        },
    }


def _quantiles(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.quantile(values, list(QUANTILES.values()), axis=0))  # (n_quantiles, n_months, n_metrics)


def _interval(comparison: Comparison, values: np.ndarray, name: str) -> np.ndarray:
    """Mean and 95 % interval of the paired difference by month, (3, n_months, n_metrics)."""
    base, rows = comparison.rows(name)
    changes = difference(values[rows], values[base])
    mean = changes.mean(axis=0)
    if len(rows) < 2:
        return np.stack([mean, mean, mean])
    known = np.isfinite(changes).all(axis=0)
    found = comparison.repetitions(name).spread(changes[:, known])
    if found is not None:
        half = np.full(mean.shape, np.nan)
        half[known] = half_widths(found)
        return np.stack([mean, mean - half, mean + half])
    half = stdtrit(len(rows) - 1, 0.5 + LEVEL / 2) * changes.std(axis=0, ddof=1) / np.sqrt(len(rows))
    return np.stack([mean, mean - half, mean + half])


def _decimals(values: np.ndarray, parts: int) -> int:
    """Decimals (negative: tens, hundreds) at which the range of the values has at least `parts` steps: what a chart can show."""
    known = values[~np.isnan(values)]
    spread = float(np.ptp(known)) if known.size else 0.0
    return int(np.ceil(np.log10(parts / spread))) if spread > 0 else 0


def _columns(values: np.ndarray, names: tuple[str, ...], decimals: int) -> dict[str, list[float | None]]:
    """Rounded lists for JSON; None where not defined."""
    rounded = np.round(values, decimals)
    texts = (rounded.astype(np.int64) if decimals <= 0 and not np.isnan(rounded).any() else rounded).astype(object)
    texts[np.isnan(rounded)] = None
    return {name: list(row) for name, row in zip(names, texts.tolist(), strict=True)}


def _ends(baseline: float, scenario: float) -> dict[str, dict[str, Any]]:
    """Where the labels of the two lines stand: at the last median, the higher one above its line and the lower one below."""
    sides = ("top", "bottom") if scenario >= baseline else ("bottom", "top")
    return {
        key: {"y": None if np.isnan(value) else float(value), "anchor": side}
        for key, value, side in zip(("baseline", "scenario"), (baseline, scenario), sides, strict=True)
    }
