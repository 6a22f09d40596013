"""The distribution of an uncertain row of the evidence table."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.evidence import pert
from sim.evidence.parameters import Parameter, load_parameters

SHARES = np.linspace(0.001, 0.999, 41)


def row(low: float, central: float, high: float) -> Parameter:
    return Parameter("matching.example", "an example", central, low, high, "share", "expert", "all", "none", "assumption")


@pytest.mark.parametrize(("low", "mode", "high"), [(0.0, 0.5, 1.0), (0.0, 0.05, 0.15), (-2.0, 2.0, 9.0), (0.1, 0.1, 0.4), (0.0, 1.0, 1.0)])
def test_quantiles_are_those_of_the_beta_distribution_with_shape_4(low: float, mode: float, high: float) -> None:
    width = high - low
    beta = stats.beta(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, loc=low, scale=width)
    np.testing.assert_allclose(pert.quantile(row(low, mode, high), SHARES), beta.ppf(SHARES), rtol=1e-9, atol=1e-9 * width)
    assert pert.mean(row(low, mode, high)) == pytest.approx(beta.mean()) == pytest.approx((low + 4 * mode + high) / 6)


def test_the_ends_are_the_range_and_a_row_without_range_is_its_central_value() -> None:
    assert pert.quantile(row(-2.0, 2.0, 9.0), [0, 1]).tolist() == [-2.0, 9.0]
    assert pert.quantile(row(58.0, 58.0, 58.0), SHARES).tolist() == [58.0] * SHARES.size


def test_every_row_of_the_table_stays_in_its_range_and_rises() -> None:
    for parameter in load_parameters().values():
        values = pert.quantile(parameter, SHARES)
        assert parameter.low <= values.min(), parameter.path
        assert values.max() <= parameter.high, parameter.path
        assert (np.diff(values) >= 0).all(), parameter.path


def test_a_share_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        pert.quantile(row(0.0, 0.5, 1.0), 1.2)
