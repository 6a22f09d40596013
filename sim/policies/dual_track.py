"""A second, part-time job in a crucial sector beside the first one, after Werken in Breder Belang (hybrid teachers, care beside an office).

Employees outside the crucial sectors who hold a qualification for one of them, and whose employer releases them, look for a job of
`second_job_hours` there; when they find one, they give up `hours_given_up` of those hours in the main job. The employer of the main job
still wants the hours: so the programme reallocates work unless little is given up, and what is left of it for the country emerges.

Only people who are qualified already take part (in the model: for care, education or defence): who is not must first be trained, at 20,000
to 25,000 euros a teacher (TRN01). Traps: a fifth of the highly educated say they would teach (WB07), well under one in a hundred of them
a year does (WB08); people with two employee jobs do not work longer in total (WB02).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.codes import NEVER, NOBODY, SECTOR, SECTOR_GROUPS, State
from sim.policies.base import Policy, choice, evidence
from sim.policies.programme import would_join
from sim.policies.target import Target, pension_age_in_force

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers

CRUCIAL = np.array([SECTOR[key] for group, keys in SECTOR_GROUPS.items() if group != "rest" for key in keys])
CRUCIAL_BITS = np.uint32(sum(1 << int(sector) for sector in CRUCIAL))
EMPLOYED = int(State.EMPLOYED)
FULL_WEEK = 48
"""Hours per week that nobody's two jobs together exceed (Working Hours Act, average over 16 weeks)."""
RELEASES = "dual_track, release by the employer"
"""Name of the lot by which employers differ in whether they release staff."""


class DualTrack(Policy):
    """A second job in a crucial sector for qualified people who work elsewhere."""

    name: ClassVar[str] = "dual_track"
    gross_meaning: ClassVar[str] = "participants with a second job in a crucial sector twelve months after they joined"
    effect: ClassVar[str | None] = "second_job_hours"

    places_per_year: float = choice("policies.dual_track.places_per_year", ge=0)
    capacity_fill: float = evidence("policies.dual_track.capacity_fill", ge=0, le=1)
    release_share: float = evidence("policies.dual_track.release_share", ge=0, le=1)
    second_job_hours: int = evidence("policies.dual_track.second_job_hours", ge=0, le=24)
    hours_given_up: float = evidence("policies.dual_track.hours_given_up", ge=0, le=1)
    search_per_month: float = evidence("policies.dual_track.search_per_month", ge=0, le=1)
    months: int = choice("policies.dual_track.months", ge=1, le=120)
    cost_per_participant_eur: float = evidence("policies.dual_track.cost_per_participant_eur", ge=0)

    def target(self, model: LabourMarket) -> Target:
        """People at work who have not reached the state pension age."""
        return Target(born_after=model.month - pension_age_in_force(model), states=(State.EMPLOYED,))

    def may_join(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Employees outside the crucial sectors with one job, qualified for a crucial one, whose employer releases them."""
        people = model.people
        employer = people.employer[rows]
        hours = people.hours[rows] + (1 - self.hours_given_up) * self.second_job_hours
        may = (employer != NOBODY) & (people.second_employer[rows] == NOBODY) & (people.notice_until[rows] == NEVER) & (hours <= FULL_WEEK)
        may &= ((people.qualifications[rows] & CRUCIAL_BITS) != 0) & ~np.isin(people.sector[rows], CRUCIAL)
        return may & would_join(model, np.maximum(employer, 0).astype(np.int64), RELEASES, np.full(rows.size, self.release_share))

    def stays_months(self) -> int:
        """Looks for such a job, or has it with the programme's help, for this long."""
        return self.months

    def has_finished(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """No longer an employee, or under notice: the main job comes first."""
        people = model.people
        return np.asarray((people.employer[rows] == NOBODY) | (people.notice_until[rows] != NEVER))

    def set_levers(self, levers: Levers, bit: int) -> None:
        """Search for a second job of these hours, and what is given up for it."""
        if self.second_job_hours:
            levers.second_job_search[bit] = round(65536 * self.search_per_month)
            levers.second_job_hours[bit] = self.second_job_hours
            levers.hours_given_up[bit] = round(65536 * self.hours_given_up)

    def gross_success(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Has a second job in a crucial sector."""
        second = model.people.second_employer[rows]
        return (second != NOBODY) & np.isin(model.employers.sector[np.maximum(second, 0)], CRUCIAL)
