"""More people in the Nationale Zorgreserve: former care staff, and qualified people who work elsewhere or not at all.

Whom it is for: the qualification for care, and no work in care now ("people not currently at the bedside"), at work elsewhere, out of work,
studying or retired, from 20 to 69 as in the register at the start. Who retired more than five years ago is left out: registration in care
lapses after five years without work in it. How many recruits work in another sector that is short of staff is not set; it comes out of who
holds the qualification.

A reservist comes for a few hours a week, and never beyond the 48 that the own jobs leave (`sim.phases.reserves`).

Traps: a register is not a capacity (22,800 people signed up in 2020, 12 % were placed), and a list nobody looks after decays: the standing
cost pays for that, every year, whether or not there is a crisis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.codes import SECTOR, Commitment, State
from sim.policies.base import choice, evidence
from sim.policies.reserve import Reserve
from sim.policies.target import Target

if TYPE_CHECKING:
    from sim.model import LabourMarket

RETIRED = int(State.RETIRED)


class CareReserve(Reserve):
    """Recruitment for the national care reserve."""

    name: ClassVar[str] = "care_reserve"
    sector: ClassVar[str] = "Q"
    commitment: ClassVar[Commitment] = Commitment.CARE_RESERVE

    places_per_year: float = choice("policies.care_reserve.places_per_year", ge=0)
    capacity_fill: float = evidence("policies.care_reserve.capacity_fill", ge=0, le=1)
    minimum_age: int = choice("policies.care_reserve.minimum_age", ge=18, le=40)
    maximum_age: int = choice("policies.care_reserve.maximum_age", ge=41, le=74)
    retired_years: float = choice("policies.care_reserve.retired_years", ge=0, le=20)
    cost_per_participant_eur: float = evidence("policies.care_reserve.cost_per_participant_eur", ge=0)
    cost_per_month_eur: float = evidence("policies.care_reserve.cost_per_month_eur", ge=0)

    def target(self, model: LabourMarket) -> Target:
        """Everybody of the age; `may_join` looks at the qualification."""
        return Target(born_after=model.month - (self.maximum_age + 1) * 12, born_until=model.month - self.minimum_age * 12)

    def may_join(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Qualified for care, not at work in it, not long retired, in no pool."""
        people = model.people
        qualified = (people.qualifications[rows] >> np.uint32(SECTOR[self.sector])) & np.uint32(1) != 0
        pensioned = model.month - people.state_since[rows].astype(np.int64)
        long_retired = (people.state[rows] == RETIRED) & (pensioned > 12 * self.retired_years)
        return qualified & ~long_retired & super().may_join(model, rows)
