"""Parameter draws: what the world might be like, given the evidence. Draw 0, 1, 2, ... each have one value of every uncertain row.

A drawn value is a function of the path of the row and of the number of the draw, and of nothing else: 32 draws begin with the same 16 as 16
draws do, every scenario has the same world in the same draw, and a row that is added to the table changes no other row's values.

The design is there to tell afterwards which grade of evidence an interval comes from (`sim.analysis.uncertainty`):

* Draws come in blocks of 16. A block has four sets of values, its *vectors*, for each of the five grades, and combines them by the
  orthogonal array OA(16, 4^5) of strength two: every vector of a grade meets every vector of every other grade exactly once. So the means
  over the vectors of one grade do not depend on the other grades.
* A row's values in vectors 0, 1, 2, ... are a Latin hypercube at every size: of every 4 vectors from the start (of every 16, 64, ...) one
  lies in each quarter (sixteenth, ...) of its distribution. Each row has permutations of its own, keyed by its path, so that no two rows
  run in step. Source: nested Latin hypercubes, Qian (2009), Biometrika 96(4); orthogonal arrays, Owen (1992), Statistica Sinica 2(2).

The array is linear over the field of four elements: draw 4a + b has vector a of one grade, and b, a + b, a + 2b, a + 3b of the others. The
grade of column a has the same vector four times at the start of a block, so it is the one with the least to say: rules of law.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from itertools import permutations

from sim.evidence.belief import quantile
from sim.evidence.parameters import GRADES, load_parameters

BLOCK, LEVELS = 16, 4
"""Draws in a block, and vectors of a grade in it."""
COLUMNS = {"statute": 0, "RCT": 1, "quasi-experimental": 2, "descriptive": 3, "expert": 4}
"""Column of the array of every grade."""
DIGITS = 6
"""Halvings by four before a value lies at random: one in each part up to 4^6 vectors, 16,384 draws."""
SIGNIFICANT = 6
"""Digits that drawn values keep."""
_ORDERS = tuple(permutations(range(LEVELS)))
_TIMES = ((0, 0, 0, 0), (0, 1, 2, 3), (0, 2, 3, 1), (0, 3, 1, 2))
"""Multiplication in the field of four elements; addition is exclusive or."""

assert set(COLUMNS) == set(GRADES)


def level(grade: str, draw: int) -> int:
    """Which of the four vectors of its block a grade has in a draw, 0 to 3.

    >>> [level("statute", draw) for draw in range(6)], [level("expert", draw) for draw in range(6)]
    ([0, 0, 0, 0, 1, 1], [0, 3, 1, 2, 1, 2])
    """
    a, b = divmod(draw % BLOCK, LEVELS)
    column = COLUMNS[grade]
    return a if column == 0 else b if column == 1 else a ^ _TIMES[column - 1][b]


def vector(grade: str, draw: int) -> int:
    """Number of the vector that a grade has in a draw: four to a block, never used again in another block."""
    return LEVELS * (draw // BLOCK) + level(grade, draw)


@cache
def share(path: str, number: int) -> float:
    """Where the value of a row lies in its distribution in the vector `number` of its grade, between 0 and 1.

    The digits to base four are permutations: the k-th one of the 4 vectors that share the first k - 1 digits within 4^k vectors.
    """
    digits: list[int] = []
    for k in range(DIGITS):
        stretch, position = number // LEVELS ** (k + 1), number // LEVELS**k % LEVELS
        order = _keyed(path, k, stretch, *digits) % len(_ORDERS)
        digits.append(_ORDERS[order][position])
    found = (_keyed(path, "rest", number) + 0.5) / 2**64
    for digit in reversed(digits):
        found = (digit + found) / LEVELS
    return found


def drawn(paths: Iterable[str], draw: int) -> dict[str, float]:
    """Values of rows of the evidence table in a draw, by path, in the unit of the row, to six digits."""
    table = load_parameters()
    return {path: _value(path, vector(table[path].grade, draw)) for path in paths}


@cache
def _value(path: str, number: int) -> float:
    row = load_parameters()[path]
    rounded = float(f"{float(quantile(row, share(path, number))):.{SIGNIFICANT}g}")
    return min(max(rounded, row.low), row.high)


def _keyed(*words: object) -> int:
    """64 bits that depend on the words and on nothing else."""
    return int.from_bytes(hashlib.blake2b("/".join(map(str, words)).encode(), digest_size=8).digest())
