"""Who took part in a pilot, and what became of them, of the same people without it, and of a comparison group by lot."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.codes import State
from sim.pilots.design import FOLLOW_UP_MONTHS

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.programme import Programme

EMPLOYED, RETIRED = int(State.EMPLOYED), int(State.RETIRED)
LONGER_MONTHS = 6
"""Extra months that count as "stayed longer": the definition of RET19, which asks how many wishes come true."""


class Fate(NamedTuple):
    """What became of a group of people.

    Attributes
    ----------
    success : (people,) bool, the outcome of the programme after twelve months; False until then. at_work : (people,) months with work.
    hours : (people,) contract hours per week in main and second job, summed over months. stayed : (people,) months until they retired
        or left, or until the end of the run.
    """

    success: np.ndarray
    at_work: np.ndarray
    hours: np.ndarray
    stayed: np.ndarray


def nothing_yet(people: int) -> Fate:
    """The fate of so many people before the first month."""
    return Fate(np.zeros(people, bool), *(np.zeros(people, np.int64) for _ in range(3)))


class Group:
    """The same rows watched in one model from month to month."""

    def __init__(self, model: LabourMarket, rows: np.ndarray) -> None:
        self.model, self.rows = model, rows
        self.is_here = np.ones(rows.size, bool)
        self.fate = nothing_yet(rows.size)

    def look(self) -> None:
        """Count the month that has just been closed."""
        people = self.model.people
        state = people.state[self.rows]
        self.is_here &= state < RETIRED
        self.fate.at_work[:] += state == EMPLOYED
        self.fate.hours[:] += np.where(state == EMPLOYED, people.hours[self.rows], 0)
        self.fate.hours[:] += people.second_hours[self.rows]
        self.fate.stayed[:] += self.is_here


class Cohort:
    """Participants of one month, the same people without the programme, and their comparison group."""

    def __init__(self, month: int, programme: Programme, without: LabourMarket) -> None:
        chosen, controls = programme.cohorts[month]
        self.month, self.policy = month, programme.policy
        self.with_it = Group(programme.model, chosen)
        self.without_it = Group(without, chosen)
        self.control = Group(programme.model, controls)
        self.groups = (self.with_it, self.without_it, self.control)

    def look(self, month: int) -> None:
        """Count a month; in the twelfth, ask for the outcome."""
        for group in self.groups:
            group.look()
            if month - self.month == FOLLOW_UP_MONTHS - 1:
                group.fate.success[:] = self.policy.gross_success(group.model, group.rows)


class Followed:
    """One programme of one run, followed.

    Parameters
    ----------
    programme : in its run. without : the run of the same seed that has none, a month at a time beside it.
    counts_eligible : whether to count who could have taken part.
    """

    def __init__(self, programme: Programme, without: LabourMarket, *, counts_eligible: bool) -> None:
        self.programme, self.without = programme, without
        self.cohorts: list[Cohort] = []
        self.eligible = np.zeros(len(without.people) if counts_eligible else 0, bool)

    def look(self) -> None:
        """Look at both runs after a month."""
        programme, month = self.programme, self.programme.model.month
        if month in programme.cohorts:
            self.cohorts.append(Cohort(month, programme, self.without))
            if self.eligible.size:
                self.eligible[programme.policy.eligible(self.without)] = True
        for cohort in self.cohorts:
            cohort.look(month)

    def fates(self) -> tuple[Fate, Fate, Fate]:
        """Participants, the same people without the programme, comparison group; everybody who joined, in order of joining."""
        if not self.cohorts:
            return nothing_yet(0), nothing_yet(0), nothing_yet(0)
        with_it, without_it, control = (
            Fate(*(np.concatenate(parts) for parts in zip(*(cohort.groups[n].fate for cohort in self.cohorts), strict=True)))
            for n in range(3)
        )
        return with_it, without_it, control
