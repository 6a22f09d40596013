"""Line 7: does this person finish school, get a diploma, drop out, ask for a place, give up waiting, get a seat?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.codes import NOBODY, State
from sim.follow import wording
from sim.follow.reason import Factor, Reason, drawn, factors, share
from sim.numerics.rng import Stream, draw_sub32
from sim.phases.training import (
    APPLIES,
    DROPS_OUT,
    GETS_DIPLOMA,
    GIVES_UP,
    GRADUATES,
    USUAL,
    WAITS,
    Training,
    applicant_class,
    institute_asked,
    learning_fate,
    learning_question,
)
from sim.policies.levers import lever_of


def explain(line: Training, row: int) -> list[Reason]:
    """See `sim.follow.lines`."""
    people = line.model.people
    if people.state[row] >= State.RETIRED:
        return []
    asked, chance = _question(line, row)
    u, draw = drawn(line.model.key(Stream.TRAINING), row)
    yes = int(learning_fate(asked, chance, u)) == asked
    high = share(chance)
    if asked == GRADUATES:
        return [Reason(line.name, "finishes school", "yes: the month was set from the start", True, "graduates")]
    if asked == GETS_DIPLOMA:
        return [Reason(line.name, "finishes the course", "yes", True, "diploma")]
    if asked == DROPS_OUT:
        note = f"institute {people.institute[row]}"
        return [Reason(line.name, "drops out of the course", "", yes, "drops_out", high=high, draw=draw, note=note)]
    if asked == GIVES_UP:
        waits = (Factor("training.patience_months", line.parameters.patience_months, "1 / months"),)
        gives_up = Reason(line.name, "gives up waiting for a place", "", yes, "gives_up", high=high, draw=draw, because=waits)
        return [gives_up] if yes else [gives_up, *_seat(line, row)]
    if asked == APPLIES:
        older = applicant_class(line.model.month - int(people.birth_month[row])) == 1
        why = factors(line, "applications_per_month", "older_relative_applications" if older else None)
        changed = chance != line.applies[int(older), people.province[row], USUAL]
        note = "changed by a policy" if changed else ""
        asks = Reason(line.name, "asks for a place on a course", "no", yes, high=high, draw=draw, because=why, note=note)
        return [_application(line, row, asks)]
    return []


def _question(line: Training, row: int) -> tuple[int, np.uint32]:
    """What is asked, and the threshold of yes."""
    people = line.model.people
    asked, chance = learning_question(
        line.model.month,
        row,
        people.state,
        people.birth_month,
        people.province,
        people.programmes,
        people.graduation_month,
        people.institute,
        people.training_until,
        people.is_searching,
        line.model.institutes.dropout_per_month,
        line.applies,
        line.gives_up,
        line.model.levers.course_applications,
    )
    return int(asked), chance


def _application(line: Training, row: int, reason: Reason) -> Reason:
    """The answer of somebody who is asked whether to apply."""
    if not reason.yes:
        return reason
    model, people = line.model, line.model.people
    school = int(
        institute_asked(
            model.key(Stream.TRAINING),
            model.month,
            row,
            people.birth_month,
            people.province,
            people.qualifications,
            model.institutes.sector,
            line.applies,
            line.seats_cdf,
            line.interest_cdf,
            line.row_of,
        )
    )
    if school == NOBODY:
        return replace(reason, answer="yes, but holds what the institute teaches")
    where = f"institute {school} ({wording.place(model.institutes, school)})"
    return replace(reason, answer=f"yes, at {where}", kind="queues")


def _seat(line: Training, row: int) -> list[Reason]:
    """Whether somebody on the waiting list gets a seat: the institute's own queue of this month, in order of lot."""
    model, people = line.model, line.model.people
    listed = np.flatnonzero((people.institute == people.institute[row]) & (people.state < State.RETIRED))
    k = model.key(Stream.TRAINING)
    fates = [int(learning_fate(*_question(line, other), drawn(k, other)[0])) for other in listed.tolist()]
    waiting = listed[np.array(fates) == WAITS]
    queue, place, seats = line.queues(waiting.astype(np.int32))
    school = people.institute[row]
    reasons = []
    if (queue == row).any():
        place_of_row, offered = int(place[queue == row][0]), int(seats[school])
        gets = place_of_row < offered
        note = f"{offered} seats at institute {school}, place {place_of_row + 1} of {queue.size} by lot"
        lot = drawn(model.key(Stream.INTAKE), row)[1]
        reasons = [Reason(line.name, "gets a seat on the course", "", gets, "admitted", draw=lot, note=note)]
        if gets:
            return reasons
    starts = int(lever_of(people.programmes[row], model.levers.course_start))
    if starts > 0:
        draw = int(draw_sub32(model.key(Stream.INTAKE), row, 1) >> 16) / 65536
        yes = draw < starts / 65536
        reasons.append(Reason(line.name, "starts on a bought place", "", yes, "admitted", high=starts / 65536, draw=draw))
    return reasons
