"""Line 12: does this reservist leave the pool?"""

from __future__ import annotations

from sim.follow.reason import Reason, drawn, factors, share
from sim.numerics.rng import Stream
from sim.phases.reserves import BOTH, Reserves, leaves_pool


def explain(line: Reserves, row: int) -> list[Reason]:
    """See `sim.follow.lines`."""
    model, people = line.model, line.model.people
    if not people.commitments[row] & BOTH:
        return []
    k = model.key(Stream.ATTRITION)
    leaves = bool(leaves_pool(k, row, line.attrition, people.state))
    return [
        Reason(
            line.name,
            "leaves the reserve",
            "",
            leaves,
            "leaves_reserve",
            high=share(line.attrition),
            draw=drawn(k, row)[1],
            because=factors(line, "attrition_per_year"),
            note="a year, / 12",
        )
    ]
