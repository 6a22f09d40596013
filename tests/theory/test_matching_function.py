"""How many are hired when there are more searchers or more openings: an elasticity that nobody wrote in.

In the laboratory the numbers of searchers and of openings are set apart from each other, and one month is lived: an experiment on the
matching line, not a regression along one curve. In the whole model national demand goes up and down, and the months are read as an
economist would. Constant returns are not imposed. Literature: 0.55 (0.4-0.7) for searchers, near 1 together (MAT01, MAT02).
"""

import numpy as np
from cycles import SEEDS, cycle
from laboratory import laboratory

LOW, HIGH = 0.4, 0.7
SCALE = 0.01
UNEMPLOYED, VACANT = (0.015, 0.025, 0.04, 0.06, 0.08, 0.12, 0.18), (0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.055, 0.07, 0.085)
RANGES = {"slack": (0.0, 0.25), "low": (0.3, 0.55), "high": (0.55, 0.9), "tight": (0.9, 10.0)}
"""Openings per searcher, new openings of the month and searchers who have just lost their job included."""

LEVELS = (0.98, 1.02, 1.06)
"""Mean national demand: about 10, 9 and 7.5 % unemployment."""


def elasticities(hires, searchers, openings):
    """Elasticities of hires with respect to searchers and openings, and their standard errors."""
    x = np.column_stack([np.ones(len(hires)), np.log(searchers), np.log(openings)])
    y = np.log(hires)
    found = np.linalg.lstsq(x, y, rcond=None)[0]
    residual = y - x @ found
    errors = np.sqrt(np.diag(np.linalg.inv(x.T @ x)) * (residual @ residual) / (len(y) - 3))
    return found[1:], errors[1:]


def one_month(unemployed, vacant, seed):
    """Hires, searchers and openings of one month of the laboratory."""
    model = laboratory(scale=SCALE, seed=seed, unemployed=unemployed, jobs=1 - unemployed + vacant, until="2015-12")
    model.step()
    return model.phase("matching").hires.sum(), model.phase("search").searchers.size, len(model.vacancies)


def test_the_matching_elasticity_emerges_in_the_laboratory_over_a_range_of_tension():
    """Without frictions the short side rules at the ends: nearly 0 when searchers abound, nearly 1 when openings do."""
    months = np.array([one_month(u, v, seed) for u in UNEMPLOYED for v in VACANT for seed in (1, 2)], float)
    tension = months[:, 2] / months[:, 1]
    found = {}
    for name, (least, most) in {**RANGES, "the range": (0.3, 0.9)}.items():
        here = (tension >= least) & (tension < most)
        found[name], errors = elasticities(*months[here].T)
        told = f"searchers {found[name][0]:.2f} ({errors[0]:.2f}), openings {found[name][1]:.2f} ({errors[1]:.2f})"
        print(f"{name:9} {least}-{most} openings per searcher, {here.sum()} months: {told}")
    for name in ("low", "high", "the range"):
        assert LOW <= found[name][0] <= HIGH, name
    order = [found[name][0] for name in RANGES]
    assert order == sorted(order), "the tighter the market, the more a searcher counts"
    assert 0.9 < found["the range"].sum() < 1.1, "returns to scale"


def test_the_matching_elasticity_of_the_whole_model_over_the_cycle():
    """At low, middle and high demand; one level alone is uncertain by 0.05 to 0.1, since searchers and openings move together."""
    found = {}
    for level in LEVELS:
        runs = [cycle(seed, level=level) for seed in SEEDS]
        found[level] = [elasticities(months["hires"], months["searchers"], months["openings"])[0] for months in runs]
        tension = np.mean([months["openings"].sum() / months["searchers"].sum() for months in runs])
        searchers, openings = np.mean(found[level], axis=0)
        print(f"demand {level}: {tension:.2f} openings per searcher: searchers {searchers:.2f}, openings {openings:.2f}")
    everything = np.array([run[0] for runs in found.values() for run in runs])
    error = everything.std(ddof=1) / np.sqrt(everything.size)
    print(f"mean {everything.mean():.2f} (standard error {error:.2f})")
    assert LOW <= everything.mean() <= HIGH
