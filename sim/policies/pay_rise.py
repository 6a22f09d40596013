"""A sector pays more: a rule for everybody in it, staff and new staff.

From `start` on the sector pays `rise` more, through the lever `sector_wage` (`sim.phases.wages`). After `follow_months` all other sectors
have copied `competitors_follow` of it, so what stays of the rise in relative wages is less than what was paid for. How many people come,
and how many stay, is not set: they compare offers. After `end` new staff get no rise, and staff keep theirs.

Costs: the part of the wages of the sector's employees that is due to the rise, with the employer's contributions (`on_costs`), as long as
somebody has it. It is a cost to employers, in care and education mostly to public budgets; what the followers pay is not in it.

Trap: the response of nurses to the wage of one hospital says little about a whole sector, and where competitors followed the wage it was
small (PAY01).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from sim.codes import N_SECTORS, NOBODY, SECTOR, month_index
from sim.config.schema import Sector
from sim.policies.base import choice, evidence
from sim.policies.rule import Rule

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers

WEEKS_PER_MONTH = 365.25 / 12 / 7


class PayRise(Rule):
    """Higher wages in one sector."""

    name: ClassVar[str] = "pay_rise"
    size: ClassVar[str] = "rise"

    sector: Sector = Field(default="Q", description="key of the sector that pays more")
    rise: float = choice("policies.pay_rise.rise", ge=0, le=1)
    competitors_follow: float = evidence("policies.pay_rise.competitors_follow", ge=0, le=1)
    follow_months: int = evidence("policies.pay_rise.follow_months", ge=0, le=120)
    on_costs: float = evidence("policies.pay_rise.on_costs", ge=0, le=1)

    _bill: float = PrivateAttr(default=0.0)

    def set_rules(self, levers: Levers, bit: int, month: int) -> None:
        """Raise the wage of the sector, and later a part of it everywhere else."""
        rise = np.zeros(N_SECTORS)
        if month >= month_index(self.start) + self.follow_months:
            rise[:] = self.rise * self.competitors_follow
        rise[SECTOR[self.sector]] = self.rise
        levers.sector_wage[:] += np.round(65536 * rise).astype(np.int64)

    def look(self, model: LabourMarket, participants: np.ndarray) -> None:
        """What the sector's employees earn this month because of the rise, by their jobs and hours at the end of the last month."""
        self._bill, here = 0.0, SECTOR[self.sector]
        if model.month < month_index(self.start):
            return
        people, n = model.people, model.n_present
        has_it = (people.sector[:n] == here) & (people.employer[:n] != NOBODY)
        if self.end is not None:
            has_it &= people.job_since[:n] <= month_index(self.end)
        rows = np.flatnonzero(has_it)
        cents = float(people.hours[rows].astype(np.int64) @ people.wage_cents[rows].astype(np.int64))
        held = float(model.phase("wages").paid[here]) / 65536  # 0 in the first month, in which staff do not have it yet
        self._bill = cents / 100 * WEEKS_PER_MONTH * self.rise / (1 + held) * (1 + self.on_costs) * model.weight

    def cost_eur(self, new_participants: float, participants: float) -> float:
        """The wages and contributions that are due to the rise."""
        return self._bill
