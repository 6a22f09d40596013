"""What a register of reservists is worth when a crisis calls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.pilots.spread import Repetitions, Spread, spread


@dataclass(frozen=True)
class Call:
    """What a register brought in a crisis, whole country, mean over its months.

    Attributes
    ----------
    members : people whom the pilot had on the register. hours : a week, per member. fte : full-time jobs, after productivity.
    extra_fte : full-time jobs that the crisis asks for. share : the first as a share of the second.
    """

    members: Spread
    hours: Spread
    fte: Spread
    extra_fte: Spread
    share: Spread


def call(reps: Repetitions, scale: float) -> Call:
    """What a register brought.

    Figures are for the whole country. A sample of `scale` has that share of the register's people in it, so the luck of a register that is
    simulated is larger than that of the real one, by the root of the sample; ends of single pilots are corrected for it.
    """
    many = 1 / scale
    extra = reps["extra_fte"]
    return Call(
        members=spread(reps["members"] * many, many),
        hours=spread(reps["hours"] / np.maximum(reps["members"], 1), many),
        fte=spread(reps["fte"] * many, many),
        extra_fte=spread(extra * many),
        share=spread(reps["fte"] / extra, many),
    )
