"""Open vacancies = open before + new - filled - withdrawn: in every cell and every month, exactly, the open ones counted one by one."""

import numpy as np
import pytest
from laboratory import laboratory

from sim.codes import NOBODY
from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.model import LabourMarket
from sim.state.employers import N_MARKET_CELLS
from sim.world import build_world


def open_now(model):
    """(N_MARKET_CELLS,) recorded vacancies that nobody took, counted from the openings themselves, not from the books of the line."""
    v = model.vacancies
    is_open = (v.is_recorded == 1) & (v.taker == NOBODY)
    return np.bincount(model.cell_of_employer[v.employer[is_open]], minlength=N_MARKET_CELLS)


def in_the_laboratory():
    """Two years with little demand, then much."""
    demand = np.where(np.arange(60) < 24, 1.0, 1.05)
    demand[40:] = 0.97
    return laboratory(scale=0.005, seed=1, unemployed=0.08, jobs=0.95, until="2019-12", demand=demand)


def in_history():
    """The whole model, 2015-2019."""
    world = build_world(scale=0.005, start="2015-01", until="2019-12", outlook=Outlook(0.0))
    return LabourMarket(compose(["population.scale=0.005", "population.start=2015-01", "until=2019-12"]), world)


@pytest.mark.parametrize("place", [in_the_laboratory, in_history])
def test_the_stock_of_vacancies_is_its_flows(place):
    model = place()
    posting, matching = model.phase("vacancies"), model.phase("matching")
    before, moved = open_now(model), np.zeros(3, np.int64)
    while model.running:
        model.step()
        after = open_now(model)
        np.testing.assert_array_equal(after, before + posting.new - matching.filled - posting.withdrawn)
        moved += posting.new.sum(), matching.filled.sum(), posting.withdrawn.sum()
        before = after
    assert (moved > 0).all(), "each of the three must have happened"
