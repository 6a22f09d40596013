"""What a survey among participants would have heard, from what they did: a measurement model, since nobody in the model answers a survey.

Of those who say that they want to stay longer a share `attribution` says so because of the programme, and of these a share `realisation`
stays at least six months longer (RET19, RET21). So

    heard = share of participants who stay six months longer than without / (attribution * realisation), at most everybody

Source: parameters ``pilots.*``. Both are assumptions with wide ranges, and the figure shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.evidence.parameters import Values, load_parameters
from sim.pilots.spread import Repetitions, Spread, spread


@dataclass(frozen=True)
class Wish:
    """What a survey would have heard: participants who stay six months longer, over those who do as they say and say so for that reason.

    Attributes
    ----------
    longer, shorter : share of participants who stay at least six months longer, and shorter, than without the programme.
    heard : the share that a survey would have heard. cautious, hopeful : its mean with both parameters at the high and the low end.
    """

    longer: Spread
    shorter: Spread
    heard: Spread
    cautious: float
    hopeful: float


def heard(reps: Repetitions, given: Mapping[str, float] | None) -> np.ndarray:
    """(seeds, lots) the share that a survey would have heard; `given`: parameters ``pilots.*`` off their central value."""
    p = Values("pilots", given)
    return heard_with(reps, p.realisation * p.attribution)


def heard_with(reps: Repetitions, share: float) -> np.ndarray:
    """(seeds, lots) the same when this `share` of the wishes is both due to the programme and comes true."""
    return np.minimum(reps["longer"] / reps["participants"] / share, 1.0)


def wish(reps: Repetitions, given: Mapping[str, float] | None) -> Wish:
    """What a survey would have heard, and how far that hangs on the measurement model."""
    rows = load_parameters()
    realisation, attribution = rows["pilots.realisation"], rows["pilots.attribution"]
    return Wish(
        longer=spread(reps["longer"] / reps["participants"]),
        shorter=spread(reps["shorter"] / reps["participants"]),
        heard=spread(heard(reps, given)),
        cautious=float(heard_with(reps, realisation.high * attribution.high).mean()),
        hopeful=float(heard_with(reps, realisation.low * attribution.low).mean()),
    )
