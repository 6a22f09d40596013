"""Fit a table to its margins, make it whole, and deal it out to people.

Three steps give every synthetic sample. `fit` finds the table closest to a first guess that adds up to all known margins (iterative
proportional fitting). `whole` turns shares into counts of people: rows add up exactly, and the columns of any run of rows are less
than one person off. `deal` gives the counts to the people of each row at random. Shares are rounded to 2**-30 before anything whole is
made of them, so the last bit of a logarithm cannot change a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from sim.numerics.jit import serial
from sim.numerics.types import int16s, int32s, int64s, int64s2, uint32s

ONE = 1 << 30
"""Fixed-point one of a share."""


def fit(
    guess: np.ndarray, margins: Sequence[tuple[tuple[int, ...], np.ndarray]], tolerance: float = 1e-9, most_rounds: int = 2000
) -> np.ndarray:
    """Iterative proportional fitting (Deming and Stephan 1940).

    Parameters
    ----------
    guess : float array, any shape - the first guess; zeros stay zero.
    margins : (axes kept, target) pairs; a target has the shape of the kept axes, in order.
    tolerance : largest relative miss of a margin at which fitting stops.

    Raises
    ------
    ValueError : the margins contradict each other, or a cell that must be filled is zero in the guess.

    >>> fit(np.ones((2, 2)), [((0,), np.array([3.0, 1.0])), ((1,), np.array([2.0, 2.0]))]).tolist()
    [[1.5, 1.5], [0.5, 0.5]]
    """
    table = np.array(guess, dtype=np.float64)
    for axes, target in margins:
        away = tuple(axis for axis in range(table.ndim) if axis not in axes)
        if np.any((np.asarray(target) > 0) & (table.sum(axis=away) <= 0)):
            raise ValueError(f"margin over axes {axes}: the guess is zero where the target is not")
    miss = np.inf
    for _ in range(most_rounds):
        miss = 0.0
        for axes, target in margins:
            away = tuple(axis for axis in range(table.ndim) if axis not in axes)
            total = table.sum(axis=away)
            ratio = np.divide(target, total, out=np.ones_like(total), where=total > 0)
            miss = max(miss, float(np.max(np.abs(ratio - 1.0)[np.asarray(target) > 0], initial=0.0)))
            table *= np.expand_dims(ratio, away)
        if miss < tolerance:
            return table
    if miss > 1e-4:
        raise ValueError(f"the margins contradict each other: still {miss:.1e} off after {most_rounds} rounds")
    return table


@serial
def _spread(shares: int64s2, totals: int64s, order: int64s, counts: int64s2):  # type: ignore[no-untyped-def]
    # shares: (groups, categories) int64, rows add up to ONE; totals: (groups,) int64; the rest of each column is carried to the next row
    n_groups, n_categories = shares.shape
    carry = np.zeros(n_categories, np.int64)
    for j in range(n_groups):
        g = order[j]
        total = totals[g]
        dealt = np.int64(0)
        for c in range(n_categories):
            carry[c] += shares[g, c] * total
            whole_count = carry[c] // ONE
            if whole_count < 0 or shares[g, c] == 0:
                whole_count = 0
            counts[g, c] = whole_count
            carry[c] -= whole_count * ONE
            dealt += whole_count
        while dealt != total:
            best = -1
            for c in range(n_categories):
                if dealt < total:
                    if shares[g, c] > 0 and (best < 0 or carry[c] > carry[best]):
                        best = c
                elif counts[g, c] > 0 and (best < 0 or carry[c] < carry[best]):
                    best = c
            step = 1 if dealt < total else -1
            counts[g, best] += step
            carry[best] -= step * ONE
            dealt += step


def fixed_point(shares: np.ndarray) -> np.ndarray:
    """Rows of shares as int64 that add up to `ONE` exactly; a row of zeros becomes all in its first category.

    >>> fixed_point(np.array([[1.0, 1.0, 2.0]])).tolist()
    [[268435456, 268435456, 536870912]]
    """
    table = np.asarray(shares, dtype=np.float64)
    total = table.sum(axis=1, keepdims=True)
    table = np.divide(table, total, out=np.zeros_like(table), where=total > 0)
    parts = np.round(table * ONE).astype(np.int64)
    parts[np.arange(len(parts)), parts.argmax(axis=1)] += ONE - parts.sum(axis=1)
    return parts


def whole(shares: np.ndarray, totals: np.ndarray, order: np.ndarray | None = None) -> np.ndarray:
    """Whole counts that follow shares: controlled rounding.

    Parameters
    ----------
    shares : (groups, categories) float64 - shares of the categories in each group; rows need not add up to 1.
    totals : (groups,) int - people in each group.
    order : (groups,) int - order in which remainders are carried over; neighbours balance each other. Default: as given.

    Returns
    -------
    (groups, categories) int64; rows add up to `totals`; columns, over any first groups, are about one off at most.

    >>> whole(np.array([[0.5, 0.5], [0.5, 0.5]]), np.array([1, 1])).tolist()
    [[1, 0], [0, 1]]
    """
    parts = fixed_point(shares)
    counts = np.zeros(parts.shape, np.int64)
    rows = np.arange(len(parts)) if order is None else np.asarray(order)
    _spread(parts, np.asarray(totals, dtype=np.int64), rows.astype(np.int64), counts)
    return counts


@serial
def _deal(groups: int32s, counts: int64s2, left: int64s, draws: uint32s, out: int16s):  # type: ignore[no-untyped-def]
    for i in range(groups.size):
        g = groups[i]
        r = np.int64((np.uint64(draws[i]) * np.uint64(left[g])) >> np.uint64(32))
        k = 0
        while r >= counts[g, k]:
            r -= counts[g, k]
            k += 1
        counts[g, k] -= 1
        left[g] -= 1
        out[i] = k


def deal(groups: np.ndarray, counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give every member of a group one of the categories of `counts`, at random, none left over.

    Parameters
    ----------
    groups : (n,) int - group of each member.
    counts : (groups, categories) int64 - as made by `whole` from the sizes of the groups.

    Returns
    -------
    (n,) int16 - category of each member.
    """
    rows = np.ascontiguousarray(groups, dtype=np.int32)
    left = np.bincount(rows, minlength=len(counts)).astype(np.int64)
    if not np.array_equal(left, counts.sum(axis=1)):
        raise ValueError("counts do not add up to the size of their groups")
    out = np.empty(len(rows), np.int16)
    draws = rng.integers(0, 1 << 32, size=len(rows), dtype=np.uint32)
    _deal(rows, np.array(counts, dtype=np.int64), left, draws, out)
    return out


