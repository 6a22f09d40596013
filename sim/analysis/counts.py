"""Intervals of differences in small counts of simulated people.

Student's t takes the spread of the pairs for the spread of luck. Of a count of few people that fails: when three pairs all happen to differ
by two people, their spread is nil, and the difference would look certain. So the spread is taken to be at least that of as many people who
move independently of each other (Poisson: the variance of a count is its mean). Large counts keep the interval that they have.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import stdtrit

from sim.analysis.intervals import LEVEL, Interval
from sim.analysis.repetitions import Repetitions


def count_interval(repeated: Repetitions, differences: np.ndarray, one: float, family: int = 1) -> Interval:
    """Mean and 95 % interval of paired differences (n_pairs,) of a count.

    Parameters
    ----------
    one : what a single simulated person adds to the count, in its unit. family : intervals that hold together (Bonferroni).
    """
    found = repeated.interval(differences, family=family)
    if found.half_width is None or repeated.n_seeds < 2:
        return found
    luck = math.sqrt(abs(found.mean) * one / repeated.n_seeds)
    half = max(found.half_width, luck * float(stdtrit(repeated.n_seeds - 1, 1 - (1 - LEVEL) / 2 / family)))
    return Interval(found.mean, found.mean - half, found.mean + half, found.n)
