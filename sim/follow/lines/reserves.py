"""Line 12: does this reservist leave the pool, does this participant join one?"""

from __future__ import annotations

from sim.follow.reason import Reason, drawn, factors, share
from sim.numerics.rng import Stream
from sim.phases.reserves import BOTH, Reserves, leaves_pool, may_join


def explain(line: Reserves, row: int) -> list[Reason]:
    """See `sim.follow.lines`."""
    model, people = line.model, line.model.people
    if not people.commitments[row] & BOTH:
        return _recruited(line, row)
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


def _recruited(line: Reserves, row: int) -> list[Reason]:
    """Whether somebody in no pool joined a programme that recruits for one this month."""
    model, levers = line.model, line.model.levers
    joins = bool(may_join(model.people.commitments[row], model.people.state[row]))
    for pool, lever in (("care", levers.care_reserve), ("defence", levers.defence_reserve)):
        for programme in model.programmes:
            joined = programme.cohorts.get(model.month)
            if lever[programme.bit] and joined and row in joined[0]:
                return [Reason(line.name, f"joins the {pool} reserve", "", joins, "joins_reserve", note=programme.policy.name)]
    return []
