"""A higher state pension age than the law has it: a rule for everybody, without participants.

From `start` on the pension age of the month is that of the law plus a rise of `months_per_year` a calendar year, up to `extra_months`;
after `end` it is that of the law again. Contracts, benefits and the retirement hazard follow it (`sim.phases.retirement`): rules move exits
more than talk. Who has retired already stays retired.

Pensions that are not paid out are no part of the accounts here, so the policy costs nothing and saves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.codes import month_index
from sim.policies.base import evidence
from sim.policies.rule import Rule

if TYPE_CHECKING:
    from sim.policies.levers import Levers


class PensionAge(Rule):
    """A higher state pension age."""

    name: ClassVar[str] = "pension_age"

    extra_months: int = evidence("policies.pension_age.extra_months", ge=0, le=60)
    months_per_year: int = evidence("policies.pension_age.months_per_year", ge=1, le=60)

    def set_rules(self, levers: Levers, bit: int, month: int) -> None:
        """Raise the state pension age."""
        steps = 1 + month // 12 - month_index(self.start) // 12
        levers.pension_age[bit] = min(self.extra_months, self.months_per_year * steps)
