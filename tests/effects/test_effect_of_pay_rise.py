"""What ten per cent more pay in care does to the people who work there: they compare offers, and nobody set an elasticity.

PAY03: inflow into a sector, and minus outflow from it, with respect to its relative wage: 0.5 (0.1 to 1.5), our synthesis; PAY01: nurses to
one hospital where competitors followed, 0.1 (0.0 to 0.3), within a year (Staiger, Spetz and Phibbs 2010). Others do not follow here. In the
tight market from 2024 on; in 2015-2017, when care had few vacancies, jobs were what was short, and the same rise brought 0.13 in two years.
"""

from functools import lru_cache

import numpy as np
import pytest
from country import employees, estimate

from sim.codes import NO_SECTOR, SECTOR, State
from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.model import LabourMarket
from sim.state.ledger import N_PEOPLE_SECTORS, Cause
from sim.world import World, build_world

SEEDS = (1, 2, 3, 4)
RISE = "+policies.pay_rise={start: 2024-01, rise: 0.1, competitors_follow: 0.0}"
BEFORE, LOOK, UNTIL, SCALE = 3, (12, 24, 72), "2029-12", 0.01
CARE = SECTOR["Q"]
AT_WORK = int(State.EMPLOYED) * N_PEOPLE_SECTORS + CARE
"""Place of those at work in care in the flow table."""
ELSEWHERE = np.delete(np.arange(N_PEOPLE_SECTORS), [CARE, NO_SECTOR]) + int(State.EMPLOYED) * N_PEOPLE_SECTORS
OWN_WILL = (Cause.SEPARATIONS, Cause.RETIREMENT, Cause.MATCHING)


@lru_cache(maxsize=1)
def world() -> World:
    return build_world(scale=SCALE, start="2023-10", until=UNTIL, outlook=Outlook(0.003))


def model(seed, *settings):
    fixed = [f"population.scale={SCALE}", f"until={UNTIL}", "checks=year", "threads=1", f"seed={seed}"]
    return LabourMarket(compose([*fixed, *settings]), world())


def wage(run, rows):
    """Mean hourly wage of `rows`, by hours."""
    return np.average(run.people.wage_cents[rows], weights=run.people.hours[rows])


def movements(run):
    """Into care from anywhere; out of it to other sectors; out of it altogether (but for death and emigration); all this month."""
    flows = run.ledger.books.flows
    out = sum(flows[cause, AT_WORK].sum() - flows[cause, AT_WORK, AT_WORK] for cause in OWN_WILL)
    return flows[Cause.MATCHING, :, AT_WORK].sum() - flows[Cause.MATCHING, AT_WORK, AT_WORK], flows[:, AT_WORK][:, ELSEWHERE].sum(), out


@lru_cache(maxsize=8)
def response(seed):
    """Elasticities to the relative wage: jobs by months after the rise; then, first two years, what `movements` has per head, and inflow
    per open vacancy.
    """  # fmt: skip
    runs = model(seed), model(seed, RISE)
    sums, jobs, relative, found = np.zeros((2, 5)), np.zeros(2), np.zeros(2), []
    for month in range(BEFORE + max(LOOK)):
        for r, run in enumerate(runs):
            run.step()
            in_care = employees(run) & (run.people.sector == CARE)
            jobs[r], relative[r] = in_care.sum(), wage(run, in_care) / wage(run, employees(run) & ~in_care)
            if BEFORE <= month < BEFORE + 24:
                open_now = run.phase("vacancies").open.reshape(20, 12)[CARE].sum()
                sums[r] += *movements(run), jobs[r], open_now
        rise = np.log(relative[1] / relative[0])
        if month + 1 - BEFORE in LOOK:
            found.append(np.log(jobs[1] / jobs[0]) / rise)
        if month + 1 - BEFORE == 24:
            inflow, moves, out, heads, vacancies = np.log(sums[1] / sums[0])
            rates = [(x - heads) / rise for x in (inflow, moves, out)] + [(inflow - vacancies) / rise]
    return *found, *rates


@pytest.fixture(scope="module")
def found():
    estimates = [estimate(values) for values in zip(*map(response, SEEDS), strict=True)]
    print("jobs in care: " + ", ".join(f"{months} months {x}" for months, x in zip(LOOK, estimates, strict=False)))
    print("inflow {}, moves to other sectors {}, outflow {} per head; inflow per open vacancy {}".format(*estimates[3:]))
    return estimates


def test_more_pay_brings_people_and_keeps_them(found):
    assert found[0].low > 0
    assert found[0].mean < found[1].mean < found[2].mean, "it takes years"


@pytest.mark.parametrize("years", [1, 2], ids=["two years", "six years"])
def test_the_elasticity_of_jobs_is_that_of_the_evidence(found, years):
    assert found[years].low > 0.1
    assert found[years].high < 1.5


def test_fewer_leave(found):
    moves, out = found[4], found[5]
    assert moves.high < out.mean < 0, "who compares wages are those with an offer elsewhere, not those who stop working"
    assert out.low > -1.5
    assert out.high < -0.1


@pytest.mark.xfail(
    strict=True,
    reason="+1.72 (standard error 0.04) per open vacancy, and -0.27 per head, since fewer leave and fewer posts fall vacant: whether "
    "somebody applies to a sector does not react to its wage, and whether the offer is taken reacts too strongly",
)
def test_the_elasticity_of_inflow_is_that_of_the_evidence(found):
    assert found[6].high < 1.5
    assert found[3].low > 0.1
