"""A policy that is a rule for everybody: nobody enrols, so nobody stays, finishes or is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.policies.base import Policy
from sim.policies.target import Target

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers


class Rule(Policy):
    """Base of the policies without participants; they answer `set_rules`, and declare a `size` of their own."""

    gross_meaning: ClassVar[str] = "nobody takes part: a rule for everybody"

    def target(self, model: LabourMarket) -> Target:
        """Nobody enrols."""
        return Target(states=())

    def stays_months(self) -> int:
        """Nobody stays."""
        return 0

    def set_levers(self, levers: Levers, bit: int) -> None:
        """No lever of participants."""

    def gross_success(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Nobody is followed."""
        return np.zeros(rows.size, bool)
