"""Line 13: does this person's second job end?"""

from __future__ import annotations

from sim.codes import NOBODY
from sim.follow.reason import Reason, drawn, factors, share
from sim.numerics.rng import Stream
from sim.phases.hours import Hours, second_job_ends


def explain(line: Hours, row: int) -> list[Reason]:
    """See `sim.follow.lines`."""
    model = line.model
    if model.people.second_employer[row] == NOBODY:
        return []
    k = model.key(Stream.HOURS)
    ends = bool(second_job_ends(k, row, line.ends))
    return [
        Reason(
            line.name,
            "the second job ends",
            "",
            ends,
            "second_job_ends",
            high=share(line.ends),
            draw=drawn(k, row)[1],
            because=factors(line, "second_job_end_per_month"),
        )
    ]
