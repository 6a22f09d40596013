"""Who there is: a person, an employer, an institute and an opening, each a plain Mesa agent with plain Python numbers.

Attributes have the names and units of the columns of `sim.state`; months count from January 1900. What one agent knows of another is the
agent itself, not a row: ``person.employer.filled_jobs``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

if TYPE_CHECKING:
    from twin.market import ReferenceMarket

NEVER = -32768
"""A month that has not come."""


class Numbered(mesa.Agent):
    """An agent with the number that its draws are made with: ``number``, its place in the population."""

    model: ReferenceMarket

    def __init__(self, model: ReferenceMarket, number: int) -> None:
        super().__init__(model)
        self.number = number


class Person(Numbered):
    """Somebody of 15-74, or who will be before the end."""

    # who they are
    birth_month = entry_month = 0
    sex = province = education = health = taste_for_work = 0
    # where they stand
    state = state_since = sector = qualifications = 0
    # main job
    employer: Employer | None = None
    contract = job_since = hours = wage_cents = 0
    notice_until = displaced_since = NEVER
    # beside the main job
    commitments = second_hours = 0
    second_employer: Employer | None = None
    # learning
    graduation_month = NEVER
    study_field = 0
    institute: Institute | None = None
    training_until = NEVER
    # search
    is_searching = 0
    # programmes: bit sets
    programmes = ever_programmes = 0
    programme_since = NEVER

    @property
    def age(self) -> int:
        """Months."""
        return self.model.month - self.birth_month


class Employer(Numbered):
    """A workplace in one sector and one province."""

    sector = province = 0
    base_jobs = shock = shock_at_start = base_hours = usual_hours = 0
    desired_hours = desired_jobs = filled_jobs = filled_hours = notices = 0
    closed_until = NEVER
    programmes = 0


class Institute(Numbered):
    """Where adults learn for one sector, in one province."""

    sector = province = seats_per_intake = intake_months = duration_months = dropout_per_month = cost_eur = waiting = students = 0


class Opening(mesa.Agent):
    """A position to be filled. ``key`` names it for its whole life."""

    model: ReferenceMarket
    key = opened = is_recorded = needs_licence = 0
    employer: Employer
    taker: Person | None = None


COLUMNS: dict[type, tuple[str, ...]] = {
    Person: (
        "birth_month", "entry_month", "sex", "province", "education", "health", "taste_for_work", "state", "state_since", "sector",
        "qualifications", "employer", "contract", "job_since", "hours", "wage_cents", "notice_until", "displaced_since", "commitments",
        "second_employer", "second_hours", "graduation_month", "study_field", "institute", "training_until", "is_searching", "programmes",
        "ever_programmes", "programme_since",
    ),
    Employer: (
        "sector", "province", "base_jobs", "shock", "shock_at_start", "base_hours", "usual_hours", "desired_hours", "desired_jobs",
        "filled_jobs", "filled_hours", "notices", "closed_until", "programmes",
    ),
    Institute: (
        "sector", "province", "seats_per_intake", "intake_months", "duration_months", "dropout_per_month", "cost_eur", "waiting",
        "students",
    ),
    Opening: ("key", "employer", "opened", "is_recorded", "needs_licence", "taker"),
}  # fmt: skip
"""Everything that is compared."""
LINKS = {"employer": "employers", "second_employer": "employers", "institute": "institutes", "taker": "people"}
"""Attributes that are another agent, and the list it stands in."""