def assign(groups: np.ndarray, shares: np.ndarray, rng: np.random.Generator, order: np.ndarray | None = None) -> np.ndarray:
    """`whole` and `deal` in one: categories for the members of groups by the shares of their group.

    >>> groups = np.repeat([0, 1], 50)
    >>> drawn = assign(groups, np.array([[0.1, 0.9], [0.5, 0.5]]), np.random.default_rng(1))
    >>> np.bincount(drawn[:50]).tolist(), np.bincount(drawn[50:]).tolist()
    ([5, 45], [25, 25])
    """
    totals = np.bincount(np.asarray(groups), minlength=len(shares))
    return deal(groups, whole(shares, totals, order), rng)


def round_stochastic(expected: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whole numbers near `expected`, by systematic sampling along the flattened array: every run of cells is less than one off.

    >>> round_stochastic(np.full(4, 0.5), np.random.default_rng(0)).sum()
    np.int64(2)
    """
    parts = np.round(np.asarray(expected, dtype=np.float64).ravel() * (1 << 20)).astype(np.int64)
    total = np.cumsum(parts) + int(rng.integers(0, 1 << 20))
    edges = np.concatenate([[0], total >> 20])
    return np.diff(edges).reshape(np.shape(expected))


def normal_quantiles(n: int) -> np.ndarray:
    """(n,) float64 - equally likely values of the standard normal distribution, middle of each n-th, rounded to 1e-6.

    >>> normal_quantiles(2).tolist()
    [-0.67449, 0.67449]
    """
    inverse = NormalDist().inv_cdf
    return np.array([round(inverse((i + 0.5) / n), 6) for i in range(n)])
