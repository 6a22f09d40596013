"""In work, and in a job that lasts: what both bridges from job to job count as a success."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.agents import NEVER

from sim.codes import State

if TYPE_CHECKING:
    from twin.agents import Person


def is_back_at_work(person: Person) -> bool:
    """In work, and not under notice."""
    return person.state == State.EMPLOYED and person.notice_until == NEVER


def is_under_notice(person: Person) -> bool:
    """In work, in a job that is about to end."""
    return person.state == State.EMPLOYED and person.notice_until != NEVER
