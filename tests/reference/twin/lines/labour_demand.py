"""Line 3, labour demand: how many hours of work every employer wants, how many jobs that is, which sites close, who has to go.

    x(e, t)     = persistence * x(e, t-1) + shock_sd * z                                    the employer's own luck
    hours(e, t) = base(e) * demand(s, t) * exp(x(e, t) - x(e, 0))
    demand(s,t) = exp(trend(s) * years + sensitivity(s) * ln national(t) + drift(s, t) - m(t)) * crisis(s, t) * market(s, t)
    m(t)        = shock_sd**2 / (1 - persistence**2) * (1 - persistence**t)                 ln of the mean of exp(x(t) - x(0))
    market(s,t) = base hours of all sites / base hours of the open ones                     others serve the market of closed sites
    jobs(e, t)  = filled jobs + (hours(e, t) - filled hours) / usual hours of a job there, rounded at the employer's own point
    closing     with closure_per_year / 12, less for large sites; another employer takes over after months_to_takeover
    lay-off     per head: surplus / staff, when the surplus is above what is tolerated and above one head; sure where a site is closed

A surplus counts staff that is not under notice yet.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from twin.agents import NEVER
from twin.cells import N_MARKET_CELLS, market_cell
from twin.fixed import part, share
from twin.line import Line
from twin.luck import draw32, threshold
from twin.tables import ALL_BITS, ONE, exponential, normal

from sim.codes import N_SECTORS
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Employer
    from twin.market import ReferenceMarket

SMALL_SITE = 10
"""Jobs; up to here all sites close equally often, larger ones with the inverse root of their size."""
HOUR = 256
"""An hour, in the unit of usual hours."""


class LabourDemand(Line):
    """What employers want.

    ``layoff`` : by employer, threshold of a notice per head. ``shrinks`` : by employer, 1 where that is above zero.
    ``closure`` : by employer, threshold of a closure per month. ``base_by_sector`` : base hours of all sites.
    """

    name = "labour_demand"
    compares = ("layoff", "shrinks")

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        p = self.parameters
        self.persistence = share(p.shock_persistence)
        self.shock_sd = round(1e6 * p.shock_sd)  # millionths of a log point, as shocks are
        self.stationary_variance = p.shock_sd**2 / (1 - p.shock_persistence**2)
        self.tolerated = share(p.tolerated_surplus)
        self.takeover = round(p.months_to_takeover)
        self.layoff = [0] * len(market.employers)
        self.shrinks = [0] * len(market.employers)
        self.closure: list[int] = []
        self.base_by_sector: list[int] = []

    # --- once, before the first month -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """What every employer wants at the start, how often it closes, and its luck so far."""
        employers = self.market.employers
        for employer in employers:
            employer.base_jobs += self._wanted_but_not_recorded(employer)
        self._set_hours()
        self.closure = [self._chance_of_closing(employer) for employer in employers]
        stationary_sd = round(1e6 * math.sqrt(self.stationary_variance))
        for employer in employers:
            z = normal(draw32(self.market.key(Stream.SHOCK), employer.number))
            employer.shock = employer.shock_at_start = stationary_sd * z // 1000
        self.base_by_sector = base_hours_by_sector(employers)

    def _wanted_but_not_recorded(self, employer: Employer) -> int:
        """Jobs beside those filled and those advertised: openings that never are, and what people have just left.

        n = recorded openings * unrecorded per recorded + filled jobs * just_vacated_share, rounded up with a chance of its fraction
        """
        recorded = int(self.market.world.open_vacancies[employer.number])
        vacancies: Any = self.market.lines["vacancies"]
        more = recorded * vacancies.unrecorded_per_recorded(employer.sector)
        more += employer.filled_jobs * self.parameters.just_vacated_share
        return int(more + draw32(self.market.lasting_key(Stream.ROUNDING), employer.number) / 2**32)

    def _set_hours(self) -> None:
        """Usual hours of a job, by sector and province (where nobody works, of the country), one at least.

        Base hours: those worked, and usual ones for every job not filled.
        """
        hours, jobs = [0] * N_MARKET_CELLS, [0] * N_MARKET_CELLS
        for employer in self.market.employers:
            hours[market_cell(employer)] += employer.filled_hours
            jobs[market_cell(employer)] += employer.filled_jobs
        whole_country = sum(hours) / max(sum(jobs), 1)
        for employer in self.market.employers:
            cell = market_cell(employer)
            mean = hours[cell] / jobs[cell] if jobs[cell] else whole_country
            employer.usual_hours = max(round(HOUR * mean), HOUR)
            vacant = employer.base_jobs - employer.filled_jobs
            employer.base_hours = employer.filled_hours + vacant * employer.usual_hours // HOUR
            employer.desired_hours, employer.desired_jobs = employer.base_hours, employer.base_jobs

    def _chance_of_closing(self, employer: Employer) -> int:
        """Threshold of a closure in one month."""
        size = max(employer.base_jobs, 1)
        return threshold(self.parameters.closure_per_year / 12 * min(1.0, math.sqrt(SMALL_SITE / size)))

    # --- every month ------------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        employers = self.market.employers
        for employer in employers:
            self._draw_luck(employer)
            self._close_or_reopen(employer)
        open_base = base_hours_by_sector([employer for employer in employers if employer.closed_until == NEVER])
        demand = [self._demand(sector, open_base[sector]) for sector in range(N_SECTORS)]
        for employer in employers:
            self._want(employer, demand[employer.sector])

    def _draw_luck(self, employer: Employer) -> None:
        z = normal(draw32(self.market.key(Stream.SHOCK), employer.number))
        employer.shock = part(employer.shock, self.persistence) + self.shock_sd * z // 1000

    def _close_or_reopen(self, employer: Employer) -> None:
        """A site that opens again does not close in the same month."""
        month = self.market.month
        if employer.closed_until == NEVER:
            if draw32(self.market.key(Stream.CLOSURE), employer.number) < self.closure[employer.number]:
                employer.closed_until = month + self.takeover
        elif employer.closed_until <= month:
            employer.closed_until = NEVER

    def _demand(self, sector: int, open_base: int) -> int:
        """Demand relative to the start, per open site (`ONE`): see the equation above."""
        now, tables = self.market.now, self.market.tables
        trend = float(tables.sector_trend_per_year[sector]) * (now.offset / 12)
        cycle = float(tables.sector_cycle_sensitivity[sector]) * math.log(now.demand_index)
        drift = float(tables.sector_drift[now.offset][sector])
        mean_of_shocks = self.stationary_variance * (1 - self.parameters.shock_persistence ** (now.offset + 1))
        market = self.base_by_sector[sector] / open_base if open_base > 0 else 1.0
        return round(math.exp(trend + cycle + drift - mean_of_shocks) * float(now.crisis_factor[sector]) * market * ONE)

    def _want(self, employer: Employer, demand: int) -> None:
        """Hours and jobs wanted, and whether people have to go."""
        if employer.closed_until != NEVER:
            employer.desired_hours = employer.desired_jobs = 0
            self._lay_off(employer, ALL_BITS)
            return
        own_luck = exponential((employer.shock - employer.shock_at_start) // 1000)
        # both factors are cut to sixteen binary places
        employer.desired_hours = (employer.base_hours * demand // 16) * (own_luck // 16) // 2**32
        employer.desired_jobs = self._jobs_wanted(employer)
        staff = employer.filled_jobs - employer.notices
        surplus = staff - employer.desired_jobs
        has_too_many = surplus > max(1, part(staff, self.tolerated))
        self._lay_off(employer, min(surplus * 2**32 // staff, ALL_BITS) if has_too_many else 0)

    def _jobs_wanted(self, employer: Employer) -> int:
        """The hours missing, in usual jobs. Where it is rounded is the employer's own and never moves: small sites do not flicker."""
        hours_missing = employer.desired_hours - employer.filled_hours
        jobs_missing = hours_missing * HOUR * 2**16 // employer.usual_hours  # 1/65,536 of a job
        rounding_point = draw32(self.market.lasting_key(Stream.ROUNDING), employer.number) >> 16
        return max(employer.filled_jobs + (jobs_missing + rounding_point) // 2**16, 0)

    def _lay_off(self, employer: Employer, chance: int) -> None:
        self.layoff[employer.number] = chance
        self.shrinks[employer.number] = int(chance > 0)


def base_hours_by_sector(employers: list[Employer]) -> list[int]:
    """Base hours of these sites together."""
    hours = [0] * N_SECTORS
    for employer in employers:
        hours[employer.sector] += employer.base_hours
    return hours
