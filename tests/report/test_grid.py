"""Along the grid: sweeps found in configurations, and what lies between computed points and is no run."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from browser import IN_BROWSER, SHOWN, Opened
from fake_runs import BASELINE, FAKES, sized, write_runs

from sim.analysis.contrast import Comparison, compare
from sim.analysis.grid import CHOICE, MONTH, NUMBER, Axis, of_family
from sim.analysis.grid_response import MEASURED, Response, interval_of, responses
from sim.analysis.headline import NET
from sim.analysis.intervals import difference, paired_interval
from sim.codes import month_index
from sim.evidence.parameters import load_parameters
from sim.report.charts.grid import scale
from sim.report.dashboard import write
from sim.report.facts import Facts
from sim.report.grid_words import GridWords
from sim.report.numbers import Numbers
from sim.report.sections.grid import AlongTheGrid
from sim.report.words import words

PLACES, START, ECONOMY = "policies.job_bridge.places_per_year", "policies.job_bridge.start", "economy.name"


# --- found in the configurations --------------------------------------------------------------------------------------------------------
def found(*settings: dict[str, Any], pairs: int = 3) -> list[Any]:
    results = [SimpleNamespace(name=f"anything_{k}", pairs=(1,) * pairs) for k in range(len(settings))]
    return of_family([({"evidence": "central"} | flat, result) for flat, result in zip(settings, results, strict=True)], load_parameters())


def axes(grid: Any) -> list[tuple[str, str, tuple[Any, ...]]]:
    return [(axis.key, axis.kind, axis.values) for axis in grid.axes]


def test_a_setting_with_several_numbers_is_an_axis_from_low_to_high():
    (grid,) = found({PLACES: 20000.0}, {PLACES: 2500.0}, {PLACES: 5000.0})
    assert axes(grid) == [(PLACES, NUMBER, (2500.0, 5000.0, 20000.0))]
    assert [result.name for result in grid.points.values()] == ["anything_1", "anything_2", "anything_0"]


def test_months_are_counted_and_words_keep_their_order():
    (grid,) = found(*({START: start, ECONOMY: economy} for start in ("2026-01", "2024-01") for economy in ("high", "low", "mid")))
    assert axes(grid) == [
        (START, MONTH, (month_index("2024-01"), month_index("2026-01"))),
        (ECONOMY, CHOICE, ("low", "mid", "high")),
    ]
    assert grid.missing == []


def test_neither_a_seed_of_the_sample_nor_a_yes_is_a_quantity():
    assert axes(found({"population.seed": 0}, {"population.seed": 7})[0])[0][1] == CHOICE
    assert axes(found({"structure.x": True}, {"structure.x": False})[0])[0][1] == CHOICE


def test_what_was_not_computed_is_told():
    (grid,) = found({PLACES: 1.0, START: "2024-01"}, {PLACES: 2.0, START: "2024-01"}, {PLACES: 1.0, START: "2025-01"})
    assert grid.missing == [(1, 1)]
    assert grid.line == [(0, 0), (1, 0)]


def test_figures_that_an_economy_or_an_end_of_the_evidence_brings_along_are_no_axes():
    (grid,) = found(*({ECONOMY: name, "economy.demand_growth_per_year": growth} for name, growth in (("low", 0.0), ("mid", 0.003))))
    assert [axis.key for axis in grid.axes] == [ECONOMY]
    row = load_parameters()["policies.job_bridge.net_effect"]
    (grid,) = found(*({"evidence": end, row.path: getattr(row, end)} for end in ("low", "central", "high")))
    assert axes(grid) == [("evidence", CHOICE, ("low", "central", "high"))]
    (own,) = found(*({ECONOMY: "mid", "economy.demand_growth_per_year": growth} for growth in (0.0, 0.003)))
    assert [axis.key for axis in own.axes] == ["economy.demand_growth_per_year"]


def test_a_parameter_that_only_one_scenario_sets_has_its_central_value_in_the_others():
    path = "separations.start_business_per_month"
    (grid,) = found({f"parameters.{path}": 0.5}, {})
    assert grid.axes[0].values == (load_parameters()[path].central, 0.5)


def test_settings_that_are_no_values_part_scenarios():
    crisis = [{"start": "2027-03", "months": 4}]
    grids = found(*({"economy.crises": crises, PLACES: places} for crises in ([], crisis) for places in (1.0, 2.0)))
    assert [len(grid.points) for grid in grids] == [2, 2]
    assert found({"economy.crises": []}, {"economy.crises": crisis}) == []


def test_one_thing_at_a_time_makes_lines():
    frictions = [f"policies.job_bridge.friction_{k}" for k in range(5)]
    all_left = dict.fromkeys(frictions, 1.0)
    grids = found(all_left, *(all_left | {friction: 0.0} for friction in frictions), dict.fromkeys(frictions, 0.0))
    assert [axes(grid) for grid in grids] == [[(friction, NUMBER, (0.0, 1.0))] for friction in frictions]


def test_scenarios_that_always_differ_in_two_settings_make_no_grid():
    assert found({PLACES: 1.0, START: "2024-01"}, {PLACES: 2.0, START: "2025-01"}) == []


def test_a_slider_stands_on_every_computed_value_and_never_beyond():
    places = scale(Axis(PLACES, NUMBER, (2500.0, 5000.0, 20001.0)))
    assert places == sorted(set(places))
    assert {2500.0, 5000.0, 20001.0} <= set(places)
    assert (places[0], places[-1]) == (2500.0, 20001.0)
    assert 60 <= len(places) <= 130
    assert scale(Axis(START, MONTH, (1500, 1503))) == [1500.0, 1501.0, 1502.0, 1503.0]
    assert scale(Axis("x", NUMBER, (6, 12))) == [float(k) for k in range(6, 13)]
    assert len(scale(Axis("x", NUMBER, (0.025, 0.05)))) > 50


# --- what happens at the points -----------------------------------------------------------------------------------------------------------
BRIDGE = FAKES[1]


@pytest.fixture(scope="module")
def run_dirs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A bridge by size and start without its last corner, and jobs on two tracks in two economies, each with a baseline of its own."""
    root = tmp_path_factory.mktemp("sweep")

    def bridge(places: int, start: str, gain: float) -> Any:
        fake = sized(BRIDGE, {"Q": gain}, places_per_year=places, start=start)
        fake.cost_per_month, fake.noise = 500.0 * places, 20.0
        return fake

    points = [bridge(p, s, g) for p, s, g in ((2500, "2024-01", 9e3), (2500, "2025-01", 7e3), (5000, "2024-01", 12e3),
                                             (5000, "2025-01", 9e3), (20000, "2024-01", 16e3))]  # fmt: skip
    plain = (sized(BASELINE, {}), *points, sized(FAKES[3], {"P": 9e4}))
    low = (sized(BASELINE, {}, setting="low"), sized(FAKES[3], {"P": 2e3}, setting="low"))
    return [
        *write_runs(root / "mid", plain, seeds=3, months=14),
        *write_runs(root / "low", low, seeds=3, months=14),
    ]


