"""Line 13, hours: second jobs end, who joined a programme changes contract hours, sickness takes its share.

P(a second job ends this month) = e
hours after = hours before * (1 + lever contract_hours) + lever hours_added, within 1 .. 80;  once, for who joined a programme this month
sickness(sector, province) = usual(sector) * (1 + spiral * unfilled share of the jobs wanted there / 0.10)

The levers are those of the programmes joined this month. Hours are whole: to the nearest hour, or, when hours are added, up or down by lot.
Who has no employer any more, or has another one since this month, keeps the hours. The spiral is zero unless asked for.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from twin.fixed import WHOLE
from twin.jobs import change_hours, end_second_job
from twin.line import Line
from twin.luck import draw32, draw_sub32, threshold
from twin.tables import kept

from sim.codes import N_PROVINCES, N_SECTORS
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.market import ReferenceMarket

MOST_HOURS = 80
HALF = WHOLE // 2
"""Half an hour, in 1/65536."""


class Hours(Line):
    """``sickness`` : share of contract hours lost, by sector, then province."""

    name = "hours"
    compares = ("sickness",)

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        self.sickness = [[self.usual_sickness(sector)] * N_PROVINCES for sector in range(N_SECTORS)]

    def run(self) -> None:
        """Second jobs, then contract hours, then sickness."""
        for person in self.market.present:
            luck = draw32(self.market.key(Stream.HOURS), person.number)
            if person.second_employer is not None and luck < threshold(self.parameters.second_job_end_per_month):
                end_second_job(person)
        for person, programmes in self.joined_this_month().items():
            self.change_contract(person, programmes)
        if self.parameters.spiral:
            self.follow_understaffing()

    def joined_this_month(self) -> dict[Person, list[int]]:
        """Who joined programmes this month, and the numbers of those programmes."""
        found = defaultdict(list)
        for programme in self.market.programmes:
            joined, _ = programme.called_up.get(self.market.month, ([], []))
            for person in joined:
                found[person].append(programme.number)
        return found

    def change_contract(self, person: Person, programmes: list[int]) -> None:
        """Change the contract hours of somebody who joined `programmes`, once."""
        if person.employer is None or person.job_since == self.market.month:
            return
        levers = self.market.levers
        relative = sum(levers["contract_hours"][programme] for programme in programmes)
        added = sum(levers["hours_added"][programme] for programme in programmes)
        by_lot = draw_sub32(self.market.key(Stream.HOURS), person.number, 1) >> 16
        exact = person.hours * (WHOLE + relative) + added
        change_hours(person, kept((exact + (by_lot if added else HALF)) // WHOLE, 1, MOST_HOURS))

    def usual_sickness(self, sector: int) -> float:
        """Share of working time lost to sickness in a sector."""
        return float(self.market.tables.sickness_share[sector])

    def follow_understaffing(self) -> None:
        """Where jobs stay unfilled, more people fall sick."""
        wanted, filled = ([[0] * N_PROVINCES for _ in range(N_SECTORS)] for _ in range(2))
        for employer in self.market.employers:
            wanted[employer.sector][employer.province] += employer.desired_jobs
            filled[employer.sector][employer.province] += employer.filled_jobs
        for sector in range(N_SECTORS):
            for province in range(N_PROVINCES):
                jobs = wanted[sector][province]
                unfilled = min(max(1 - filled[sector][province] / jobs, 0.0), 1.0) if jobs > 0 else 0.0
                self.sickness[sector][province] = self.usual_sickness(sector) * (1 + self.parameters.spiral * unfilled / 0.10)
