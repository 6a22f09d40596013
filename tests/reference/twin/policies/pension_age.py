"""A higher state pension age than that of the law: so many months more every calendar year, up to a number.

Saved: one state pension for everybody who lives here, has come of the age of the law in some month since the start, and in none of the
higher one. A right once had is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.policies.base import Levers, Rule

from sim.codes import State, month_index
from sim.evidence.parameters import Values

if TYPE_CHECKING:
    from twin.agents import Person


class PensionAge(Rule):
    """A higher state pension age."""

    name = "pension_age"

    def rise(self, month: int) -> int:
        """Months above the law, in a month in which it is open."""
        years = max(1 + month // 12 - month_index(self.settings.start) // 12, 0)
        return min(self.settings.extra_months, self.settings.months_per_year * years)

    def set_rules(self, levers: Levers, number: int) -> None:
        """Later, for everybody."""
        levers["pension_age"][number] = self.rise(self.market.month)

    def saving(self) -> float:
        """State pensions that are not paid out."""
        market, ages = self.market, self.ages_so_far()
        monthly = Values("budget", market.config.parameters.get("budget")).state_pension_eur_per_month
        without = sum(person.state != State.OUTSIDE and self.is_without(person, ages) for person in market.present)
        return without * market.weight * monthly

    def ages_so_far(self) -> list[tuple[int, int, int]]:
        """Every month since the start with the pension age of the law, and the one in force."""
        law = [int(age) for age in self.market.tables.pension_age_months]
        months = range(self.market.start, self.market.month + 1)
        return [(month, age, age + (self.rise(month) if self.is_open(month) else 0)) for month, age in zip(months, law, strict=False)]

    def is_without(self, person: Person, ages: list[tuple[int, int, int]]) -> bool:
        """Whether somebody would have a state pension by the law alone, and has none."""
        by_law = any(month - person.birth_month >= law for month, law, _ in ages)
        return by_law and not any(month - person.birth_month >= in_force for month, _, in_force in ages)
