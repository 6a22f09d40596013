"""Line of the month: demography. To be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.line import Line

if TYPE_CHECKING:
    from twin.market import ReferenceMarket


class Demography(Line):
    """Arrivals, birthdays, deaths, departures. ``n_present`` : people who have entered so far, whether or not they are still there."""

    name = "demography"

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        self.n_present = market.world.n_present