@pytest.fixture(scope="module")
def comparison(run_dirs: list[Path]) -> Comparison:
    return compare(run_dirs)


@pytest.fixture(scope="module")
def bridge(comparison: Comparison) -> Response:
    return next(response for response in responses(comparison) if len(response.grid.axes) == 2)


@pytest.fixture(scope="module")
def economies(comparison: Comparison) -> Response:
    return next(response for response in responses(comparison) if response.grid.axes[0].kind == CHOICE)


def by_seed(comparison: Comparison, name: str) -> np.ndarray:
    base, rows = comparison.rows(name)
    work = comparison.frames.market_fte.sum(axis=(1, 2))
    return difference(work[rows], work[base])


def test_points_are_scenarios_against_their_own_references(comparison, bridge, economies):
    assert [result.against for result in economies.results] == ["baseline (economy = low)", "baseline"]
    assert {result.against for result in bridge.results} == {"baseline"}
    assert bridge.grid.missing == [(2, 1)]
    for outcome in MEASURED:
        for point, result in bridge.grid.points.items():
            mean = np.mean(list(bridge.differences[point][outcome].values()))
            assert mean == pytest.approx(interval_of(result, outcome).mean, rel=1e-9, abs=1e-6)


def test_correlations_give_the_interval_of_the_differences_interpolated_pair_by_pair(comparison, bridge):
    a, b = bridge.results[0], bridge.results[2]
    for share in (0.0, 0.3, 0.8):
        between = (1 - share) * by_seed(comparison, a.name) + share * by_seed(comparison, b.name)
        wanted = paired_interval(between, family=comparison.family)
        weighted = np.array([1 - share, share]) * [a.net_fte_months.half_width, b.net_fte_months.half_width]
        together = bridge.correlations(NET)[np.ix_([0, 2], [0, 2])]
        assert np.sqrt(weighted @ together @ weighted) == pytest.approx(wanted.half_width, rel=1e-9)


def test_without_the_same_pairs_at_all_points_no_correlation_is_claimed(run_dirs):
    fewer = compare([path for path in run_dirs if "20000" not in str(path) or not path.name.endswith("3")])
    response = next(response for response in responses(fewer) if len(response.grid.axes) == 2)
    assert not response.is_exact
    assert response.correlations(NET) is None
    line = response.grid.line
    assert response.contrast(NET, {line[0]: -1.0, line[-1]: 1.0}).n == 2


