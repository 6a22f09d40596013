"""How many new participants a budget per calendar year pays for.

    cost of a year = spent so far + standing cost while open + a month's cost of everybody enrolled, to the end of the stay
    a newcomer adds the cost of joining, this year, and a month's cost in every month of the stay

As many may enrol as fit into this year and into every later year that the stay reaches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.codes import EPOCH_YEAR, month_index

if TYPE_CHECKING:
    from twin.programmes import Programme

CENT = 0.01
"""Euros: what is less is rounding."""


def affordable(programme: Programme, places: int) -> int:
    """Of the `places` of this month those that the budget pays for; without a budget all of them."""
    policy, month, weight = programme.policy, programme.market.month, programme.market.weight
    limit = policy.settings.budget_eur_per_year
    if limit is None or places <= 0:
        return max(places, 0)
    joining, monthly = policy.cost(1.0, 0.0), policy.cost(0.0, 1.0)
    last = month + policy.stays_months() - 1 if monthly > 0 else month
    for year in range(month // 12, last // 12 + 1):
        per_head = weight * (joining * (year == month // 12) + monthly * months_within(programme, month, year))
        left = limit - promised(programme, monthly, year) + CENT
        if per_head > 0:
            places = min(places, int(max(left, 0.0) // per_head))
    return places


def promised(programme: Programme, monthly: float, year: int) -> float:
    """Euros of a year (since 1900) that are spent, or will be when nobody else enrols and nobody leaves early."""
    policy, month = programme.policy, programme.market.month
    first, end = max(12 * year, month), 12 * (year + 1)
    if policy.settings.end is not None:
        end = min(end, month_index(policy.settings.end) + 1)
    standing = policy.standing_cost() / 12 * max(end - first, 0)
    months = sum(months_within(programme, joined, year) for joined in programme.joined)
    return programme.costs.get(year + EPOCH_YEAR, 0.0) + standing + monthly * programme.market.weight * months


def months_within(programme: Programme, joined: int, year: int) -> int:
    """Months of a year, this month and later, in which somebody takes part who joined in the month `joined`."""
    end = min(joined + programme.policy.stays_months(), 12 * (year + 1))
    return max(end - max(12 * year, programme.market.month), 0)
