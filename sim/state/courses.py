"""Somebody leaves an institute in one way only: here. So seats and waiting lists always hold the people who say they are on them."""

from __future__ import annotations

from typing import NamedTuple

from sim.codes import NEVER, NOBODY, State
from sim.numerics.desks import add
from sim.numerics.jit import inline
from sim.numerics.types import int16s, int32s, uint8s

TRAINING = int(State.TRAINING)


class Courses(NamedTuple):
    """Columns that tie people to institutes; passed to kernels as one argument.

    state, institute, training_until : of people. waiting, students : of institutes.
    """

    state: uint8s
    institute: int16s
    training_until: int16s
    waiting: int32s
    students: int32s


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
