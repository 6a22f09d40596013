from __future__ import annotations

import pytest

from sim.config.outlook import Outlook
from sim.world import World, build_world


@pytest.fixture(scope="session")
def world_2023() -> World:
    return build_world(scale=0.01, start="2023-10", until="2026-12", outlook=Outlook(0.003))


@pytest.fixture(scope="session")
def world_2015() -> World:
    return build_world(scale=0.01, start="2015-01", until="2017-12", outlook=Outlook(0.003))


@pytest.fixture(scope="session", params=["2023-10", "2015-01"])
def world(request: pytest.FixtureRequest, world_2023: World, world_2015: World) -> World:
    return world_2023 if request.param == "2023-10" else world_2015
