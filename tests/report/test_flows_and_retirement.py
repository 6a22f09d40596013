"""The sections on moves of people and on ages at retirement: what they say, in both languages, and without the files they need."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser import IN_BROWSER, SHOWN, Opened
from fake_runs import BASELINE, FAKES, HOSTILE, write_runs

from sim.analysis.contrast import Comparison, compare, load
from sim.analysis.flows import PLACES, VIEWS
from sim.report import assets, document
from sim.report.charts.retirement import pension_age
from sim.report.dashboard import render
from sim.report.facts import Facts
from sim.report.page import Page
from sim.report.sections.flows import MovesOfPeople
from sim.report.sections.retirement import AgeAtRetirement


def browser_only(test: Any) -> Any:
    for mark in IN_BROWSER:
        test = mark(test)
    return test


def page(comparison: Comparison, language: str = "en") -> Page:
    return Page(language, Facts(comparison), document.environment())


def payload(html: str) -> Any:
    packed = re.search(r'id="payload">([^<]*)<', html)
    assert packed
    return json.loads(assets.unpack(packed[1]))


@pytest.fixture(scope="module")
def delayed(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """A baseline and a scenario that has some people retire after the state pension age instead of before it."""
    return compare(write_runs(tmp_path_factory.mktemp("delayed"), (BASELINE, FAKES[2]), seeds=4, months=13))


def test_the_title_names_the_link_that_changes_most_or_says_that_none_clearly_does(comparison: Comparison) -> None:
    titles = MovesOfPeople(page(comparison)).texts()["flows"]
    facts = Facts(comparison)
    clear, unclear = titles[facts.ids["job_bridge"]], titles[facts.ids["hiring_subsidy"]]
    assert re.match(r"Bridge .* clearly changes \d+ of \d+ links .*; most of all unemployed → care: \+\d", clear["crucial"])
    assert "clearly changes none of" in unclear["out"]
    dutch = MovesOfPeople(page(comparison, "nl")).texts()["flows"][facts.ids["job_bridge"]]["crucial"]
    assert "het meest werkloos → zorg: +" in dutch


def test_links_have_ends_widths_and_colours_and_the_table_says_the_same(comparison: Comparison) -> None:
    facts = Facts(comparison)
    data, section = MovesOfPeople.data(facts), MovesOfPeople(page(comparison))
    sid = facts.ids["job_bridge"]
    colours = set()
    for view in VIEWS:
        ends, numbers = data["flow_links"][view], data["flows"][sid]
        n = len(ends["source"])
        assert n > 5
        assert {len(numbers[name][view]) for name in ("own", "reference", "mean", "low", "high", "clear", "colour")} == {n}
        assert len(ends["target"]) == len(section.chart_words()["flow_names"][view]) == n
        assert all(0 <= start < len(PLACES) <= end < 2 * len(PLACES) for start, end in zip(ends["source"], ends["target"], strict=True))
        assert all(start + len(PLACES) != end for start, end in zip(ends["source"], ends["target"], strict=True)), (
            "nobody moves to where he is"
        )
        for clear, mean, colour in zip(numbers["clear"][view], numbers["mean"][view], numbers["colour"][view], strict=True):
            assert colour == f"var(--{('accent-50' if mean > 0 else 'loss-50') if clear else 'baseline-90'})"
            colours.add(colour)
    assert len(colours) >= 2
    rows = section.context()["table"]["rows"]
    assert [row["cells"][2]["value"] for row in rows] == pytest.approx(data["flows"][facts.first_id]["mean"]["all"], abs=0.5)


def test_bars_are_the_clear_changes_by_size_or_when_there_are_none_the_largest_faded(comparison: Comparison) -> None:
    facts = Facts(comparison)
    bars, links = MovesOfPeople.data(facts)["flow_bars"], MovesOfPeople(page(comparison)).chart_words()["flow_changes"]
    for sid, by_view in bars.items():
        for view, chart in by_view.items():
            sizes = [abs(mean) for mean in chart["mean"]]
            if chart["opacity"][0] == 1.0:
                assert all(one >= 0.9 * other for one, other in pairwise(sizes)), "but for rounding"
            assert len(set(chart["opacity"])) == 1
            assert len(links[sid][view]) == len(sizes)
    assert set(bars[facts.ids["job_bridge"]]["crucial"]["opacity"]) == {1.0}
    assert set(bars[facts.ids["hiring_subsidy"]]["out"]["opacity"]) != {1.0}


def test_the_title_tells_the_mean_age_who_goes_late_and_the_difference(delayed: Comparison) -> None:
    title = AgeAtRetirement(page(delayed)).context()["title"]
    assert re.match(r"With Network meetings 58\+ people retire at 66\.5 on average, ", title)
    assert re.search(
        r"; \d\d\N{NO-BREAK SPACE}% do so after the month of their state pension age, 1\.\d percentage points more \(1\.\d to 1\.\d\)",
        title,
    )
    assert "procentpunt meer" in AgeAtRetirement(page(delayed, "nl")).context()["title"]


def test_the_chart_has_a_step_for_every_age_and_marks_the_pension_age_of_the_runs(delayed: Comparison) -> None:
    data = AgeAtRetirement.data(Facts(delayed))
    steps = data["retirement"]["s1"]["last"]
    assert len(data["retirement_ages"]) == len(steps["median"]) == len(data["retirement_change"]["s1"]["last"]["mean"]) + 1
    assert data["retirement_zone"]["s1"]["last"] == {"0": 67.0, "1": 67.0}
    changes = dict(zip(data["retirement_ages"], data["retirement_change"]["s1"]["all"]["mean"], strict=False))
    assert changes[65] < 0 < changes[68]
    assert AgeAtRetirement(page(delayed, "nl")).chart_words()["retirement_law"]["s1"]["last"] == "AOW-leeftijd:<br>67"


def test_months_beyond_whole_years_are_said(delayed: Comparison) -> None:
    level = replace(Facts(delayed).ages["s0"]["all"], pension_age=(802 / 12, 67.25))
    assert pension_age(page(delayed).words, level) == "66 years 10 months to 67 years 3 months"


def test_run_folders_of_earlier_versions_still_make_a_page_that_says_what_is_missing(tmp_path: Path) -> None:
    folders = write_runs(tmp_path, (BASELINE, FAKES[2]), seeds=2, months=13)
    (folders[1] / "retirements.parquet").unlink()
    here = page(load(folders))
    assert MovesOfPeople(here).context()["is_known"]
    assert AgeAtRetirement(here).context()["title"].startswith("With Network meetings 58+ people retire at 66.5 on average")
    (folders[0] / "flows.parquet").unlink()
    html = render(load(folders), "en")
    assert "did not record ages at retirement" in html
    assert "Who moves where is not on record" in html
    assert not {"flows", "flow_bars", "retirement"} & {*payload(html)["pages"]["en"]["figures"], *payload(html)["data"]}


def test_levels_alone_show_without_differences(tmp_path: Path) -> None:
    comparison = load(write_runs(tmp_path, (FAKES[1],), seeds=2, months=13))
    moves, ages = MovesOfPeople(page(comparison)), AgeAtRetirement(page(comparison))
    assert moves.context()["title"].startswith("The largest stream is unemployed → other sectors: ")
    assert list(moves.figures()) == ["flows"]
    assert ages.context()["title"].startswith("People retire at 66.5 on average; ")
    assert len(ages.context()["table"]["rows"][0]["cells"]) == 3


@pytest.fixture(scope="module")
def opened(browser: Any, page_file: Path) -> Opened:
    return Opened(browser, page_file, viewport={"width": 390, "height": 800})


@browser_only
def test_a_phone_scrolls_the_diagram_and_not_the_page(opened: Opened) -> None:
    opened.page.locator(f"{SHOWN} [data-figure=flows]").scroll_into_view_if_needed()
    opened.page.wait_for_selector(f"{SHOWN} [data-figure=flows] .sankey-link", state="attached")
    box = f"document.querySelector('{SHOWN} [data-figure=flows]').parentNode"
    width, seen = (opened.page.evaluate(f"{box}.{what}Width") for what in ("scroll", "client"))
    assert width > 700 > seen
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 390


@browser_only
def test_view_scenario_and_period_change_what_is_shown(opened: Opened) -> None:
    opened.choose("scenario", "s1")
    opened.choose("flow_view", "crucial")
    assert "most of all unemployed → care" in opened.text("[data-text^='flows/']")
    assert "Unemployed → Care" in opened.chart("flow_bars")
    opened.page.locator(f"{SHOWN} [data-figure=flows] .sankey-node", has_text="Retired").first.wait_for(state="detached")
    labels = opened.page.locator(f"{SHOWN} [data-figure=flows] .sankey-node").all_text_contents()
    assert any("Care" in label for label in labels)
    assert not any("Retired" in label for label in labels)
    table = opened.page.locator(f"{SHOWN} [data-twin=flows] tbody th").all_text_contents()
    assert all(re.search(r"→ (Care|Education|Defence|ICT|Technology)$", name) for name in table)
    opened.choose("flow_side", "reference")
    opened.choose("retirement_period", "all")
    assert "State pension age" in opened.chart("retirement")
    assert HOSTILE not in opened.page.locator(f"{SHOWN} [data-twin=flows]").inner_html()
    assert opened.complaints == []
