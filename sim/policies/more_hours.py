"""Larger contracts for part-timers of a sector with shortages, after Het Potentieel Pakken (care).

Teams are helped to make larger contracts possible. In the model part-timers of the `sector` at employers that miss hours extend their
contract by `hours`, of which `extra_share` is work that was not done before as overtime: contract hours stand for hours worked here, so
only that part is added. It closes the employer's gap, so openings go, and the hires that would have filled them.

Traps: 9 % extend within half a year in guided organisations (HRS01), before and after, without comparison group: gross, and no input.
`extend_share` is what is left of it after those who would have done so anyway, an assumption. 63 % of nurses with a small contract already
work far more than agreed (HRS05).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from sim.codes import NOBODY, SECTOR, State
from sim.config.schema import Sector
from sim.policies.base import Policy, choice, evidence
from sim.policies.programme import would_join
from sim.policies.target import Target, pension_age_in_force

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers

TO_THE_END = 240
"""Months: longer than anybody takes part."""
WISH = "more_hours, extends"
"""Name of the lot by which staff differ in whether they extend because of the programme."""


class MoreHours(Policy):
    """Larger contracts for part-timers of one sector."""

    name: ClassVar[str] = "more_hours"
    gross_meaning: ClassVar[str] = "staff who extended their contract and still work in the sector twelve months later"
    size: ClassVar[str] = "staff_per_year"
    effect: ClassVar[str | None] = "extend_share"

    sector: Sector = Field(default="Q", description="sector key whose staff is guided")
    staff_per_year: float = choice("policies.more_hours.staff_per_year", ge=0)
    capacity_fill: float = evidence("policies.more_hours.capacity_fill", ge=0, le=1)
    extend_share: float = evidence("policies.more_hours.extend_share", ge=0, le=0.5)
    hours: float = evidence("policies.more_hours.hours", ge=0, le=20)
    extra_share: float = evidence("policies.more_hours.extra_share", ge=0, le=1)
    largest_contract: int = choice("policies.more_hours.largest_contract", ge=8, le=48)
    cost_per_guided_eur: float = evidence("policies.more_hours.cost_per_guided_eur", ge=0)

    def target(self, model: LabourMarket) -> Target:
        """People at work who have not reached the state pension age."""
        return Target(born_after=model.month - pension_age_in_force(model), states=(State.EMPLOYED,))

    def may_join(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Part-timers of the sector who would extend, at employers that want more hours than they have."""
        people, employers = model.people, model.employers
        employer = people.employer[rows]
        e = np.maximum(employer, 0)
        may = (
            (employer != NOBODY) & (people.sector[rows] == SECTOR[self.sector]) & (people.hours[rows] + self.hours <= self.largest_contract)
        )
        may &= employers.desired_hours[e] > employers.filled_hours[e]
        return may & would_join(model, rows, WISH, np.full(rows.size, self.extend_share))

    def places_this_year(self) -> float:
        """Staff guided, times the share that extends because of it."""
        return self.staff_per_year * self.capacity_fill * self.extend_share

    def stays_months(self) -> int:
        """For good."""
        return TO_THE_END

    def has_finished(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """No longer works in the sector."""
        people = model.people
        return np.asarray((people.employer[rows] == NOBODY) | (people.sector[rows] != SECTOR[self.sector]))

    def set_levers(self, levers: Levers, bit: int) -> None:
        """More contract hours for who joins this month."""
        levers.hours_added[bit] = round(65536 * self.hours * self.extra_share)

    def cost_eur(self, new_participants: float, participants: float) -> float:
        """Guidance of everybody who had to be guided for one to extend."""
        return new_participants * self.cost_per_guided_eur / self.extend_share if self.extend_share else 0.0

    def gross_success(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Still at work in the sector."""
        people = model.people
        return np.asarray((people.employer[rows] != NOBODY) & (people.sector[rows] == SECTOR[self.sector]))
