"""Line 8, vacancies: openings are given up when nobody comes, withdrawn when the gap closes, and posted when there is one.

    gap(e)     = desired(e) - (filled(e) - under notice(e)) - still open(e)
    gap > 0    that many openings are posted;  gap < 0: that many are withdrawn, from the end of the employer's list
    given up   an advertised opening, with lapse_per_month
    advertised an opening is meant to be, with advertised_share(s): a lasting trait. With recorded_at_once of that at once, else at the end
               of the first month that leaves it open; the others never are
    licence    asked for with licensed_share(s): a lasting trait

The end of the list is the newest opening, but for openings of the start: their ages were drawn one by one.
By sector and province: open(t) = open(t-1) + new(t) - filled(t) - withdrawn(t), of advertised openings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.agents import Opening
from twin.cells import N_MARKET_CELLS, market_cell
from twin.fixed import share
from twin.line import Line
from twin.luck import BITS_64, SUB_DRAWS, draw32, draw64, threshold

from sim.codes import LICENSED_SECTORS, SECTORS
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Employer
    from twin.market import ReferenceMarket

MOST_POSTED = 255
"""Openings that an employer can post in one month."""
MOST_AT_START = 65536
"""Openings that an employer can have at the start."""
OLDEST_AT_START = 24
"""Months."""


class Vacancies(Line):
    """Openings of the month. ``new``, ``withdrawn``, ``open`` : advertised openings by market cell (`twin.cells.market_cell`).

    ``wait`` : mean months of selection, in 1/65,536.
    """

    name = "vacancies"
    compares = ("new", "withdrawn", "open")

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        p = self.parameters
        self.advertised = [threshold(self.advertised_share(sector)) for sector in range(len(SECTORS))]
        self.at_once = [threshold(p.recorded_at_once * self.advertised_share(sector)) for sector in range(len(SECTORS))]
        self.licensed = [threshold(getattr(p, f"licensed_share_{key}") if key in LICENSED_SECTORS else 0.0) for key in SECTORS]
        self.lapse = threshold(p.lapse_per_month)
        self.wait = share(p.selection_months)
        self.new, self.withdrawn, self.open = [0] * N_MARKET_CELLS, [0] * N_MARKET_CELLS, [0] * N_MARKET_CELLS

    def advertised_share(self, sector: int) -> float:
        """Share of the openings of a sector that is meant to be advertised."""
        return float(getattr(self.parameters, f"advertised_share_{SECTORS[sector]}"))

    def unrecorded_per_recorded(self, sector: int) -> float:
        """Openings never advertised per recorded one, at the start: they do not last as long, by the time of selection."""
        p, advertised = self.parameters, self.advertised_share(sector)
        return (1 - advertised) / advertised * (1 - min(p.selection_months / p.months_open_at_start, 1.0))

    # --- once, before the first month -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Recorded openings of the start. Their age is geometric: each month it survives with 1 - 1 / months_open_at_start."""
        market: Any = self.market
        key = market.lasting_key(Stream.VACANCY_AGE)
        survives = threshold(1 - 1 / self.parameters.months_open_at_start)
        for employer in market.employers:
            for turn in range(int(market.world.open_vacancies[employer.number])):
                name = luck = draw64(key, employer.number * MOST_AT_START + turn)
                age = 1
                while age < OLDEST_AT_START and luck >> 32 < survives:
                    age += 1
                    luck = draw64(key, luck)
                opening = self._opening(employer, name, market.start - age)
                opening.is_recorded = 1
                market.openings.append(opening)
        self._count()

    def _opening(self, employer: Employer, name: int, opened: int) -> Opening:
        opening = Opening(self.market)
        opening.key, opening.employer, opening.opened = name, employer, opened
        luck = draw32(self.market.lasting_key(Stream.LICENCE), name)
        opening.needs_licence = int(luck < self.licensed[employer.sector])
        return opening

    # --- every month ------------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        market = self.market
        self.new, self.withdrawn = [0] * N_MARKET_CELLS, [0] * N_MARKET_CELLS
        of: dict[Employer, list[Opening]] = {employer: [] for employer in market.employers}
        for opening in market.openings:
            if self._is_still_open(opening):
                of[opening.employer].append(opening)
            else:
                opening.remove()
        for employer, openings in of.items():
            staff = employer.filled_jobs - employer.notices
            gap = employer.desired_jobs - staff - len(openings)
            for _ in range(min(-gap, len(openings))):
                self._withdraw(openings.pop())
            openings += [self._post(employer, turn) for turn in range(min(gap, MOST_POSTED))]
        market.openings = [opening for openings in of.values() for opening in openings]

    def _is_still_open(self, opening: Opening) -> bool:
        """Not filled last month, and not given up now."""
        if opening.taker is not None:
            return False
        if opening.is_recorded and draw32(self.market.key(Stream.LAPSE), opening.key) < self.lapse:
            self.withdrawn[market_cell(opening.employer)] += 1
            return False
        return True

    def _withdraw(self, opening: Opening) -> None:
        self.withdrawn[market_cell(opening.employer)] += opening.is_recorded
        opening.remove()

    def _post(self, employer: Employer, turn: int) -> Opening:
        """The `turn`-th opening of the employer this month. Its name is drawn; the lower half of the name says how it is advertised."""
        name = draw64(self.market.key(Stream.RECORDED), employer.number * SUB_DRAWS + turn & BITS_64)
        opening = self._opening(employer, name, self.market.month)
        if channel(opening) < self.at_once[employer.sector]:
            self._record(opening)
        return opening

    def _record(self, opening: Opening) -> None:
        opening.is_recorded = 1
        self.new[market_cell(opening.employer)] += 1

    def advertise(self) -> None:
        """At the end of matching: what own staff and networks did not fill is advertised now, if it is meant to be."""
        for opening in self.market.openings:
            if opening.taker is None and not opening.is_recorded and channel(opening) < self.advertised[opening.employer.sector]:
                self._record(opening)
        self._count()

    def _count(self) -> None:
        """Advertised openings that are still open."""
        self.open = [0] * N_MARKET_CELLS
        for opening in self.market.openings:
            if opening.taker is None:
                self.open[market_cell(opening.employer)] += opening.is_recorded


def channel(opening: Opening) -> int:
    """Lasting luck of an opening, 32 bits: below one threshold it is advertised at once, below another later, else never."""
    return opening.key & 2**32 - 1
