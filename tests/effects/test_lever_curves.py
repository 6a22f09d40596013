"""The stored curves are those of the model of today: two points are measured again with other luck, all of them with -m full_scale."""

from functools import lru_cache

import numpy as np
import pytest

from sim.calibration.policies import solve
from sim.calibration.policies.pilot import Pilot, measure
from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.evidence.curves import load_curves
from sim.numerics.jit import use_threads
from sim.world import build_world

OTHER_LUCK = 1001
SMALL = {"scale": 0.04, "seeds": 3, "which": slice(1, None, 2)}
WHOLE = {"scale": solve.SCALE, "seeds": solve.SEEDS, "which": slice(None)}


@lru_cache(maxsize=1)
def world(scale, until):
    return build_world(scale=scale, start=solve.WORLD, until=until, outlook=Outlook(0.0))


def again(name, scale, seeds, which):
    """Points of the stored curve and the same measured now."""
    stored = load_curves()[name]
    pilot = Pilot(name, stored.notes["places_per_year"], solve.START, solve.END)
    config = compose([f"population.scale={scale}", f"population.start={solve.WORLD}", f"until={pilot.until}", "checks=off", "threads=1"])
    here = world(scale, pilot.until)
    use_threads(1, here.n_present)
    points = stored.points[which]
    strengths = [point.strength for point in points]
    sums = np.array([measure(config, here, pilot, strengths, OTHER_LUCK + n) for n in range(seeds)])
    return points, solve.effects(sums)


@pytest.mark.full_scale
@pytest.mark.parametrize("name", sorted(load_curves()))
def test_a_curve_measured_again_is_the_stored_one(name, share_of_the_country):
    points, now = again(name, **(WHOLE if share_of_the_country == 1 else SMALL))
    for point, new in zip(points, now, strict=True):
        error = np.hypot(point.standard_error, new["standard_error"])
        print(f"{name} strength {point.strength:g}: stored {point.effect:.4f}, now {new['effect']:.4f} (both {error:.4f})")
        assert abs(new["effect"] - point.effect) < 3 * error, f"the levers work otherwise now: sim calibrate --policies {name} --save"
    assert 2 * error < point.effect, "sharp enough to tell the strongest of them from nothing"


@pytest.mark.parametrize("name", sorted(load_curves()))
def test_the_strongest_point_is_told_apart_from_nothing_and_from_the_weakest(name):
    weakest, *_, strongest = load_curves()[name].points
    assert strongest.effect > 3 * strongest.standard_error
    assert strongest.effect - weakest.effect > 2 * np.hypot(strongest.standard_error, weakest.standard_error)