def test_a_contrast_is_taken_pair_by_pair(comparison, economies):
    low, mid = economies.grid.points
    wanted = paired_interval(by_seed(comparison, economies.grid.points[mid].name) - by_seed(comparison, economies.grid.points[low].name))
    contrast = economies.contrast(NET, {low: -1.0, mid: 1.0})
    assert (contrast.mean, contrast.low, contrast.high) == pytest.approx((wanted.mean, wanted.low, wanted.high), rel=1e-9)


# --- what is said -------------------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def say(comparison: Comparison) -> GridWords:
    return GridWords(words("en"), Numbers(words("en")), responses(comparison))


def test_titles_say_what_the_intervals_tell(say, bridge, economies):
    title = say.finding(bridge, NET)
    assert title.startswith("Bridge to a growth sector: 20,000 places a year instead of 2,500 changes net FTE-months by +")
    assert title.endswith("clearly less than 8 times the effect (start in January 2024)")
    assert "economy mid instead of low changes net FTE-months by +" in say.finding(economies, NET)
    assert "times" not in say.finding(economies, NET)
    assert "makes no clear difference to net FTE-months in defence" in say.finding(bridge, f"{NET}.defence")
    assert "takes the cost per net FTE-month from €" in say.finding(bridge, "price")


def test_grids_are_called_after_what_their_scenarios_share(say):
    assert sorted(say.names()) == ["Bridge to a growth sector: places a year × start", "Dual-track jobs: economy"]


def test_no_sweep_no_section():
    assert not AlongTheGrid.shown(SimpleNamespace(responses=[]))  # type: ignore[arg-type]


def test_section_is_whole_without_script(comparison):
    facts = Facts(comparison)
    assert AlongTheGrid.shown(facts)
    assert AlongTheGrid.choices(facts)["grid"] == "r0"
    assert all(isinstance(value, str) for value in AlongTheGrid.choices(facts).values())


# --- in the browser -----------------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def opened(browser: Any, run_dirs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Opened:
    page = Opened(browser, write(run_dirs, tmp_path_factory.mktemp("page") / "grid.html", "en"))
    page.page.locator(f"{SHOWN} [data-figure=grid]").scroll_into_view_if_needed()
    page.page.wait_for_selector(f"{SHOWN} [data-figure=grid] svg.main-svg", state="attached")
    page.choose("grid", option(page, "Bridge"))
    return page


def option(opened: Opened, text: str) -> str:
    return str(opened.page.locator(f"{SHOWN} [data-choice=grid] option", has_text=text).get_attribute("value"))


def press(opened: Opened, axis: int, *keys: str) -> str:
    opened.page.focus(f"{SHOWN} [data-grid]:not([hidden]) [data-slider='{axis}']")
    for key in keys:
        opened.page.keyboard.press(key)
    return opened.text("[data-grid-said]")


def traces(opened: Opened) -> list[dict[str, Any]]:
    data = "e => e.data.map(t => ({x: t.x, y: t.y, up: t.error_y?.array ?? [], down: t.error_y?.arrayminus ?? []}))"
    return list(opened.page.eval_on_selector(f"{SHOWN} [data-figure=grid]", data))


