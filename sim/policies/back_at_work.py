"""Back at work: how policies for displaced workers and the unemployed know that somebody has found a new job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.codes import NEVER, State

if TYPE_CHECKING:
    from sim.model import LabourMarket

EMPLOYED = int(State.EMPLOYED)


def is_back_at_work(model: LabourMarket, rows: np.ndarray) -> np.ndarray:
    """(rows,) bool: in work, and not under notice."""
    people = model.people
    return np.asarray((people.state[rows] == EMPLOYED) & (people.notice_until[rows] == NEVER))


def is_under_notice(model: LabourMarket, rows: np.ndarray) -> np.ndarray:
    """(rows,) bool: in work, in a job that is about to end."""
    people = model.people
    return np.asarray((people.state[rows] == EMPLOYED) & (people.notice_until[rows] != NEVER))
