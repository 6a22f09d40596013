"""Levers: the only way a policy acts. A declared quantity with a neutral value, set by policies and read by lines of the month.

Person levers hold one value per programme (bit); a person's value is the sum over the programmes the person takes part in. Country
levers hold one value per programme and add up for everybody. Sector levers hold one value per sector. Every neutral value is zero and
every line adds it to an integer, so a neutral policy is the baseline, bit for bit, and policies compose in any order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.codes import N_SECTORS
from sim.numerics.jit import shared

MAX_PROGRAMMES = 16
"""Bits of ``people.programmes``."""


@dataclass(frozen=True)
class Lever:
    """One lever: its unit, the line of the month that reads it, and what a positive value raises."""

    unit: str
    read_by: str
    raises: str
    per: str = "person"


LEVERS: dict[str, Lever] = {
    "retirement_log_odds": Lever("hundredths of log-odds", "retirement", "the monthly chance of retiring"),
    "search_effort": Lever("1/65536 of the probability to search", "search", "how often a participant applies"),
    "search_after_pension": Lever("1/65536 of the probability to search", "search", "how often a retired participant looks for a job"),
    "second_job_search": Lever(
        "1/65536 of the probability to search", "search and matching", "how often a participant looks for a second job in a crucial sector"
    ),
    "second_job_hours": Lever("hours per week", "matching", "the hours of that second job"),
    "hours_given_up": Lever("1/65536 of the hours of the second job", "matching", "hours given up in the main job for that second job"),
    "extra_applications": Lever("applications per month, 1/65536", "matching", "applications of an active searcher"),
    "callback": Lever("1/65536 of the call-back probability", "matching", "the share of applications that pass the first screening"),
    "other_sector_share": Lever("1/65536 of applications", "matching", "applications outside the own sector"),
    "skill_distance_relief": Lever("1/65536 of the skill distance", "matching", "how much nearer other sectors are for screening and wage"),
    "licence_relief": Lever("1/65536 of the openings that ask for a licence", "matching", "openings that do without the participant's"),
    "reservation_wage": Lever("1/65536 of the wage", "matching", "the lowest acceptable offer"),
    "hiring_score": Lever("1/65536 of the range of skill fit", "matching", "where employers rank a participant's application"),
    "contract_hours": Lever("1/65536 of the hours", "hours", "the contract hours of a participant at work, once, on joining"),
    "hours_added": Lever("1/65536 of an hour per week", "hours", "the contract hours of a participant at work, once, on joining"),
    "newcomer_exit": Lever(
        "1/65536 of the chance", "separations", "the chance that a participant leaves work in the first two years of a job"
    ),
    "course_applications": Lever("1/65536 of the probability to ask", "training", "how often a participant out of work asks for a course"),
    "course_start": Lever(
        "1/65536 of the probability to start", "training", "starts of a course between intakes, once a place was asked for"
    ),
    "care_reserve": Lever("1 = joins", "reserves", "participants in the pool of care reservists"),
    "defence_reserve": Lever("1 = joins", "reserves", "participants in the pool of defence reservists"),
    "pension_age": Lever("months", "policies, for retirement and matching", "the state pension age of everybody", per="country"),
    "seats": Lever("seats per intake, 1/65536", "training", "seats at the institutes of a sector", per="sector"),
    "course_interest": Lever("1/65536 of the applications", "training", "applications for courses of a sector", per="sector"),
    "all_year_intake": Lever("1 = every month", "training", "months in which courses of a sector start", per="sector"),
    "sector_wage": Lever("1/65536 of the wage", "wages, for matching", "what a sector pays, stayers and new staff", per="sector"),
    "sector_newcomer_exit": Lever(
        "1/65536 of the chance", "separations", "the chance that staff of a sector leave work in the first two years of a job", per="sector"
    ),
}


class Levers:
    """The levers of one month, all at their neutral value until policies set them.

    Attributes are int64 arrays: (MAX_PROGRAMMES,) for person and country levers, (N_SECTORS,) for sector levers.
    """

    def __init__(self) -> None:
        self._values = {name: np.zeros(N_SECTORS if lever.per == "sector" else MAX_PROGRAMMES, np.int64) for name, lever in LEVERS.items()}

    def __getattr__(self, name: str) -> np.ndarray:
        values = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        raise AttributeError(f"no lever {name!r}; known: {', '.join(LEVERS)}")

    def reset(self) -> None:
        """All levers to their neutral value."""
        for array in self._values.values():
            array[:] = 0


@shared
def lever_of(programmes, lever):
    """Value of a person lever for somebody with this bit set of programmes."""
    total = np.int64(0)
    if programmes != 0:
        for bit in range(lever.size):
            if (programmes >> bit) & 1:
                total += lever[bit]
    return total
