"""What the reserves of care and defence share: a place is an entry in the register, and lasts as long as the register holds the person.

A recruit joins the pool of the reserves line (`sim.phases.reserves`), which drills and calls up like everybody in it. What a register is
worth in a crisis - availability, hours, productivity - comes from the parameters ``reserves.*`` and is no setting of the policy. When
attrition takes somebody out of the pool, the participation ends. The wages of a call-up are paid by whoever calls and are not booked here.

Nobody is recruited who is in a pool already, or who enrolled for another one earlier in the same month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.codes import NOBODY, SECTOR, Commitment, State
from sim.phases.reserves import may_join
from sim.policies.base import Policy

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers

EMPLOYED = int(State.EMPLOYED)
AS_LONG_AS_IN_THE_POOL = 1200
"""Months; more than anybody lives to see."""


class Reserve(Policy):
    """Base of the policies that recruit for a reserve. Subclasses declare ``sector`` and ``commitment``, and whom they are for."""

    gross_meaning: ClassVar[str] = "recruits still on the register twelve months after they joined"
    has_comparison: ClassVar[bool] = False
    ends_at_retirement: ClassVar[bool] = False
    sector: ClassVar[str]
    """Key of the sector that the reserve serves."""
    commitment: ClassVar[Commitment]
    """Bit of the pool."""

    def may_join(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """People in no pool who do not work in the sector, neither in the main nor in a second job."""
        people, there = model.people, SECTOR[self.sector]
        second = people.second_employer[rows]
        works_there = (people.state[rows] == EMPLOYED) & (people.sector[rows] == there)
        works_there |= (second != NOBODY) & (model.employers.sector[second] == there)
        return may_join(people.commitments[rows], people.state[rows]) & ~works_there & ~self._enrolled_elsewhere(model, rows)

    def _enrolled_elsewhere(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """(rows,) bool: people whom the programme of another reserve enrolled."""
        found = np.zeros(rows.size, bool)
        for programme in model.programmes:
            if isinstance(programme.policy, Reserve) and programme.policy.commitment != self.commitment:
                found |= (model.people.programmes[rows] & programme.mask) != 0
        return found

    def stays_months(self) -> int:
        """As long as in the pool."""
        return AS_LONG_AS_IN_THE_POOL

    def has_finished(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """No longer in the pool."""
        return (model.people.commitments[rows] & np.uint8(self.commitment)) == 0

    def set_levers(self, levers: Levers, bit: int) -> None:
        """Into the pool."""
        getattr(levers, f"{self.commitment.name.lower()}")[bit] = 1

    def gross_success(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Still in the pool."""
        return (model.people.commitments[rows] & np.uint8(self.commitment)) != 0
