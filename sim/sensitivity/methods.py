"""Where to look, and what it says: the designs and indices of SALib, with the luck beside every index.

Morris (1991), with the mean absolute effect of Campolongo, Cariboni and Saltelli (2007): over the whole range, every part of it alike.
Sobol (2001), first-order and total indices by Saltelli et al. (2010): over the distribution of the row (`sim.evidence.pert`).
Tornado: one parameter at a time to its low and its high end, the others central; it sees no interaction, and says nothing in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.intervals import Interval, paired_interval
from sim.config.errors import UserError
from sim.sensitivity.design import Design
from sim.sensitivity.luck import ABSOLUTE_OF_NORMAL, luck_of

GRID = 4
"""Levels of a Morris design; a step is GRID / 2 / (GRID - 1) of the range, two thirds."""
STEP = GRID / 2 / (GRID - 1)
SEED = 20231001
"""Of the points: an experiment has the same points every time, so that a sweep that was stopped goes on."""
RESAMPLES = 500
"""Of the bootstrap of SALib."""
CENTRE = np.nan
"""Place that stands for the central value."""


@dataclass(frozen=True)
class Sample:
    """Points to run.

    Attributes
    ----------
    places : shape (points, factors), 0 to 1; nan for the central value. size : points of a block; the blocks stand after each other.
    is_likely : places are shares of the distribution of a row, not parts of its range.
    """

    places: np.ndarray
    size: int
    is_likely: bool = False


@dataclass(frozen=True)
class Index:
    """What one parameter, or group of them, does to one outcome.

    Attributes
    ----------
    size : what the table is sorted by. verdict : see `sim.sensitivity.luck`; luck : what `size` would be from luck alone, if known.
    change : of the outcome from the low to the high end, on average, with the interval that luck leaves; None for groups and Sobol indices,
        which have no sign.
    at_low, at_high : change from the central values to either end (tornado).
    mu_star, mu_star_half, sigma : mean absolute change over the range, half of its 95 % interval, spread of the changes (Morris).
    first, first_half, total, total_half : shares of the variance with half of their 95 % intervals (Sobol).
    """

    name: str
    size: float
    verdict: str
    luck: float | None
    change: Interval | None = None
    at_low: Interval | None = None
    at_high: Interval | None = None
    mu_star: float | None = None
    mu_star_half: float | None = None
    sigma: float | None = None
    first: float | None = None
    first_half: float | None = None
    total: float | None = None
    total_half: float | None = None


def need_salib(experiment: str) -> None:
    """UserError when SALib is not installed."""
    try:
        import SALib  # noqa: F401
    except ImportError as error:
        raise UserError(
            f"{experiment} needs SALib, which is not installed. Run it as: uv run --extra calibrate sim sweep {experiment} ({error})"
        ) from None


def problem(design: Design) -> dict[str, Any]:
    """The description that SALib wants; all places go from 0 to 1."""
    names = [factor.path for factor in design.factors]
    found: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    return found | ({"groups": [factor.group for factor in design.factors]} if design.asked.groups != "none" else {})


def sample(design: Design) -> Sample:
    """The points of a design; the same ones every time. Raises UserError when SALib is not installed."""
    if design.asked.method == "tornado":
        return Sample(one_at_a_time(len(design.factors)), 1 + 2 * len(design.factors))
    need_salib(design.name)
    if design.asked.method == "morris":
        from SALib.sample import morris

        places = morris.sample(problem(design), design.asked.blocks, num_levels=GRID, seed=SEED)
        return Sample(np.clip(places, 0.0, 1.0), len(design.groups) + 1)
    from SALib.sample import sobol

    places = sobol.sample(problem(design), design.asked.blocks, calc_second_order=False, seed=SEED)
    return Sample(places, len(design.groups) + 2, is_likely=True)


def one_at_a_time(factors: int) -> np.ndarray:
    """The centre, then every factor at its low and at its high end, shape (1 + 2 * factors, factors)."""
    places = np.full((1 + 2 * factors, factors), CENTRE)
    for n in range(factors):
        places[1 + 2 * n, n], places[2 + 2 * n, n] = 0.0, 1.0
    return places


def analyse(design: Design, sampled: Sample, outcome: np.ndarray, mine: Sequence[str]) -> list[Index]:
    """Indices of one outcome, largest first.

    Parameters
    ----------
    sampled : the points whose outcome it is; whole blocks. outcome : shape (points, seeds), no nan; of a tornado, nan where a run failed.
    mine : names among ``design.groups`` that can move this outcome at all; the others are left out.
    """
    indices = {"morris": _morris, "sobol": _sobol, "tornado": _tornado}[design.asked.method](design, sampled, outcome, mine)
    return sorted((index for index in indices if index.name in mine), key=lambda index: -index.size)


def _morris(design: Design, sampled: Sample, outcome: np.ndarray, mine: Sequence[str]) -> Iterator[Index]:
    from SALib.analyze import morris

    found = morris.analyze(problem(design), sampled.places, outcome.mean(axis=1), num_levels=GRID, num_resamples=RESAMPLES, seed=SEED)
    changes = elementary(design, sampled, outcome)
    grouped = design.asked.groups != "none"
    for n, name in enumerate(found["names"]):
        luck = luck_of(changes[name], len(mine))
        yield Index(
            name,
            size=float(found["mu_star"][n]),
            verdict=luck.verdict,
            luck=luck.typical,
            change=None if grouped else luck.mean,
            mu_star=float(found["mu_star"][n]),
            mu_star_half=float(found["mu_star_conf"][n]),
            sigma=None if grouped else float(found["sigma"][n]),
        )


def elementary(design: Design, sampled: Sample, outcome: np.ndarray) -> dict[str, np.ndarray]:
    """Change of the outcome per whole range, shape (trajectories, seeds), by group; upwards, but of a group of several in either direction.

    SALib gives these as means over the trajectories only; luck needs them one by one.
    """
    of_factor = [factor.path if design.asked.groups == "none" else factor.group for factor in design.factors]
    steps = np.diff(sampled.places.reshape(-1, sampled.size, len(of_factor)), axis=1)
    moved = np.argmax(np.abs(steps), axis=2)
    up = np.sign(np.take_along_axis(steps, moved[:, :, None], axis=2))
    changes = np.diff(outcome.reshape(len(steps), sampled.size, -1), axis=1) * (up if design.asked.groups == "none" else 1.0) / STEP
    names = np.array(of_factor)[moved]
    return {name: changes[names == name] for name in design.groups}


def _sobol(design: Design, sampled: Sample, outcome: np.ndarray, mine: Sequence[str]) -> Iterator[Index]:
    from SALib.analyze import sobol

    blocks = outcome.reshape(-1, sampled.size, outcome.shape[1])
    means = blocks.mean(axis=2)
    variance = float(means[:, [0, -1]].var())
    if not variance > 0:
        yield from (Index(name, 0.0, "nothing", None, first=0.0, total=0.0) for name in design.groups)
        return
    found = sobol.analyze(problem(design), means.ravel(), calc_second_order=False, num_resamples=RESAMPLES, seed=SEED)
    for n, name in enumerate(design.groups):
        luck = luck_of(blocks[:, n + 1] - blocks[:, 0], len(mine))
        yield Index(
            name,
            size=float(found["ST"][n]),
            verdict=luck.verdict,
            luck=None if luck.spread is None else luck.spread**2 / 2 / variance,
            first=float(found["S1"][n]),
            first_half=float(found["S1_conf"][n]),
            total=float(found["ST"][n]),
            total_half=float(found["ST_conf"][n]),
        )


def _tornado(design: Design, sampled: Sample, outcome: np.ndarray, mine: Sequence[str]) -> Iterator[Index]:
    for n, name in enumerate(design.groups):
        low, high = (outcome[1 + 2 * n + end] - outcome[0] for end in (0, 1))
        at_low, at_high, change = (paired_interval(found, family=3 * len(mine)) for found in (low, high, high - low))
        yield Index(
            name,
            size=float(np.nanmax(np.abs([at_low.mean, at_high.mean, change.mean, 0.0]))),
            verdict=_verdict(np.concatenate([low, high]), at_low, at_high, change),
            luck=_typical(low, high),
            change=change,
            at_low=at_low,
            at_high=at_high,
        )


def _verdict(changes: np.ndarray, *ends: Interval) -> str:
    if not np.nan_to_num(changes).any():
        return "nothing" if np.isfinite(changes).any() else "unknown"
    if all(end.half_width is None for end in ends):
        return "unknown"
    return "told" if any(end.is_clear for end in ends) else "luck"


def _typical(*ends: np.ndarray) -> float | None:
    known = [end[np.isfinite(end)] for end in ends]
    spreads = [end.var(ddof=1) / len(end) for end in known if len(end) > 1]
    return ABSOLUTE_OF_NORMAL * float(np.sqrt(np.mean(spreads))) if spreads else None
