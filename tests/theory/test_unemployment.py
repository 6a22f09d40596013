"""In the laboratory unemployment settles at s / (s + f): the chance of losing a job over the sum of the chances of losing and finding one.

What is an identity here and what is not. Over the same months and people, with s and f *counted*, u = s / (s + f) up to the change of the
stock: that is bookkeeping and could not fail. So s is not counted: it is the risk that the laboratory sets (a job lost early in a month can
be replaced in the same month, so somebody looked at once a month loses it with s = risk * (1 - f)). And f is counted in the first half of
the months, unemployment in the second. The formula then fails when people leave by another door, when risks differ from what was set, when
the state still moves, or when chance does not average out.
"""

import numpy as np
import pytest
from laboratory import RISK, laboratory, observe

SETTLED, MONTHS = 24, 144
"""Months to forget, and all months; the rest is halved."""
LONG = 240
"""Months where chance must weigh little."""
SLACK, TIGHT = 0.95, 1.0
"""Jobs per person in the labour force."""
FROM_ABOVE, FROM_BELOW = 0.06, 0.002
WITHIN = 0.005
"""Relative error of unemployment allowed at a tenth of the country."""
SIZES = {0.001: 16, 0.004: 10, 0.016: 6}
"""Sample of the country, and seeds, for the order of the error."""


def predicted(finding):
    """Unemployment rate that the known risk and a measured chance of finding a job imply."""
    losing = RISK * (1 - finding)
    return losing / (losing + finding)


def error(scale, seed, unemployed=0.06, jobs=SLACK, months=MONTHS, **off):
    """Relative error of the formula in one run, and the unemployment rate of its first month and of the second half of its months."""
    middle = (SETTLED + months) // 2
    model = laboratory(scale=scale, seed=seed, unemployed=unemployed, jobs=jobs, until="2034-12", **off)
    [moves] = observe(model, months, [np.arange(len(model.people))])
    rate = moves.rate(slice(middle, months))
    return rate / predicted(moves.finding(slice(SETTLED, middle))) - 1, moves.rate(slice(0, 1)), rate


@pytest.mark.full_scale
def test_unemployment_converges_to_what_the_risks_imply_from_above_and_from_below(share_of_the_country):
    scale = 0.1 * share_of_the_country
    within = WITHIN / np.sqrt(share_of_the_country)  # at a smaller size chance weighs more, see the next test
    above = [error(scale, seed, FROM_ABOVE, TIGHT, LONG) for seed in (1, 2, 3)]
    below = [error(scale, seed, FROM_BELOW, TIGHT, LONG) for seed in (4, 5, 6)]
    for side in (above, below):
        found = np.array([off for off, _, _ in side])
        told = ", ".join(f"{start:.4f} to {rate:.4f}" for _, start, rate in side)
        print(f"1:{1 / scale:.0f}: {told}; off the formula by {100 * found} %, allowed {100 * within:.2f} %")
        assert abs(found.mean()) < within
    settled = np.mean([rate for _, _, rate in above])
    assert np.mean([start for _, start, _ in above]) > 2 * settled, "the start must be far from where it ends"
    assert np.mean([start for _, start, _ in below]) < settled / 2
    assert np.mean([rate for _, _, rate in below]) == pytest.approx(settled, rel=within)


def test_the_error_shrinks_as_one_over_the_square_root_of_the_number_of_people():
    errors = {scale: np.array([error(scale, seed)[0] for seed in range(1, seeds + 1)]) for scale, seeds in SIZES.items()}
    size = np.array([np.log(np.sqrt((found**2).mean())) for found in errors.values()])
    weight = 2.0 * np.array(list(SIZES.values()))  # one over the variance of the logarithm of a root mean square
    x = np.log(list(SIZES))
    middle = np.average(x, weights=weight)
    spread = (weight * (x - middle) ** 2).sum()
    slope, standard_error = (weight * (x - middle) * size).sum() / spread, 1 / np.sqrt(spread)
    told = ", ".join(f"1:{1 / scale:.0f} {100 * np.exp(log):.2f} %" for scale, log in zip(SIZES, size, strict=True))
    print(f"root mean square error: {told}; exponent {slope:.2f} (standard error {standard_error:.2f})")
    assert abs(slope + 0.5) < 2.5 * standard_error
    assert slope < -3 * standard_error, "the error must shrink"
    for found in errors.values():
        assert abs(found.mean()) < 3.5 * found.std(ddof=1) / np.sqrt(found.size), "what is left must be chance, not bias"


def test_the_formula_fails_when_people_leave_by_another_door():
    discouraged, _, _ = error(0.01, 1, parameters={"search": {"discouraged_per_month": 0.03, "inactive_per_month": 0.03}})
    print(f"with people who stop looking the formula is off by {100 * discouraged:+.1f} %")
    assert abs(discouraged) > 0.05
