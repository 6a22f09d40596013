"""What a policy is here: plain numbers, and answers about one person."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

from sim.codes import month_index
from sim.policies.registry import POLICIES as OF_MODEL

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.market import ReferenceMarket

Levers = dict[str, list[int]]
ONE = 65536
"""Shares and rates of levers are in 1/65536."""


def settings_of(name: str, given: Mapping[str, Any]) -> SimpleNamespace:
    """The settings of a policy with their defaults, as plain numbers.

    ``strength`` of a policy whose strength is solved: the one in use, which is evidence (read from a measured curve) and no rule.
    """
    settings: Any = OF_MODEL[name](**given)
    found = SimpleNamespace(**settings.model_dump())
    if hasattr(settings, "strength_in_use"):
        found.strength = settings.strength_in_use()
    return found


class Policy:
    """Base of all policies. ``settings`` : numbers as in the scenario; ``market`` : where it is at work."""

    name: ClassVar[str]
    has_comparison: ClassVar[bool] = True
    """Whether its comparison group is followed up."""
    ends_at_retirement: ClassVar[bool] = True
    """Whether who retires takes part no longer."""

    def __init__(self, market: ReferenceMarket, given: Mapping[str, Any]) -> None:
        self.market, self.settings = market, settings_of(self.name, given)
        self.prepare()

    def prepare(self) -> None:
        """What is worked out once, before the first month. Default: nothing."""

    def is_open(self, month: int) -> bool:
        """Whether it enrols, and its rules for everybody hold, in a month."""
        start, end = self.settings.start, self.settings.end
        return month_index(start) <= month and (end is None or month <= month_index(end))

    def pension_age(self) -> int:
        """State pension age in force, months; before the first month that of the law."""
        return int(self.market.tables.pension_age_months[0]) if self.market.now is None else self.market.now.pension_age

    # who, and for how long

    def is_for(self, person: Person) -> bool:
        """Whether somebody may join this month."""
        raise NotImplementedError(self.name)

    def places_this_year(self) -> float:
        """Places a year in the whole country that are filled."""
        return self.settings.places_per_year * self.settings.capacity_fill

    def stays_months(self) -> int:
        """Months that somebody takes part at most."""
        raise NotImplementedError(self.name)

    def has_finished(self, person: Person) -> bool:
        """Whether a participant leaves before. Default: no."""
        return False

    # what it does

    def look(self, participants: list[Person]) -> None:
        """What has to be known of this month before levers and costs are set. Default: nothing."""

    def set_levers(self, levers: Levers, number: int) -> None:
        """What participants get; `number`: of the programme."""

    def set_rules(self, levers: Levers, number: int) -> None:
        """What holds for everybody while it is open. Default: nothing."""

    # what it costs and brings

    def cost(self, new: float, participants: float) -> float:
        """Euros this month, by people in the whole country."""
        joining, monthly = getattr(self.settings, "cost_per_participant_eur", 0.0), getattr(self.settings, "cost_per_month_eur", 0.0)
        return float(new * joining + participants * monthly)

    def standing_cost(self) -> float:
        """Euros a year, whoever takes part."""
        return getattr(self.settings, "standing_cost_per_year_eur", 0.0)

    def saving(self) -> float:
        """Euros saved this month beside unemployment benefits. Default: none."""
        return 0.0

    def is_success(self, person: Person) -> bool:
        """Whether somebody counts as a success twelve months after being called up."""
        raise NotImplementedError(self.name)


class Rule(Policy):
    """Base of the rules for everybody: nobody takes part."""

    def is_for(self, person: Person) -> bool:
        """Nobody joins."""
        return False

    def places_this_year(self) -> float:
        """None."""
        return 0.0

    def stays_months(self) -> int:
        """Nobody stays."""
        return 0

    def is_success(self, person: Person) -> bool:
        """Nobody is followed."""
        return False