@pytest.mark.browser
class TestInTheBrowser:
    """Sliders, sentence, chart and table together."""

    pytestmark = IN_BROWSER

    def test_a_computed_point_is_said_to_be_computed(self, opened, bridge):
        press(opened, 1, "Home")
        said = press(opened, 0, "Home")
        first = bridge.results[0].net_fte_months
        assert said.startswith("2,500 places a year, start in January 2024: ")
        assert said.endswith("Computed, from 3 paired seeds.")
        assert f"{Numbers(words('en')).mean(first)} FTE-months" in said
        points = traces(opened)[4]
        assert points["x"] == [2500, 5000, 20000]
        wanted = [result.net_fte_months for point, result in bridge.grid.points.items() if point[1] == 0]
        assert points["y"] == pytest.approx([interval.mean for interval in wanted], rel=1e-5)
        assert points["up"] == pytest.approx([interval.half_width for interval in wanted], rel=1e-5)

    def test_between_points_the_mean_and_interval_are_those_of_the_interpolated_pairs(self, opened, comparison, bridge):
        press(opened, 1, "Home")
        said = press(opened, 0, "Home", "ArrowRight", "ArrowRight", "ArrowRight")
        assert said.endswith("Interpolated between the computed points 2,500 and 5,000: not a run.")
        here = traces(opened)[3]
        share = (here["x"][0] - 2500) / 2500
        assert 0 < share < 1
        a, b = (by_seed(comparison, bridge.grid.points[point].name) for point in ((0, 0), (1, 0)))
        wanted = paired_interval((1 - share) * a + share * b, family=comparison.family)
        assert here["y"][0] == pytest.approx(wanted.mean, rel=1e-4)
        assert here["up"][0] == pytest.approx(wanted.half_width, rel=2e-3)

    def test_between_four_points_it_is_bilinear(self, opened, comparison, bridge):
        press(opened, 1, "Home", *["ArrowRight"] * 6)
        said = press(opened, 0, "Home", *["ArrowRight"] * 5)
        assert said.endswith("Interpolated between 4 computed points (2,500 and 5,000; January 2024 and January 2025): not a run.")
        here = traces(opened)[3]
        u, v = (here["x"][0] - 2500) / 2500, 6 / 12
        corners = {(0, 0): (1 - u) * (1 - v), (1, 0): u * (1 - v), (0, 1): (1 - u) * v, (1, 1): u * v}
        values = sum(weight * by_seed(comparison, bridge.grid.points[point].name) for point, weight in corners.items())
        wanted = paired_interval(values, family=comparison.family)
        assert here["y"][0] == pytest.approx(wanted.mean, rel=1e-4)
        assert here["up"][0] == pytest.approx(wanted.half_width, rel=2e-3)

    def test_where_a_corner_is_missing_there_is_no_figure_and_nothing_beyond_the_ends(self, opened):
        press(opened, 1, "End")
        said = press(opened, 0, "End", "ArrowRight")
        assert said == "20,000 places a year, start in January 2025: no complete cell of computed points here, so no figure."
        _, _, line, here, points = traces(opened)
        assert here["x"] == []
        assert points["x"] == [2500, 5000]
        assert max(x for x, y in zip(line["x"], line["y"], strict=True) if y is not None) == 5000
        press(opened, 1, "Home")
        assert "Computed" in press(opened, 0, "End", "ArrowRight", "PageUp")
        assert max(traces(opened)[2]["x"]) == 20000

    def test_money_and_prices_follow_the_same_place(self, opened):
        press(opened, 1, "Home")
        press(opened, 0, "Home", "ArrowRight")
        opened.choose("grid_outcome", "price")
        assert re.search(r": €\s[\d,]+ \(95\s% interval €\s[\d,]+ to €\s[\d,]+\)\. Interpolated", opened.text("[data-grid-said]"))
        opened.choose("grid_outcome", "programme_eur")
        assert "million €" in opened.text("[data-grid-said]")
        opened.choose("grid_outcome", NET)

    def test_words_are_chosen_and_not_interpolated(self, opened):
        opened.choose("grid", option(opened, "economy"))
        assert opened.page.locator(f"{SHOWN} [data-grid]:not([hidden]) [data-slider]").count() == 0
        opened.page.select_option(f"{SHOWN} [data-grid]:not([hidden]) select", "low")
        assert opened.text("[data-grid-said]").startswith("Economy low: ")
        assert opened.text("[data-grid-said]").endswith("Computed, from 3 paired seeds.")
        assert traces(opened)[2]["x"] == []
        assert traces(opened)[4]["x"] == ["low", "mid"]
        opened.choose("grid", option(opened, "Bridge"))

    def test_table_and_file_hold_computed_points_only(self, opened, tmp_path):
        opened.page.click(f"{SHOWN} details:has([data-grid-table]) summary")
        with opened.page.expect_download() as download:
            opened.page.click(f"{SHOWN} [data-csv=along-the-grid]")
        download.value.save_as(tmp_path / "grid.csv")
        head, *rows = (tmp_path / "grid.csv").read_text(encoding="utf-8-sig").splitlines()
        assert head == '"Places a year","Start","Net FTE-months (FTE-months)","95 % from","95 % to","Paired seeds"'
        assert [row.split(",")[0] for row in rows] == ["2500", "2500", "5000", "5000", "20000"]
        assert [row.split(",")[1] for row in rows] == ['"2024-01"', '"2025-01"', '"2024-01"', '"2025-01"', '"2024-01"']
        assert all(float(low) < float(mean) < float(high) for _, _, mean, low, high, _ in (row.split(",") for row in rows))

    def test_dutch_says_the_same_and_nothing_complains(self, opened):
        press(opened, 1, "Home")
        press(opened, 0, "Home", "ArrowRight")
        opened.page.click(f"{SHOWN} [data-language=nl]")
        assert opened.text("[data-grid-said]").endswith("Geïnterpoleerd tussen de berekende punten 2.500 en 5.000: geen run.")
        assert opened.page.get_attribute(f"{SHOWN} [data-grid]:not([hidden]) [data-slider='1']", "aria-valuetext") == "januari 2024"
        opened.page.click(f"{SHOWN} [data-language=en]")
        assert opened.complaints == []
