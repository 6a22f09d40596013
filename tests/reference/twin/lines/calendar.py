"""Line 1, calendar: what this month is given from outside.

demand of a sector in a crisis = demand * factor (of all crises that last now, multiplied)
"""

from __future__ import annotations

from types import SimpleNamespace

from twin.line import Line

from sim.codes import N_SECTORS, SECTOR, month_index


class Calendar(Line):
    """Sets ``market.now``: month, offset (months since the start), calendar_month, pension_age, demand_index, crisis_factor by sector."""

    name = "calendar"

    def run(self) -> None:
        market = self.market
        offset = market.month - market.start
        crisis = [1.0] * N_SECTORS
        for event in market.config.economy.crises:
            first = month_index(event.start)
            if first <= market.month < first + event.months:
                crisis[SECTOR[event.sector]] *= event.demand_factor
        market.now = SimpleNamespace(
            month=market.month,
            offset=offset,
            calendar_month=market.month % 12 + 1,
            pension_age=int(market.tables.pension_age_months[offset]),
            demand_index=float(market.tables.national_demand_index[offset]),
            crisis_factor=crisis,
        )
