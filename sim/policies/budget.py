"""How many new participants a budget per calendar year pays for, all that is promised counted first.

What a programme will cost in a year = what it cost so far + its standing cost while open + a month's cost of everybody enrolled, in every
month to the end of the stay. A new participant adds the cost of joining, and a month's cost to the end of the stay. As many may enrol as
fit in this year and in every later year that the stay reaches: a programme does not begin what the next budget cannot end. People who
leave early give their money back to those who come after. A place without money is lost, not kept for January.

Costs must be proportional to people (`Policy.cost_eur`): the cost of joining is that of one new participant, the monthly cost that of one
participant. In a sample a person costs what all the people cost whom the person stands for, and only whole persons enrol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.codes import EPOCH_YEAR, month_index
from sim.policies.base import Policy

if TYPE_CHECKING:
    from sim.policies.programme import Programme

CENT = 0.01
"""Euros: what is less is rounding."""


class Budget:
    """The budget of one policy.

    Attributes
    ----------
    limit : euros per calendar year, None without limit. standing : euros per year in which the programme is open.
    joining, monthly : euros per participant, once and per month; 0 when there are no places or no limit.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy, self.limit = policy, policy.budget_eur_per_year
        counts = self.limit is not None and policy.places_this_year() > 0
        self.joining, self.monthly = (policy.cost_eur(1.0, 0.0), policy.cost_eur(0.0, 1.0)) if counts else (0.0, 0.0)
        self.standing = float(getattr(policy, "standing_cost_per_year_eur", 0.0))

    def affordable(self, places: int, programme: Programme) -> int:
        """Of the `places` of this month (persons simulated) those that the budget pays for, at least 0."""
        if self.limit is None or places <= 0:
            return max(places, 0)
        month, weight = programme.model.month, programme.model.weight
        last = month + (self.policy.stays_months() - 1 if self.monthly > 0 else 0)
        for year in range(month // 12, last // 12 + 1):
            per_head = weight * (self.joining * (year == month // 12) + self.monthly * self._months(np.array([month]), month, year))
            rest = self.limit - self._promised(programme, year) + CENT
            if per_head > 0:
                places = min(places, int(max(rest, 0.0) // per_head))
        return places

    def _promised(self, programme: Programme, year: int) -> float:
        """Euros of a year (since 1900) that are spent, or will be when nobody else enrols and nobody leaves early."""
        month, weight = programme.model.month, programme.model.weight
        first, end = max(12 * year, month), 12 * (year + 1)
        if self.policy.end is not None:
            end = min(end, month_index(self.policy.end) + 1)
        standing = self.standing / 12 * max(end - first, 0)
        running = self.monthly * weight * self._months(programme.joined, month, year) if self.monthly > 0 else 0.0
        return programme.costs.get(year + EPOCH_YEAR, 0.0) + standing + running

    def _months(self, joined: np.ndarray, month: int, year: int) -> int:
        """Months of participation in a year, this month and later, of those who enrolled in the months `joined`, together."""
        ends = np.minimum(joined + self.policy.stays_months(), 12 * (year + 1))
        return int(np.maximum(ends - max(12 * year, month), 0).sum())
