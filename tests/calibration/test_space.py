"""Parameters as points of the unit cube."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calibration.space import Dimension, fitted_space
from sim.config.errors import UserError
from sim.evidence.parameters import prior_parameters


def test_every_uncalibrated_parameter_is_fitted_and_nothing_else() -> None:
    free = sorted(p.path for p in prior_parameters().values() if p.status == "uncalibrated")
    assert len(free) > 40
    assert list(fitted_space().paths) == free


def test_values_and_places_are_each_others_inverse() -> None:
    space = fitted_space()
    places = np.random.default_rng(1).random(len(space))
    assert np.allclose(space.unit(space.values(places)), places, atol=1e-9)
    central = {path: prior_parameters()[path].central for path in space.paths}
    assert space.values(space.prior) == pytest.approx(central)


@pytest.mark.parametrize(
    ("dimension", "middle"),
    [
        (Dimension("a", "ratio", 1.0, 0.5, 2.0), 1.0),
        (Dimension("a", "share", 0.5, 0.1, 0.9), 0.5),
        (Dimension("a", "share", 0.1, 0.0, 0.4), 0.2),
        (Dimension("a", "share", 0.9, 0.8, 1.0), 0.9),
    ],
)
def test_scales(dimension: Dimension, middle: float) -> None:
    assert dimension.from_unit(0.5) == pytest.approx(middle)
    assert [dimension.from_unit(u) for u in (-0.1, 0.0, 1.0, 1.1)] == [dimension.low, dimension.low, dimension.high, dimension.high]


def test_rounding_stays_in_the_range() -> None:
    dimension = Dimension("a", "ratio", 0.6, 0.33333333, 0.66666666)
    assert dimension.rounded(0.66666666) == 0.66666666
    assert dimension.rounded(0.512345) == 0.5123


def test_only_some() -> None:
    assert set(fitted_space("search.pull_*").paths) == {path for path in fitted_space().paths if path.startswith("search.pull_")}
    assert {path.split(".")[0] for path in fitted_space("search.*, hours.*").paths} == {"search", "hours"}
    with pytest.raises(UserError, match=r"groups: .*search"):
        fitted_space("serch.*")
