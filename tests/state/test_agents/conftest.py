from __future__ import annotations

import pytest
from town import PlainTown, Town


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def plain_town(town: Town) -> PlainTown:
    return PlainTown(town)
