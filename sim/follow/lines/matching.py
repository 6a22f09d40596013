"""Line 10: which openings does this person apply for, where do they fall away, and who gets the job?

The line itself is asked, for this searcher alone, under rules that give way one after the other: as they are, without the person's own
claim, without screening, without licences. What comes through only in the later rounds fell away at that step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.codes import NOBODY
from sim.follow import wording
from sim.follow.reason import Reason, factors
from sim.phases.applications import Rules
from sim.phases.matching import Matching
from sim.policies.levers import lever_of

NOBODY_IS_REFUSED = 1 << 20
"""A call-back above every draw, in 1/65536."""
ANY_WAGE = -(1 << 40)
"""A claim below every offer, in 1/65536 of the wage."""
CLAIM, SCREENING, LICENCE = "is worth less to the person than asked for", "not called back", "needs a licence that the person lacks"


@dataclass(frozen=True)
class Offer:
    """An opening on a searcher's list: row of openings, cents per hour offered, and what the job is worth to the searcher."""

    opening: int
    cents: int
    worth: int


def explain(line: Matching, row: int) -> list[Reason]:
    """See `sim.follow.lines`. What became of the applications that came through is answered by `conclude`."""
    model, people = line.model, line.model.people
    if row not in model.phase("search").searchers:
        return []
    licences = model.vacancies.needs_licence
    any_wage = line.rules._replace(reservation=np.full_like(line.rules.reservation, ANY_WAGE), reservation_second=0)
    unscreened = any_wage._replace(callback=np.full_like(line.rules.callback, NOBODY_IS_REFUSED), fall=0)
    lists, any_found = line.ask(row, line.rules, licences)
    second = bool(any_found and lists.is_second[0])
    final = _offers(line, row, line.rules, licences)
    claim, seen, found = (
        _offers(line, row, rules, needed)
        for rules, needed in ((any_wage, licences), (unscreened, licences), (unscreened, np.zeros_like(licences)))
    )
    extra = int(lever_of(people.programmes[row], model.levers.extra_applications)) / 65536
    sent = Reason(
        line.name,
        "applies",
        f"{len(found)} openings found at other employers, no licence missing for {len(seen)}, {len(claim)} called back, "
        f"{len(final)} good enough{' as a second job' if second else ''}",
        bool(final),
        because=(
            *factors(model.phase("search"), "applications_per_month"),
            replace(factors(line, "callback_rate")[0], how="less by age, spell and distance"),
        ),
        note=f"programmes {extra:+g} applications" if extra else "",
    )
    reasons = [sent]
    stages = ((final, "", "second_job" if second else "hired"), (claim, CLAIM, ""), (seen, SCREENING, ""), (found, LICENCE, ""))
    told: set[int] = set()
    for offers, answer, kind in stages:
        for offer in offers:
            if offer.opening not in told:
                told.add(offer.opening)
                reasons.append(_about(line, offer, answer, kind))
    return reasons


def _offers(line: Matching, row: int, rules: Rules, licences: np.ndarray) -> list[Offer]:
    """What comes through under `rules`, best first."""
    lists, any_found = line.ask(row, rules, licences)
    if not any_found:
        return []
    listed = lists.choice[0] != NOBODY
    columns = (column[0][listed].tolist() for column in (lists.choice, lists.offer, lists.value))
    return [Offer(*offer) for offer in zip(*columns, strict=True)]


def _about(line: Matching, offer: Offer, answer: str, kind: str) -> Reason:
    model = line.model
    e = int(model.vacancies.employer[offer.opening])
    job = f"job at {wording.employer(model, e)} for {wording.euros(offer.cents)}"
    return Reason(line.name, job, answer, False, kind, note=f"worth € {offer.worth / 100:.2f} to the person", subject=offer.opening)


def conclude(line: Matching, row: int, reasons: list[Reason]) -> list[Reason]:
    """Who was hired for the openings on the list."""
    takers = line.model.vacancies.taker
    got = next((n for n, reason in enumerate(reasons) if reason.kind and takers[reason.subject] == row), len(reasons))
    return [_answered(reason, n, got, int(takers[reason.subject])) if reason.kind else reason for n, reason in enumerate(reasons)]


def _answered(reason: Reason, place: int, got: int, taker: int) -> Reason:
    """The answer for the opening at `place` of the list, when the person got the one at `got`."""
    if place == got:
        answer = "hired"
    elif place > got:
        answer = "not needed, got a better one"
    else:
        answer = "no offer" if taker == NOBODY else f"went to person {taker}"
    return replace(reason, answer=answer, yes=place == got)
