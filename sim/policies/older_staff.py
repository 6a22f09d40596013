"""Policies for employees of some age and over who have not reached the state pension age."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.codes import NOBODY, State
from sim.policies.base import Policy
from sim.policies.target import Target, pension_age_in_force

if TYPE_CHECKING:
    from sim.model import LabourMarket

EMPLOYED = int(State.EMPLOYED)


class OlderStaff(Policy):
    """Base of those policies; they declare `minimum_age` (years) with its evidence."""

    gross_meaning: ClassVar[str] = "participants still at work twelve months after they joined"
    minimum_age: int

    def target(self, model: LabourMarket) -> Target:
        """People at work of the minimum age and over who have not reached the state pension age."""
        pension_age = pension_age_in_force(model)
        return Target(born_after=model.month - pension_age, born_until=model.month - self.minimum_age * 12, states=(State.EMPLOYED,))

    def may_join(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Employees."""
        return model.people.employer[rows] != NOBODY

    def gross_success(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Still at work."""
        return np.asarray(model.people.state[rows] == EMPLOYED)
