"""Line 4: does a programme end for this person, or take the person in?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.codes import month_label
from sim.follow.reason import DRAWS, Reason
from sim.numerics.rng import Stream
from sim.phases.policies import Policies
from sim.policies.programme import Programme, enrolment_draws


def explain(line: Policies, row: int) -> list[Reason]:
    """See `sim.follow.lines`. Enrolment is answered by `conclude`, since it depends on the lots of others."""
    model, reasons = line.model, []
    for programme in model.programmes:
        name = programme.policy.name
        if model.people.programmes[row] & programme.mask:
            over = bool(programme.is_over(np.array([row]))[0])
            months = f"at most {programme.policy.stays_months()} months"
            reasons.append(Reason(line.name, f"{name} ends", "", over, "ends_programme", note=months))
        elif programme.is_open and not model.people.ever_programmes[row] & programme.mask and row in programme.policy.eligible(model):
            lot = int(enrolment_draws(model.lasting_key(Stream.ENROLMENT), np.array([row]), programme.lot)[0]) / DRAWS
            reasons.append(Reason(line.name, f"a place in {name}", "", False, "joins", draw=lot, note="eligible", subject=programme.bit))
    return reasons


def conclude(line: Policies, row: int, reasons: list[Reason]) -> list[Reason]:
    """Who got the places: the lowest draws among the eligible."""
    return [_answered(line.model.programmes[reason.subject], row, reason) if reason.kind == "joins" else reason for reason in reasons]


def _answered(programme: Programme, row: int, reason: Reason) -> Reason:
    month, places = programme.model.month, programme.new
    joined = places > 0 and row in programme.cohorts[month][0]
    group = next((then for then, (_, controls) in programme.cohorts.items() if row in controls), None)
    if joined:
        answer = f"yes, one of the {places} lowest draws"
    elif group == month:
        answer = "no: drawn into the comparison group, passed over for twelve months"
    elif group is not None:
        answer = f"no: in the comparison group of {month_label(group)}"
    else:
        answer = f"no: {places} places went to lower draws" if places else "no place this month"
    return replace(reason, answer=answer, yes=joined)
