"""More defence reservists: people of 18 to 54 in good health who do not work in defence, mostly with a job elsewhere.

They serve full-time when defence is in a crisis, and are then absent from their main and second jobs: hours that defence gains are hours
that care, schools or firms lose in the same months, and both are booked (`sim.phases.reserves`). What those are is not set; it follows from
who is recruited. Drill takes days a year, counted apart.

Trap: the target of 20,000 reservists in 2030 is a wish, and by the armed forces' own journal fewer than 60 % of the reservists can come
when it matters, since many hold jobs that are vital too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.codes import Commitment, State
from sim.policies.base import choice, evidence
from sim.policies.reserve import Reserve
from sim.policies.target import Target

if TYPE_CHECKING:
    from sim.model import LabourMarket


class DefenceReserve(Reserve):
    """Recruitment of defence reservists."""

    name: ClassVar[str] = "defence_reserve"
    sector: ClassVar[str] = "DEF"
    commitment: ClassVar[Commitment] = Commitment.DEFENCE_RESERVE

    places_per_year: float = choice("policies.defence_reserve.places_per_year", ge=0)
    capacity_fill: float = evidence("policies.defence_reserve.capacity_fill", ge=0, le=1)
    minimum_age: int = choice("policies.defence_reserve.minimum_age", ge=17, le=40)
    maximum_age: int = choice("policies.defence_reserve.maximum_age", ge=41, le=66)
    cost_per_participant_eur: float = evidence("policies.defence_reserve.cost_per_participant_eur", ge=0)
    cost_per_month_eur: float = evidence("policies.defence_reserve.cost_per_month_eur", ge=0)

    def target(self, model: LabourMarket) -> Target:
        """Everybody of the age who is not retired."""
        states = (State.EMPLOYED, State.UNEMPLOYED, State.INACTIVE, State.TRAINING)
        return Target(born_after=model.month - (self.maximum_age + 1) * 12, born_until=model.month - self.minimum_age * 12, states=states)

    def may_join(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Fit for service, not at work in defence, in no pool."""
        return (model.people.health[rows] == 0) & super().may_join(model, rows)
