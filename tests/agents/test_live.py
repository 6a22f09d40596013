"""The live page without a browser: Mesa's own SolaraViz, drawn and clicked through on the real model."""

import inspect

import pytest

solara = pytest.importorskip("solara", reason="NOT TESTED: the live page needs the extra viz: uv run --extra viz pytest tests/agents")

import ipyvuetify as v  # noqa: E402
import ipywidgets  # noqa: E402

from sim.agents import live  # noqa: E402
from sim.agents.workbench import HEADLINES, Workbench  # noqa: E402


@pytest.fixture
def made(monkeypatch):
    """Every model that the page makes, in order."""
    models = []
    make = Workbench.__init__

    def watched(self, **settings):
        make(self, **settings)
        models.append(self)

    watched.__signature__ = inspect.signature(make)  # SolaraViz looks at it
    monkeypatch.setattr(Workbench, "__init__", watched)
    return models


@pytest.fixture
def page(made):
    @solara.component
    def Everything():
        with solara.AppLayout():
            live.Page(scale=0.001, until="2023-12", rng=2)

    _, context = solara.render(Everything(), handle_error=False)
    yield context
    context.close()


def button(page, label):
    return page.find(v.Btn, children=[label]).widget


def pictures(page):
    return [bytes(image.value) for image in page.find(ipywidgets.Image).widgets]


def test_the_page_shows_the_scenario_and_a_picture_of_every_chart(page, made):
    assert len(made) == 1
    assert len(pictures(page)) == len(live.CHARTS) == len(set(pictures(page)))
    assert all(picture.startswith(b"\x89PNG") and len(picture) > 5_000 for picture in pictures(page))
    assert {column for _, columns in live.CHARTS for column in columns} <= set(HEADLINES)


def test_stepping_to_the_end_draws_new_months_and_then_stops(page, made):
    [model] = made
    before = pictures(page)
    for month in (1, 2, 3):
        assert not button(page, "Step").disabled
        button(page, "Step").click()
        assert model.time == month
    assert all(new != old for new, old in zip(pictures(page), before, strict=True))
    assert not model.running
    assert button(page, "Step").disabled


def test_reset_makes_a_model_with_the_settings_of_the_page(page, made):
    page.find(v.Select, label="Scenario").widget.v_model = "senior_networks"
    page.find(v.Select, label="Last month").widget.v_model = "2024-12"
    page.find(v.Slider, label="Seed").widget.v_model = 7
    more = page.find(v.TextField).widget
    more.v_model = "policies.senior_networks.places_per_year=1234 economy=high"
    more.fire_event("focusout", None)  # the cursor leaves the field
    button(page, "Reset").click()
    first, second = made
    assert (first.config.scenario.name, first.config.until, first.config.seed) == ("job_bridge", "2023-12", 2)
    assert (second.config.scenario.name, second.config.until, second.config.seed) == ("senior_networks", "2024-12", 7)
    assert second.config.policies["senior_networks"]["places_per_year"] == 1234
    assert second.config.economy.name == "high"
    assert second.config.population.scale == 0.001
    button(page, "Step").click()
    assert (first.time, second.time) == (0, 1)
