"""A higher state pension age than the law has it: a rule for everybody, without participants.

From `start` on the pension age of the month is that of the law plus a rise of `months_per_year` a calendar year, up to `extra_months`;
after `end` it is that of the law again. Contracts, benefits and the retirement hazard follow it (`sim.phases.retirement`): rules move exits
more than talk. Who has retired already stays retired.

It costs nothing here, and saves the state pensions that are not paid out: one to everybody present who would have reached the pension age
by the law alone and has not reached the raised one; a right once had is kept when the age jumps. Everybody is taken to draw a full one,
the state pension of the parameter, a mix of those who live alone and of couples. Not taken off: what people of these years draw instead
beside unemployment benefits (disability, social assistance), for which the model has no account, so the saving is an upper end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.codes import month_index
from sim.evidence.parameters import Values
from sim.policies.base import choice
from sim.policies.rule import Rule
from sim.policies.target import Target

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers


class PensionAge(Rule):
    """A higher state pension age."""

    name: ClassVar[str] = "pension_age"
    size: ClassVar[str] = "extra_months"

    extra_months: int = choice("policies.pension_age.extra_months", ge=0, le=60)
    months_per_year: int = choice("policies.pension_age.months_per_year", ge=1, le=60)

    def set_rules(self, levers: Levers, bit: int, month: int) -> None:
        """Raise the state pension age."""
        levers.pension_age[bit] = self.rise(month)

    def rise(self, month: int) -> int:
        """Months above the law in a month in which the rule holds."""
        steps = max(1 + month // 12 - month_index(self.start) // 12, 0)
        return min(self.extra_months, self.months_per_year * steps)

    def saving_eur(self, model: LabourMarket) -> float:
        """State pensions not paid out this month; people who live here, at work or not."""
        monthly = Values("budget", model.config.parameters.get("budget")).state_pension_eur_per_month
        return self.without_pension(model) * model.weight * monthly

    def without_pension(self, model: LabourMarket) -> int:
        """Persons simulated who would have a right to a state pension by the law alone, and have none."""
        months = np.arange(model.start, model.month + 1)
        law = months - model.tables.pension_age_months[: months.size]
        rises = np.array([self.rise(month) if self.is_open(month) else 0 for month in months.tolist()])
        return int(Target(born_after=int((law - rises).max()), born_until=int(law.max())).rows(model).size)
