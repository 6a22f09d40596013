"""Where the spread of an effect comes from, over seeds and parameter draws: luck, each grade of evidence, and how parameters work together.

The effect in seed s and draw i is taken apart as  effect = mean + evidence(i) + luck(s) + luck(s, i),  a two-way analysis of variance. What
evidence does is itself the sum of what each grade does and of what they do together; the draws come in blocks of 16 (`sim.evidence.draws`)
in which every vector of values of a grade meets every vector of the others once, so the means over the vectors of a grade tell its part:

    squares(grade)  = 4 x sum over the 4 vectors of (mean of the vector - mean of the block)^2        per block, 3 degrees of freedom
    variance(grade) = (mean over blocks of squares(grade) - 3 noise) / 16

Noise is luck, and what two other grades do together, which falls on the columns of the remaining three in equal parts. How much that is
shows in a column whose grade has nothing uncertain in it, and is taken off as if all pairs of grades had the same; without such a column,
what grades do together stays in the parts of the grades. The divisor is 16, as of a whole population, since the four vectors are a Latin
hypercube: their mean hardly varies. (Vectors at random would need 12; where the parameters of one grade work strongly together, its part
is so understated, by at most a quarter.)

The interval is one of prediction: more draws do not teach us what the world is like.

    variance = evidence x (1 + 1 / draws) + luck,          half width = t(freedom) x square root of the variance

with freedom after Satterthwaite. Luck is what remains of it in the mean over all seeds and draws. Luck that all draws of a seed share has
few degrees of freedom, as many as seeds less one; where it does not show (F test at 25 %, Bancroft (1964), Biometrics 20(3)) it is pooled
with the rest. Other sources: Searle, Casella and McCulloch (1992), "Variance Components", Wiley, chapters 3-4; Satterthwaite (1946),
Biometrics Bulletin 2(6); prediction: Hahn and Meeker (1991), "Statistical Intervals", Wiley, section 4.7; Latin hypercubes: McKay, Beckman
and Conover (1979), Technometrics 21(2).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtri

from sim.evidence.draws import BLOCK, LEVELS, level
from sim.evidence.parameters import GRADES

POOL = 0.75
"""Quantile of the F distribution up to which luck that all draws of a seed share does not count as seen."""
Pair = tuple[int, int | None]
Term = tuple[np.ndarray, float | np.ndarray]
"""A part of the variance of the interval, and its degrees of freedom."""


@dataclass(frozen=True)
class Spread:
    """Variances of some figures, (n_figures,) float64 each, in the squared unit of the figure.

    Attributes
    ----------
    mean : over all seeds and draws.
    luck : of the mean, because of the seeds; zero when there is one seed and so none can be seen.
    evidence : of the effect over the draws, luck taken off; not of the mean over draws.
    grades : parts of `evidence` by grade, and what they do together; they add up to it. Empty when the draws are no whole blocks.
    rest : what grades do together (with one seed: and luck).
    is_cut : whether a part came out below zero, and is shown as zero.
    freedom : degrees of freedom of the whole. n_seeds, n_draws : of the runs that count.
    """

    mean: np.ndarray
    luck: np.ndarray
    evidence: np.ndarray
    grades: dict[str, np.ndarray]
    rest: np.ndarray
    is_cut: np.ndarray
    freedom: np.ndarray
    n_seeds: int
    n_draws: int

    @property
    def variance(self) -> np.ndarray:
        """Of the interval: evidence as of one more world, and luck."""
        return np.asarray(self.evidence * (1 + 1 / self.n_draws) + self.luck)


def crossed(values: np.ndarray, pairs: Sequence[Pair]) -> tuple[np.ndarray, list[int]]:
    """Values (n_pairs, n_figures) as (n_seeds, n_draws, n_figures), and the draws: those that all seeds have, without undefined values."""
    seeds, draws = sorted({seed for seed, _ in pairs}), sorted({draw for _, draw in pairs if draw is not None})
    table = np.full((len(seeds), len(draws), values.shape[1]), np.nan)
    for row, (seed, draw) in enumerate(pairs):
        if draw is not None:
            table[seeds.index(seed), draws.index(draw)] = values[row]
    whole = np.isfinite(table).all(axis=(0, 2))
    return table[:, whole], [draw for draw, kept in zip(draws, whole, strict=True) if kept]


def spread(values: np.ndarray, pairs: Sequence[Pair], active: Collection[str]) -> Spread | None:
    """The spread of paired differences over seeds and draws; None with fewer than two draws that all seeds have.

    Parameters
    ----------
    values : (n_pairs, n_figures) float64. pairs : (seed, draw) of each row. active : grades in which something is uncertain here.
    """
    table, draws = crossed(np.asarray(values, dtype=np.float64), pairs)
    n_seeds, n_draws = table.shape[:2]
    if n_draws < 2:
        return None
    mean, by_draw, by_seed = table.mean(axis=(0, 1)), table.mean(axis=0), table.mean(axis=1)
    between = n_seeds * ((by_draw - mean) ** 2).sum(axis=0) / (n_draws - 1)
    luck, together, freedom_of_luck = _luck(table, by_draw, by_seed, mean)
    floor = together / n_seeds
    first = [draw for draw in draws if set(range(draw - draw % BLOCK, draw - draw % BLOCK + BLOCK)) <= set(draws)]
    if first:
        in_blocks = by_draw[[draws.index(draw) for draw in first]].reshape(len(first) // BLOCK, BLOCK, by_draw.shape[1])
        raw, rest, terms = _by_grade(in_blocks, floor, active, n_seeds)
    else:
        raw, rest = {}, np.zeros_like(mean)
        terms = [(between / n_seeds, float(n_draws - 1)), (-floor, float(max(n_seeds - 1, 1) * (n_draws - 1)))]
    total = sum((value for value, _ in terms), np.zeros_like(mean))
    evidence = np.maximum(total, 0.0)
    kept = {grade: np.maximum(value, 0.0) for grade, value in raw.items()}
    scale = _ratio(evidence, sum(kept.values(), np.maximum(rest, 0.0)))
    is_cut = np.any([value < 0 for value in (*raw.values(), total)], axis=0)
    terms = [*((np.where(total > 0, value * (1 + 1 / n_draws), 0.0), freedom) for value, freedom in terms), (luck, freedom_of_luck)]
    return Spread(
        mean=mean,
        luck=luck,
        evidence=evidence,
        grades={grade: value * scale for grade, value in kept.items()},
        rest=np.maximum(rest, 0.0) * scale,
        is_cut=is_cut,
        freedom=_freedom(terms),
        n_seeds=n_seeds,
        n_draws=n_draws,
    )


def _luck(table: np.ndarray, by_draw: np.ndarray, by_seed: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Variance of the mean by luck, mean square of seeds by draws, and the degrees of freedom of the first; zeros with one seed.

    Luck that all draws of a seed share is counted when it shows; else both mean squares are one, with the degrees of freedom of both.
    """
    n_seeds, n_draws = table.shape[:2]
    if n_seeds == 1:
        return np.zeros_like(mean), np.zeros_like(mean), np.ones_like(mean)
    free, free_together = float(n_seeds - 1), float((n_seeds - 1) * (n_draws - 1))
    together = ((table - by_draw - by_seed[:, None] + mean) ** 2).sum(axis=(0, 1)) / free_together
    seeds = n_draws * ((by_seed - mean) ** 2).sum(axis=0) / free
    shared = seeds > fdtri(free, free_together, POOL) * together
    pooled = (free * seeds + free_together * together) / (free + free_together)
    luck = np.where(shared, seeds, pooled) / (n_seeds * n_draws)
    return luck, together, np.where(shared, free, free + free_together)


