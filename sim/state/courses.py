"""Somebody leaves an institute in one way only: here. So seats and waiting lists always hold the people who say they are on them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import NEVER, NOBODY, State
from sim.numerics.desks import add
from sim.numerics.jit import inline

TRAINING = int(State.TRAINING)


class Courses(NamedTuple):
    """Columns that tie people to institutes; passed to kernels as one argument.

    state, institute, training_until : of people. waiting, students : of institutes.
    """

    state: np.ndarray
    institute: np.ndarray
    training_until: np.ndarray
    waiting: np.ndarray
    students: np.ndarray


@inline
def leave_institute(courses, i):
    """Take person `i` off the waiting list, or out of the course, if on one. Call before the state changes."""
    school = courses.institute[i]
    if school != NOBODY:
        if courses.state[i] == TRAINING:
            add(courses.students, school, -1)
        else:
            add(courses.waiting, school, -1)
        courses.institute[i] = NOBODY
        courses.training_until[i] = NEVER
