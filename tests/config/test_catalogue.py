"""`sim list` and `sim explain`."""

from __future__ import annotations

import pytest

from sim.config import catalogue
from sim.config.errors import UserError


def test_every_setting_has_a_meaning() -> None:
    for path in catalogue.settings(catalogue.SimConfig):
        text = catalogue.explain_setting(path)
        assert len(text.splitlines()) >= 2, path
        assert "None" not in text.splitlines()[1], path


def test_setting_tells_meaning_and_default() -> None:
    text = catalogue.explanation("population.scale")
    assert "Share of the people" in text
    assert "default: 0.01" in text


def test_parameter_tells_unit_range_grade_and_source() -> None:
    text = catalogue.explanation("matching.callback_rate")
    for part in ("range", "evidence:", "source:"):
        assert part in text


def test_policy_tells_its_parameters(small_policies) -> None:
    text = catalogue.explanation("meetings")
    assert "policies.meetings.share = 0.1  Share of the staff that takes part." in text


def test_scenario_tells_its_question() -> None:
    assert "Where do shortages go" in catalogue.explanation("baseline")


def test_unknown_name_gets_the_nearest(small_policies) -> None:
    with pytest.raises(UserError, match=r"Did you mean 'population\.scale'"):
        catalogue.explanation("population.scal")