def _by_grade(
    blocks: np.ndarray, floor: np.ndarray, active: Collection[str], n_seeds: int
) -> tuple[dict[str, np.ndarray], np.ndarray, list[Term]]:
    """Variance by grade and of what they do together, before any is cut at zero; and the terms of their sum with degrees of freedom.

    Parameters
    ----------
    blocks : (n_blocks, 16, n_figures) means over seeds. floor : mean square that luck alone gives (unknown, so 0, with one seed: then
        all noise is taken off every grade).
    """
    freedom = float((LEVELS - 1) * blocks.shape[0])
    middle = blocks.mean(axis=1)
    squares = {}
    for grade in GRADES:
        levels = np.array([level(grade, draw) for draw in range(BLOCK)])
        means = np.stack([blocks[:, levels == k].mean(axis=1) for k in range(LEVELS)], axis=1)
        squares[grade] = BLOCK / LEVELS * ((means - middle[:, None]) ** 2).sum(axis=(0, 1)) / freedom
    idle, used = [grade for grade in GRADES if grade not in active], [grade for grade in GRADES if grade in active]
    noise = np.maximum(np.mean([squares[grade] for grade in idle], axis=0), floor) if idle else floor
    others = max(len(used) - 2, 0) / len(used) if used and n_seeds > 1 else 1.0  # of all pairs of grades, those without a given one
    unit = (LEVELS - 1) / BLOCK
    raw = {grade: unit * (squares[grade] - floor - others * (noise - floor)) for grade in used}
    rest = unit * (len(idle) + others * len(used)) * (noise - floor)
    terms = [(unit * squares[grade], freedom) for grade in used] + [(unit * len(idle) * noise, freedom * max(len(idle), 1))]
    return raw, rest, [*terms, (-unit * len(GRADES) * floor, np.inf)]


def _freedom(terms: Sequence[Term]) -> np.ndarray:
    """Degrees of freedom of a sum of mean squares (Satterthwaite), at least 1."""
    total, squares = np.zeros_like(terms[0][0]), np.zeros_like(terms[0][0])
    for value, freedom in terms:
        total, squares = total + value, squares + value**2 / freedom
    return np.asarray(np.maximum(_ratio(total**2, squares), 1.0))


def _ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """Over / under, zero where the latter is zero."""
    return np.divide(over, under, out=np.zeros_like(over), where=under > 0)
