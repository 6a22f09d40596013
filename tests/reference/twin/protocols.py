"""Who gets which job, once everybody has applied: three protocols, as in the textbooks.

An applicant lists openings, best first; an employer ranks the applications for an opening by points, and no two have the same.

`deferred_acceptance` is written as Gale and Shapley (1962) tell it, in rounds: all who are free propose at once. The model lets one
applicant after another propose and follows whoever is displaced (McVitie and Wilson 1971). With strict rankings the applicants' best
stable match is unique, so the two have to agree: that they do is evidence, which a copy would not be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from twin.luck import draw64

from sim.numerics.rng import Key

if TYPE_CHECKING:
    from twin.agents import Opening, Person


class Application(NamedTuple):
    """``offer`` : cents per hour. ``worth`` : what the job is worth to the person, in cents. ``points`` : how the employer ranks it."""

    person: Person
    opening: Opening
    offer: int
    worth: int
    points: int


Lists = dict["Person", list[Application]]
"""What everybody applied for, best first."""


def deferred_acceptance(lists: Lists, key: Key) -> list[Application]:
    """The stable match. Nobody and no employer would rather have each other than what they got."""
    *_, held = proposal_rounds(lists)
    return held


def proposal_rounds(lists: Lists) -> list[list[Application]]:
    """Applications held by employers before the first round, after it, after the second ..., to the end.

    In a round everybody who is not held proposes to the next opening on the list; every employer then holds the best it has, and the others
    are free again.
    """
    to_come = {person: list(applications) for person, applications in lists.items()}
    held: dict[Opening, Application] = {}
    rounds: list[list[Application]] = [[]]
    while True:
        are_held = {application.person for application in held.values()}
        proposals = [left.pop(0) for person, left in to_come.items() if left and person not in are_held]
        if not proposals:
            return rounds
        for proposal in proposals:
            rival = held.get(proposal.opening)
            if rival is None or proposal.points > rival.points:
                held[proposal.opening] = proposal
        rounds.append(list(held.values()))


def urn_ball(lists: Lists, key: Key) -> list[Application]:
    """Every employer makes one offer, to its best applicant; everybody takes the best offer they get. Nobody asks again this month."""
    offers: dict[Opening, Application] = {}
    for applications in lists.values():
        for application in applications:
            rival = offers.get(application.opening)
            if rival is None or application.points > rival.points:
                offers[application.opening] = application
    best_offers = [[application for application in mine if offers[application.opening] is application][:1] for mine in lists.values()]
    return [application for best in best_offers for application in best]


def random_pairing(lists: Lists, key: Key) -> list[Application]:
    """First come, first served: in order of lot, everybody takes the first opening on the list that is still free."""
    matched: dict[Opening, Application] = {}
    for person in sorted(lists, key=lambda one: draw64(key, one.number)):
        free = [application for application in lists[person] if application.opening not in matched]
        if free:
            matched[free[0].opening] = free[0]
    return list(matched.values())


PROTOCOLS: dict[str, Callable[[Lists, Key], list[Application]]] = {
    "deferred_acceptance": deferred_acceptance,
    "urn_ball": urn_ball,
    "random_pairing": random_pairing,
}
"""By the names of ``structure.matching``."""
